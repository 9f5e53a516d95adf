"""The page on security is held to what it claims: every test that it names exists, every claim names one."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


def functions(path: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("path", "name"), NAMED, ids=[name for _, name in NAMED])
def test_the_named_test_exists(path: str, name: str) -> None:
    assert name in functions(ROOT / path)


def test_every_claim_names_its_test() -> None:
    tables = re.findall(r"(?m)^\|.*\| Test \|\n\|[-|]+\|\n((?:\|.*\n)+)", PAGE)
    rows = [row for table in tables for row in table.splitlines()]
    assert len(rows) > 30
    assert [row for row in rows if "::" not in row] == []


def test_the_image_s_cases_are_all_run() -> None:
    from tests.image import cases

    promised = {name for path, name in NAMED if path == "tests/image/cases.py"}
    assert promised <= {case.__name__ for case in cases.CASES}
