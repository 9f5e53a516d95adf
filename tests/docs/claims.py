"""Find claims without a test in a page of claims.

Such a page makes its claims in tables whose last column is `Test`. Everything else in it, paragraphs and other tables,
is background: text on servers, readers and settings, marked by `<!-- background -->` on the line above it. So a claim
that is written anywhere else, or without a test, is found.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tests.docs.examples import ROOT
from tests.image import cases

IMAGE_CASES = "tests/image/cases.py"
_BACKGROUND = "<!-- background -->"
_TEST = re.compile(r"`([\w./-]+\.py)::(\w+)`")
_GENERATED = re.compile(r"(?s)<!-- (\w+) -->\n.*?<!-- /\1 -->")
_FENCE = re.compile(r"(?ms)^```.*?^```$")


@dataclass(frozen=True)
class Claim:
    """A row of a table of claims."""

    line: int
    text: str
    tests: tuple[tuple[str, str], ...]
    """File and function of each test that the row names."""


def claims(page: str) -> list[Claim]:
    """Return the rows of all tables whose last column is `Test`."""
    return [claim for line, text in _blocks(page) if _is_table_of_claims(text) for claim in _rows(line, text)]


def problems(page: str) -> list[str]:
    """Return one line for each claim without a test, each test that does not exist, each text that is not marked."""
    return [*_problems_of_rows(page), *_unmarked(page)]


def _problems_of_rows(page: str) -> Iterator[str]:
    for claim in claims(page):
        if not claim.tests:
            yield f"line {claim.line}: the claim names no test (`tests/....py::test_...`): {claim.text}"
        for path, name in claim.tests:
            if name not in functions(path):
                yield f"line {claim.line}: there is no test {path}::{name}"


def _unmarked(page: str) -> Iterator[str]:
    for line, text in _blocks(page):
        if not _is_table_of_claims(text) and not text.startswith(_BACKGROUND):
            remedy = f"make it a row of a table with the last column `Test`, or mark it with {_BACKGROUND}"
            yield f"line {line}: a claim outside of the tables of claims? {remedy}: {text.splitlines()[0]}"


@cache
def functions(path: str) -> frozenset[str]:
    """Return the names of the tests in a file; of the image's cases only those that are run."""
    if path == IMAGE_CASES:
        return frozenset(case.__name__ for case in cases.CASES)
    file = ROOT / path
    tree = ast.parse(file.read_text("utf-8")) if file.is_file() else ast.Module([], [])
    names = (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return frozenset(name for name in names if name.startswith("test_"))


def _blocks(page: str) -> Iterator[tuple[int, str]]:
    """Yield each paragraph, list and table with the number of its first line; no heading, example or generated part."""
    for pattern in (_GENERATED, _FENCE):
        page = pattern.sub(lambda found: "\n" * found[0].count("\n"), page)
    for found in re.finditer(r"(?:^.*\S.*\n?)+", page, re.MULTILINE):
        if not found[0].startswith("#"):
            yield page[: found.start()].count("\n") + 1, found[0].rstrip()


def _is_table_of_claims(text: str) -> bool:
    return text.startswith("|") and text.splitlines()[0].endswith("| Test |")


def _rows(line: int, table: str) -> Iterator[Claim]:
    for number, row in enumerate(table.splitlines()[2:], line + 2):
        yield Claim(number, row, tuple(_TEST.findall(row.removesuffix("|").rpartition("|")[2])))
