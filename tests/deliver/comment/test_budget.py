"""How many requests the comment costs: the table in docs/performance.md, for every forge."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from plugin.forges import FORGES
from plugin.model.comment import Section
from tests.deliver.comment.samples import post_comment, section
from tests.fakes.forges import FAKES, FakeForge

PAGE = (Path(__file__).parents[3] / "docs" / "performance.md").read_text("utf-8")
CHANGED = replace(section(lines=9), headline="**lint 1**: E999 SyntaxError")
SHARED = 2
"""More requests at most where other jobs of the build are unfinished."""


def documented(kind: str) -> list[int]:
    """Return the numbers of the forge's row."""
    (row,) = re.findall(
        rf"^\| `{kind}` +\| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| \S+ \| \S+ \|$", PAGE, re.MULTILINE
    )
    return [int(number) for number in row]


def requests_of(forge: FakeForge, sections: list[Section], build: int, *, alone: bool | None) -> int:
    before = len(forge.requests)
    post_comment(forge, sections, build=build, alone=alone)
    return len(forge.requests) - before


def run_of_builds(forge: FakeForge, *others: Section, alone: bool | None = None) -> list[int]:
    """Return the requests of: green without a comment, first red, unchanged red, changed red, red to green."""
    green = section(state="green")
    builds = ((green, 11), (section(), 12), (section(), 12), (CHANGED, 13), (green, 14))
    return [requests_of(forge, [one, *others], build, alone=alone) for one, build in builds]


@pytest.mark.parametrize("kind", FORGES)
def test_requests_are_as_documented(kind: str) -> None:
    with FAKES[kind]() as forge:
        assert run_of_builds(forge) == documented(kind)


@pytest.mark.parametrize("kind", FORGES)
def test_unfinished_jobs_cost_at_most_two_requests_more(kind: str) -> None:
    with FAKES[kind]() as forge:
        numbers = run_of_builds(forge, section("2", "running", current=False))
    assert [one <= alone + SHARED for one, alone in zip(numbers, documented(kind), strict=True)] == [True] * 5


@pytest.mark.parametrize("kind", FORGES)
def test_jobs_that_have_ended_cost_nothing_more(kind: str) -> None:
    with FAKES[kind]() as forge:
        assert run_of_builds(forge, section("2", "green", current=False), alone=True) == documented(kind)


@pytest.mark.parametrize("kind", FORGES)
def test_the_documented_numbers_are_within_the_budget(kind: str) -> None:
    """One request more for the first red build where the forge does not name the account in other answers."""
    known = kind == "bitbucket_dc"
    assert documented(kind) == [1, 3 if known else 4, 1, 2, 2]
