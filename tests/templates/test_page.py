"""The example of docs/templates.md works, and the page names the limits that there are."""

import json
import re
from pathlib import Path

import pytest
import yaml

from plugin.render import json as json_format
from plugin.settings.templates import NAMES, templates
from plugin.templates import worker
from plugin.templates.render import LARGEST, render
from tests.render.samples import SAMPLES

PAGE = (Path(__file__).parents[2] / "docs" / "templates.md").read_text("utf-8")


def example() -> dict[str, str]:
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    found: dict[str, str] = yaml.safe_load(text)["settings"]["template"]
    return found


@pytest.mark.parametrize("name", SAMPLES)
def test_example_is_rendered_for_every_kind_of_build(name: str) -> None:
    text = render(example()["file"], json.loads(json_format.render(SAMPLES[name])), "markdown")
    assert text.startswith(f"Build {SAMPLES[name].number} of ")


def test_example_is_a_valid_setting() -> None:
    assert templates(json.dumps(example())) == example()


def test_page_has_every_name_filter_and_limit() -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == set(NAMES)
    assert f"at most {LARGEST // 1024} KiB" in PAGE
    assert f"{worker.LARGEST // 1024} Ki characters" in PAGE
    assert f"{worker.MEMORY // 1024 // 1024} MB of memory and {worker.CPU_SECONDS} seconds" in PAGE
