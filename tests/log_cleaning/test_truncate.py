"""Truncation of very long lines."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.logs.readable import readable
from plugin.logs.redact.redactor import Redactor
from plugin.logs.truncate import LONGEST, shorten
from tests.log_cleaning.secrets_made import filled

MARK = re.compile(r" \[…([\d,]+) characters left out…\] ")


def test_the_middle_is_left_out_and_the_mark_counts_it() -> None:
    line = "start" + "x" * 50_000 + "end"
    text = shorten(f"before\n{line}\nafter\n".encode()).decode()
    before, cut, after, rest = text.split("\n")
    assert (before, after, rest) == ("before", "after", "")
    assert cut.startswith("startx")
    assert cut.endswith("xend")
    assert len(cut) <= LONGEST
    mark = MARK.search(cut)
    assert mark
    assert int(mark[1].replace(",", "")) + len(cut) - len(mark[0]) == len(line)


@pytest.mark.parametrize("character", ["x", "é", "日", "😀"])
@pytest.mark.parametrize("length", [LONGEST - 1, LONGEST, LONGEST + 1])
def test_the_limit_is_in_characters(character: str, length: int) -> None:
    text = f"{character * length}\n"
    assert (shorten(text.encode()).decode() == text) == (length <= LONGEST)


@given(st.lists(st.tuples(st.sampled_from("aé日"), st.integers(0, 3 * LONGEST)), max_size=5))
def test_truncation_keeps_lines_and_is_idempotent(runs: list[tuple[str, int]]) -> None:
    text = "\n".join(character * length for character, length in runs).encode()
    short = shorten(text)
    assert short.count(b"\n") == text.count(b"\n")
    assert all(len(line) <= LONGEST for line in short.decode().split("\n"))
    assert shorten(short) == short


def test_a_secret_is_masked_before_the_cut_can_halve_it() -> None:
    token = filled("ghp_<36>")
    for before in range(LONGEST // 2 - 100, LONGEST // 2 + 10, 7):
        text = readable("x" * before + " " + token + " " + "y" * LONGEST, Redactor()).decode()
        assert "ghp_" not in text
        assert token[8:16] not in text
