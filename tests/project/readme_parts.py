"""The generated parts of README.md: the settings that most people need, and how well causes are found.

README.zh-CN.md has the same parts; their texts are in readme.zh.po.
"""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog

from plugin.settings import reference
from tests.project.catalogues import updated

_ROOT = Path(__file__).resolve().parents[2]
COMMON_SETTINGS = (
    "token",
    "forge_token",
    "forge",
    "server",
    "output",
    "language",
    "max_lines",
    "comment_on",
    "find_pull_request",
    "ignore",
    "timeout",
)
_FIGURES = ("logs", "n", "cause", "read ≤ 3")


def common_settings() -> str:
    """Return the table of the settings in `COMMON_SETTINGS`, in that order."""
    head, line, *rows = reference.markdown_table().splitlines()
    by_name = {row.split("`")[1]: row for row in rows}
    return "\n".join(["", head, line, *(by_name[name] for name in COMMON_SETTINGS), "", ""])


def quality() -> str:
    """Return a table with some of the figures of docs/how-it-decides.md, which are of held-out logs only."""
    page = _ROOT.joinpath("docs/how-it-decides.md").read_text("utf-8")
    table = re.search(r"^\| logs \|.*\n(?:\|.*\n)+", page, re.MULTILINE)
    assert table, "docs/how-it-decides.md has no table of figures"
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table[0].splitlines()]
    columns = [rows[0].index(name) for name in _FIGURES]
    return "\n".join(["", *(f"| {' | '.join(row[column] for column in columns)} |" for row in rows), "", ""])


CHINESE = Path(__file__).with_name("readme.zh.po")
"""The source of the Chinese texts in the generated parts."""


@cache
def chinese_texts() -> Catalog:
    """Return the texts of the tables, each cell that is no code, with their translations."""
    texts = Catalog()
    for part in (common_settings(), quality()):
        for cell in (cell for row in _rows(part) for cell in row if re.search(r"[a-z]{2}", _without_code(cell))):
            texts.add(cell)
    return updated(CHINESE, texts, "zh")


def in_chinese(part: Callable[[], str]) -> Callable[[], str]:
    """Return a function that returns the part with its cells in Chinese."""

    def translated() -> str:
        texts = {message.id: message.string or message.id for message in chinese_texts() if message.id}
        rows = [" | ".join(str(texts.get(cell, cell)) for cell in row) for row in _rows(part())]
        return "\n".join(["", *(f"| {row} |" for row in rows), "", ""])

    return translated


def _rows(part: str) -> list[list[str]]:
    lines = [line for line in part.splitlines() if line]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))] for line in lines]


def _without_code(cell: str) -> str:
    """Return the cell without code and choices, which are the same in every language."""
    return re.sub(r"`[^`]*`", "", "" if "\\|" in cell and "." not in cell else cell)
