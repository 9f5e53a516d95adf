"""Counting of secrets that leak, and of lines that redaction changes by mistake."""

import pytest

from tools.quality import secrets
from tools.quality.secret_samples import Sample, near_misses
from tools.quality.secret_samples import secrets as samples

COUNT = 600


def test_the_same_seed_gives_the_same_texts() -> None:
    assert list(samples(7, 30)) == list(samples(7, 30)) != list(samples(8, 30))
    assert list(near_misses(7, 30)) == list(near_misses(7, 30)) != list(near_misses(8, 30))


def test_a_secret_is_in_its_text() -> None:
    assert [sample for sample in samples(7, 300) if not all(one in sample.text for one in sample.secrets)] == []


@pytest.mark.parametrize(
    ("text", "leaks"),
    [
        pytest.param("TOKEN=gh" + "p_k7Qw2ZrT9xLmB4vN8cYpD3hG6jFsA5tE1uRiO", False, id="masked"),
        pytest.param("see gh p_k7Qw2ZrT9xLmB4vN8cYpD3hG6jFsA5tE1uRiO", True, id="not known"),
    ],
)
def test_a_part_of_the_secret_counts_as_a_leak(text: str, leaks: bool) -> None:  # noqa: FBT001 — a parameter of a table
    assert secrets.leaks(Sample(text, ("k7Qw2ZrT9xLmB4vN8cYpD3hG6jFsA5tE1uRiO",))) is leaks


def test_a_sample_meets_the_limits() -> None:
    """`make quality ARGS=--secrets` measures more, with another seed."""
    figures = secrets.measured(seed=11, count=COUNT)
    assert [str(one) for one in figures if not one.holds] == []
    assert len(figures) >= 3


def test_a_figure_above_its_limit_fails() -> None:
    assert not secrets.Figures("leaks", [("a", "a")], 10, 0.05).holds
