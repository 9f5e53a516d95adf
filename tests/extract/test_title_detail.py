"""A pattern's `detail` completes its title with what other lines of the block name."""

import pytest

from plugin import analyze_log
from plugin.extract.catalogue import Pattern
from plugin.extract.title_detail import with_detail

LINES = [b"FAIL CKV_1", b"  File: /main.tf:3-9", b"  bucket is public", b"END", b"  File: /other.tf:1"]


def _pattern(detail: str, until: str = "^END$") -> Pattern:
    return Pattern(id="a", title="t", match="^FAIL", place="a.yaml", until=until, detail=detail)


@pytest.mark.parametrize(
    ("detail", "expected"),
    [
        (r"^  File: /(?P<file>\S+?):(?P<line>\d+)", ("main.tf:3: t", 0)),
        (r"^  (?P<what>bucket .*)$", ("t: bucket is public", 2)),
        (r"^  (?:File: /(?P<file>\S+?):(?P<line>\d+)-\d+|(?P<what>bucket .*))$", ("main.tf:3: t: bucket is public", 2)),
        (r"^  (?P<what>no such line)$", ("t", 0)),
        (r"^  File: /(?P<file>other\S+?):(?P<line>\d+)", ("t", 0)),
        ("", ("t", 0)),
    ],
)
def test_title_has_what_the_block_names(detail: str, expected: tuple[str, int]) -> None:
    assert with_detail("t", 0, _pattern(detail), LINES) == expected


def test_lines_below_complete_the_title_where_the_block_has_no_end() -> None:
    pattern = _pattern(r"^  (?P<what>bucket .*)$", until="^no such line$")
    assert with_detail("t", 0, pattern, LINES) == ("t: bucket is public", 2)


def test_place_and_text_that_the_title_has_are_not_repeated() -> None:
    pattern = _pattern(r"^  (?:File: /(?P<file>\S+?):(?P<line>\d+)-\d+|(?P<what>bucket .*))$")
    title = "main.tf:3: the bucket is public"
    assert with_detail(title, 0, pattern, LINES) == (title, 2)


def test_failed_hook_is_named_with_what_it_found() -> None:
    log = """\
check for added large files..............................................Failed
- hook id: check-added-large-files
- exit code: 1

data/rates.bin (812 KB) exceeds 500 KB.

check yaml...............................................................Passed
"""
    title = analyze_log(log, exit_code=1).title
    assert title == "pre-commit: check for added large files failed: data/rates.bin (812 KB) exceeds 500 KB."
