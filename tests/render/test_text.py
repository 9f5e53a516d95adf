"""Tests of the plain text report."""

import re

from plugin.render.text import render
from tests.render.samples import SAMPLES


def test_title_comes_first_then_the_hint() -> None:
    lines = render(SAMPLES["one"]).split("\n")
    assert lines[0] == "Build 3 failed in 1 step"
    assert lines[5:10] == [
        "✗ test: tests/test_cart.py::test_total_price: assert 9 == 12",
        "  failed (exit code 1) after 42 s",
        "  Command: pytest -q",
        "  Looks like a failing test",
        "  Hint: Run `pytest tests/test_cart.py::test_total_price` locally.",
    ]
    assert "  > 109 │ E       assert 9 == 12" in lines
    assert '    107 │         cart = Cart([Item("tea", 3), Item("cup", 9)])' in lines


def test_matrix_jobs_with_the_same_failure_are_shown_once() -> None:
    text = render(SAMPLES["matrix"])
    assert text.count("✗ lint") == 1
    assert "failed (exit code 1) after 42 s in PYTHON=3.11, PYTHON=3.13" in text


def test_no_escape_codes_by_default() -> None:
    for some in SAMPLES.values():
        assert "\x1b" not in render(some)


def test_color_adds_only_escape_codes() -> None:
    for some in SAMPLES.values():
        colored = render(some, colour=True)
        assert "\x1b[" in colored
        assert re.sub(r"\x1b\[\d+m", "", colored) == render(some)


def test_missing_logs_are_noted() -> None:
    text = render(SAMPLES["missing-log"])
    assert "  No log available: the server has no log of it after 30 s." in text
    assert text.endswith("Note: The log of deploy could not be read: 404 after 6 tries. Read it on the build's page.\n")


def test_running_jobs_are_listed() -> None:
    assert "\nwindows is still running (1 of 4 steps ended)\n" in render(SAMPLES["running"])
