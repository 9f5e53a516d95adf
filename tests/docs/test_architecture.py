"""docs/architecture.md names files that exist, and the README shows the settings that most people need."""

import re

import pytest

from plugin.extract.pattern_files import built_in
from plugin.settings.schema import fields
from tests.docs.examples import ROOT
from tests.project import import_graph
from tests.project.readme_parts import COMMON_SETTINGS

PAGE = ROOT.joinpath("docs/architecture.md").read_text("utf-8")
PATHS = sorted(set(re.findall(r"`((?:plugin|tests)/[^`<>*]+)`", PAGE)))


def answers() -> dict[str, str]:
    """Return the rows of the table `Where to find it`."""
    section = PAGE.split("## Where to find it\n")[1].split("\n## ")[0]
    return dict(re.findall(r"^\| (?!To change)(.+?) \| `(.+?)` \|$", section, re.MULTILINE))


@pytest.mark.parametrize("path", PATHS)
def test_named_file_exists(path: str) -> None:
    assert ROOT.joinpath(path).exists()


@pytest.mark.parametrize(
    ("topic", "content"),
    [
        ("the retry policy", "tenacity"),
        ("how the log of a Woodpecker step is read", "def log("),
        ("which lines are shown", "SelectionPolicy"),
        ("how a token is masked", "class Redactor"),
        ("the size limit of comments on GitLab", "SizeLimit(200_000"),
        ("a setting, for example `max_lines`: its default and documentation", "max_lines: int = setting("),
        ('a wording such as "failed after 3 s"', "after {duration}"),
        ("the exit code of a command", "code = 2 if isinstance(error, SettingsError)"),
        ("the exit code of the step", "fail_on_error"),
    ],
)
def test_file_for_a_topic_is_the_one_to_change(topic: str, content: str) -> None:
    assert content in ROOT.joinpath(answers()[topic]).read_text("utf-8")


def test_page_describes_every_package() -> None:
    rows = [line for line in import_graph.packages().splitlines() if line.startswith("| `")]
    assert len(rows) > 10
    assert [row for row in rows if row.endswith("|  |")] == []


def test_readme_has_the_settings_that_most_people_need() -> None:
    assert len(COMMON_SETTINGS) == 11
    assert set(COMMON_SETTINGS) <= {field.name for field in fields()}


def test_pattern_page_lists_every_pattern() -> None:
    page = ROOT.joinpath("docs/patterns.md").read_text("utf-8")
    assert [pattern.id for pattern in built_in().patterns if not re.search(rf"^\| \[?{pattern.id}\b", page, re.M)] == []
