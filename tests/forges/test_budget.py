"""How many requests evidence from the forge costs: two columns of the table in docs/performance.md."""

import re
from pathlib import Path

import pytest

from plugin.forges import FORGES
from plugin.forges.interface import Forge, ReadsDiffs, ReadsFiles
from tests.deliver.comment.samples import client
from tests.fakes.forges import FAKES, Change, FakeForge

PAGE = (Path(__file__).parents[2] / "docs" / "performance.md").read_text("utf-8")


def documented(kind: str) -> list[str]:
    """Return the last two cells of the forge's row."""
    (cells,) = re.findall(rf"^\| `{kind}` +((?:\| \S+ ){{7}})\|$", PAGE, re.MULTILINE)
    return re.findall(r"[^| ]+", cells)[-2:]


def reader(forge: FakeForge) -> Forge:
    kind = FORGES[forge.kind]
    return kind(client(kind.api(forge.url), kind.headers(forge.token)), forge.repo, forge.url)


def requests_for_changed_lines(kind: str) -> str:
    """Return the number of requests for a diff; empty if the forge has none."""
    with FAKES[kind]() as forge:
        forge.changes = [Change(f"f{number}.txt", added=("x",)) for number in range(90)]
        found = reader(forge)
        if not isinstance(found, ReadsDiffs):
            return ""
        assert found.diff(7).complete
        return str(len(forge.requests))


def requests_for_known_issues(kind: str) -> str:
    """Return the number of requests for the file of the target branch."""
    with FAKES[kind]() as forge:
        forge.files["main", ".failure-alert.yml"] = b"known_issues: []"
        found = reader(forge)
        assert isinstance(found, ReadsFiles)
        assert found.file(".failure-alert.yml", "main")
        return str(len(forge.requests))


@pytest.mark.parametrize("kind", FORGES)
def test_requests_for_evidence_are_as_documented(kind: str) -> None:
    assert documented(kind) == [requests_for_changed_lines(kind) or "–", requests_for_known_issues(kind)]


@pytest.mark.parametrize("kind", FORGES)
def test_the_documented_numbers_are_within_the_budget(kind: str) -> None:
    """Bitbucket Cloud redirects from the pull request's diff to that of its commits."""
    assert documented(kind) == [{"gogs": "–", "bitbucket": "2"}.get(kind, "1"), "1"]
