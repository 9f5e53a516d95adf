"""First entries of checkers' lists, tables and cards, and lines that end an output."""

import pytest

from plugin import analyze_log
from plugin.extract.first_entry import first_entry
from plugin.extract.tables import table_entry


def _lines(text: str) -> list[bytes]:
    return text.encode().split(b"\n")


@pytest.mark.parametrize(
    ("log", "row", "best"),
    [
        pytest.param("W: a b\nE: first one\nE: second one", 2, 1, id="the first of the highest severity"),
        pytest.param("I: an idea\nW: first one\nW: second one", 2, 1, id="a warning where there is no error"),
        pytest.param("✖ src/a.js\n✖ no such rule", 1, 1, id="a file is no entry"),
        pytest.param("bad host of a\n  got: x\n\nbad host of b\n  got: y", 4, 0, id="headings that begin alike"),
        pytest.param("Schema is wrong\n  #/a must be b\n  #/c must be d", 2, 1, id="the first of siblings"),
        pytest.param("plain text\nmore text", 1, None, id="no list"),
    ],
)
def test_first_entry_of_a_list(log: str, row: int, best: int | None) -> None:
    entry = first_entry(row, 0, _lines(log))
    assert (entry.row if entry else None) == best


TABLE = """Scanned 2 files
| Rule | Severity | File | Line | Description |
|------|----------|------|------|-------------|
| R1 | low | src/a.tf | 3 | no tag |
| R2 | high | src/b.tf | 9 | open port |"""
CARD = """Rule:      no-get
Title:     Avoid get
Severity:  low
Location:  src/a.rego:4"""


@pytest.mark.parametrize(
    ("text", "row", "title"),
    [
        pytest.param(TABLE, 3, "src/b.tf:9: R2: open port", id="a table"),
        pytest.param(TABLE, 0, None, id="a line outside of the table"),
        pytest.param(CARD, 3, "src/a.rego:4: no-get: Avoid get", id="a card"),
        pytest.param("Name  Version\npip  24.0", 1, None, id="a table of other things"),
    ],
)
def test_first_entry_of_a_table(text: str, row: int, title: str | None) -> None:
    entry = table_entry(row, 0, _lines(text), linted=False)
    assert (entry.title if entry else None) == title


@pytest.mark.parametrize(
    "last",
    ["Documentation: https://example.com/rules", "Finished in 21.4 ms", "ERROR: Input tree has errors, aborting"],
)
def test_a_line_that_ends_the_output_does_not_lead(last: str) -> None:
    log = f"+ somelint conf\nE: conf/a.toml: unknown key b\n{last}\n"
    assert analyze_log(log, exit_code=1).ranked[0] == 2


@pytest.mark.parametrize("name", ["notes.md", "info.py", "errors.go", "warning.c"])
def test_a_file_keeps_a_name_that_begins_like_a_severity(name: str) -> None:
    assert analyze_log(f"+ make\n{name}:3:5: error: unknown type x\n", exit_code=1).title.startswith(f"{name}:3")
