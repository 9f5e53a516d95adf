"""Generated files are up to date; `make regenerate` writes them."""

from pathlib import Path

import jsonschema
import pytest
import yaml

from plugin.settings.schema import fields
from tests import regenerate
from tests.project import indexes

EXPECTED = {
    str(path.relative_to(regenerate.ROOT)): content
    for path, content in regenerate.generated()
    if path.parent.name != "golden"
}
DRONE_INDEX_SCHEMA = yaml.safe_load(Path(__file__).with_name("drone-plugin-index.yaml").read_text("utf-8"))


@pytest.mark.parametrize("path", EXPECTED)
def test_is_not_stale(path: str) -> None:
    assert regenerate.ROOT.joinpath(path).read_bytes() == EXPECTED[path], "stale: run `make regenerate`"


def test_entry_of_the_drone_index() -> None:
    entry = yaml.safe_load(indexes.drone())
    jsonschema.validate(entry, DRONE_INDEX_SCHEMA)
    assert list(entry["properties"]) == [field.name for field in fields()]
    assert yaml.safe_load(entry["example"])["kind"] == "pipeline"


def test_page_of_the_woodpecker_index() -> None:
    _, front, page = indexes.woodpecker().split("---\n", 2)
    facts = yaml.safe_load(front)
    assert all(facts[name] for name in ("name", "author", "description", "tags", "containerImage", "url"))
    assert [field.name for field in fields() if f"\n| `{field.name}`" not in page] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a <!-- n -->1<!-- /n --> b", "a <!-- n -->22<!-- /n --> b", id="within a line"),
        pytest.param("<!-- n -->\nold\n<!-- /n -->\n", "<!-- n -->22<!-- /n -->\n", id="lines"),
    ],
)
def test_part_replaces_the_text_between_its_marks(text: str, expected: str) -> None:
    assert regenerate.with_part(text, "n", "22") == expected


def test_part_of_several_lines_gets_its_own_lines() -> None:
    assert regenerate.with_part("<!-- n --><!-- /n -->", "n", "a\nb\n") == "<!-- n -->\na\nb\n<!-- /n -->"


def test_missing_marks_are_an_error() -> None:
    with pytest.raises(ValueError, match="no <!-- n -->"):
        regenerate.with_part("nothing", "n", "part")
