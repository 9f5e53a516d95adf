"""The generated parts of README.md: the settings that most people need, and how well causes are found."""

import re
from pathlib import Path

from plugin.settings import reference

_ROOT = Path(__file__).resolve().parents[2]
COMMON_SETTINGS = (
    "token",
    "forge_token",
    "forge",
    "server",
    "output",
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
