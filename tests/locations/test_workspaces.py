"""Figures of the locations of real logs, each with the workspace that it was made in.

`logs/NAME.places` has, for each location in the log that is a line of a tracked file, the number of the log's line and
the location. Every other location is of a file outside the repository, or one that the build made.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from plugin.locations.find import LocationFinder
from plugin.locations.mentions import mentions
from tests.locations import workspaces

LEAST = 0.95
Places = Counter[tuple[int, str]]


def expected(name: str) -> Places:
    lines = (workspaces.FOLDER / "logs" / f"{name}.places").read_text("utf-8").splitlines()
    return Counter((int(number), place) for number, _, place in (line.partition(" ") for line in lines))


def resolved(name: str, finder: LocationFinder) -> Iterator[tuple[int, str, bool]]:
    log = (workspaces.FOLDER / "logs" / f"{name}.log").read_bytes()
    directories = finder.directories(log)
    for number, line in enumerate(log.decode().split("\n"), start=1):
        for mention in mentions(line):
            location = finder.resolve(mention, number, directories)
            if location:
                yield number, f"{location.path}:{location.line}", location.known


@pytest.mark.parametrize("name", workspaces.NAMES)
@pytest.mark.parametrize("tracked", [True, False], ids=["git", "no-git"])
def test_places_are_linked_and_nothing_else_is(name: str, tracked: bool, tmp_path: Path) -> None:  # noqa: FBT001
    workspaces.make(name, tmp_path, tracked=tracked)
    links = Counter((number, place) for number, place, _ in resolved(name, LocationFinder("octo/app", str(tmp_path))))
    truth = expected(name)
    assert links.keys() <= truth.keys()  # no dead link, no frame outside of the repository, no wrong path or line
    assert (links & truth).total() >= LEAST * truth.total()


@pytest.mark.parametrize("name", workspaces.NAMES)
def test_without_a_workspace_only_paths_below_the_checkout_are_linked(name: str) -> None:
    links = Counter((number, place) for number, place, known in resolved(name, LocationFinder("octo/app", "")) if known)
    assert links.keys() <= expected(name).keys()


def test_logs_have_enough_places_of_both_kinds() -> None:
    inside = sum(expected(name).total() for name in workspaces.NAMES)
    everywhere = sum(
        1
        for name in workspaces.NAMES
        for line in (workspaces.FOLDER / "logs" / f"{name}.log").read_text("utf-8").split("\n")
        for _ in mentions(line)
    )
    assert inside >= 100
    assert everywhere - inside >= 100
