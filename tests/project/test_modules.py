"""Modules of `plugin` have one idea each: none is too long to read at once, none too short to need a file."""

import re
from pathlib import Path

import pytest

from tests.project import import_graph

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("plugin/**/*.py"))
LONGEST, SHORTEST = 300, 20
VARIANTS = re.compile(r"plugin/(ci/servers|forges|render|test_reports)/")
"""Folders with one file for each server, forge, format or kind of test report."""
DEEPEST = 16


@pytest.mark.parametrize("path", MODULES)
def test_module_is_not_too_long_and_not_too_short(path: str) -> None:
    lines = len(ROOT.joinpath(path).read_text("utf-8").splitlines())
    assert lines <= LONGEST
    assert lines >= SHORTEST or path.endswith("__init__.py") or VARIANTS.match(path)


def test_chains_of_imports_are_short() -> None:
    assert import_graph.depth() <= DEEPEST, " -> ".join(import_graph.longest_chain())
