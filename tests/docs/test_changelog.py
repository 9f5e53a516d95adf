"""CHANGELOG.md has one section for each version, with each heading once."""

import re

from tests.docs.examples import ROOT

TEXT = ROOT.joinpath("CHANGELOG.md").read_text("utf-8")
HEADINGS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security", "Upgrade"]


def sections() -> dict[str, list[str]]:
    """Return the headings of each version."""
    versions = re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]
    return {version.split("\n", 1)[0]: re.findall(r"^### (.+)$", version, re.MULTILINE) for version in versions}


def test_versions_are_in_order_and_only_the_newest_is_unreleased() -> None:
    newest, *older = sections()
    numbers = [tuple(map(int, version.split(" ")[0].split("."))) for version in (newest, *older)]
    assert numbers == sorted(numbers, reverse=True)
    assert [version for version in older if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def test_each_heading_is_there_once_and_in_order() -> None:
    for version, headings in sections().items():
        assert headings == [heading for heading in HEADINGS if heading in headings], version
