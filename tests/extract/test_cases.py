"""Best line, title and category of short logs: findings, missing things and log records of many tools.

The folder `cases` has a file for each kind. About half of the logs were printed by the real tools; all were labeled
before they were analyzed.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from plugin import analyze_log
from plugin.untrusted_yaml import LOADER

FILES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
_FEWEST_RIGHT = 0.82
"""Minimum share of cases of each kind that are right, so that `wrong` remains an exception."""


def _cases() -> Iterator[Any]:
    for file in FILES:
        for name, case in yaml.load(file.read_text("utf-8"), LOADER).items():  # noqa: S506 a safe loader
            yield file.stem, name, case


CASES = list(_cases())


def _named(title: str, part: str) -> bool:
    """Return whether the title has the part, or the file and the line of `file:line` in any form."""
    title, part = title.lower(), part.lower()
    place = re.match(r"^(?P<file>\S*?\w\.\w+)[:(](?P<line>\d+)", part)
    if place:
        line = re.search(rf"(?<!\d){place['line']}(?!\d)", title)
        return place["file"].rpartition("/")[2] in title and line is not None
    file = re.fullmatch(r"\S+/(?P<name>[\w.-]+)", part)
    return part in title or (file is not None and file["name"] in title)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=f"{kind}-{name}", marks=[pytest.mark.xfail(reason="known")] if "wrong" in case else [])
        for kind, name, case in CASES
    ],
)
def test_title_names_what_failed_and_category_fits(case: Mapping[str, Any]) -> None:
    excerpt = analyze_log(case["log"], exit_code=1)
    best = case["log"].split("\n")[excerpt.ranked[0] - 1]
    assert any(part.lower() in best.lower() for part in case.get("line", [best])), best
    assert all(_named(excerpt.title, part) for part in case["title"]), excerpt.title
    assert excerpt.category in case.get("category", [excerpt.category]), excerpt.title


@pytest.mark.parametrize(("kind", "name", "case"), CASES)
def test_labeled_line_is_in_the_log(kind: str, name: str, case: Mapping[str, Any]) -> None:
    log = case["log"].lower()
    assert any(part.lower() in log for part in case.get("line", [log])), f"{kind}: {name}"


@pytest.mark.parametrize("kind", [file.stem for file in FILES])
def test_few_cases_are_known_to_be_wrong(kind: str) -> None:
    cases = [case for own, _, case in CASES if own == kind]
    assert sum("wrong" not in case for case in cases) / len(cases) >= _FEWEST_RIGHT
