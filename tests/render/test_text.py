"""The report in a terminal."""

import re

from plugin.render.text import render
from tests.render.samples import SAMPLES


def test_the_title_comes_first_then_what_to_do() -> None:
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


def test_legs_that_fail_alike_are_told_once() -> None:
    text = render(SAMPLES["matrix"])
    assert text.count("✗ lint") == 1
    assert "failed (exit code 1) after 42 s in PYTHON=3.11, PYTHON=3.13" in text


def test_no_escape_code_unless_asked_for() -> None:
    for some in SAMPLES.values():
        assert "\x1b" not in render(some)


def test_colour_changes_nothing_but_colour() -> None:
    for some in SAMPLES.values():
        coloured = render(some, colour=True)
        assert "\x1b[" in coloured
        assert re.sub(r"\x1b\[\d+m", "", coloured) == render(some)


def test_what_could_not_be_read_is_told() -> None:
    text = render(SAMPLES["missing-log"])
    assert "  No log available: the server has no log of it after 30 s." in text
    assert text.endswith("Note: The log of deploy could not be read: 404 after 6 tries. Read it on the build's page.\n")


def test_jobs_that_still_run_are_told() -> None:
    assert "\nwindows is still running (1 of 4 steps ended)\n" in render(SAMPLES["running"])
