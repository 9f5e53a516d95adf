"""The wheel contains the program and its data, and no documentation."""

from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

from plugin.text.language import DOMAINS

ROOT = Path(__file__).resolve().parents[2]
FILES = frozenset(file.distribution_path for file in WheelBuilder(str(ROOT)).recurse_included_files())


def test_wheel_has_neither_the_guide_nor_the_list_of_patterns() -> None:
    assert "plugin/extract/patterns/generic.yaml" in FILES
    assert [path for path in FILES if path.startswith("plugin/extract/patterns/") and not path.endswith(".yaml")] == []
    assert [path for path in FILES if path.split("/")[0] != "plugin"] == []
    assert [path for path in FILES if path.endswith(".md")] == []


def test_wheel_has_the_compiled_catalogues_only() -> None:
    folder = "plugin/text/locales/zh/LC_MESSAGES"
    assert {path for path in FILES if path.startswith(folder)} == {f"{folder}/{domain}.mo" for domain in DOMAINS}
