"""Tests of the HTML page that need no browser: its size, the colors of cut lines, and long timelines."""

import random
import re
from dataclasses import replace

import pytest

from plugin.extract.analyze import analyze
from plugin.logs.colors import colors_of
from plugin.logs.readable import LazyLog
from plugin.logs.redact.redactor import Redactor
from plugin.model.build import State
from plugin.model.excerpt import ColorSpan, Excerpt
from plugin.model.report import Report
from plugin.render import html
from tests.render.samples import LINT, TIMELINE, excerpt, failure, job, ran, report, timed

LIMIT = 1_000_000
RED = "\x1b[1;31m"


def large_log(seed: int, size: int = 5_000_000) -> bytes:
    """Return a log of errors whose lines are long and change their color with each word."""
    chance = random.Random(seed)  # noqa: S311 — the same log each time
    lines = []
    while size > 0:
        words = "".join(f"\x1b[{chance.randrange(30, 38)}m<{chance.randrange(10**6):x}&>" for _ in range(60))
        lines.append(f"{RED}error:\x1b[0m src/part{chance.randrange(999)}.c:{chance.randrange(999)}: {words}\n")
        size -= len(lines[-1])
    return "".join(lines).encode()


@pytest.fixture(scope="module")
def large() -> tuple[Excerpt, ...]:
    logs = [LazyLog(large_log(seed), Redactor()) for seed in range(2)]
    found = [analyze(log, exit_code=1) for log in logs]
    return tuple(replace(one, colors=colors_of(log.raw, one.lines)) for log, one in zip(logs, found, strict=True))


def test_twenty_failures_of_large_logs_stay_under_a_megabyte(large: tuple[Excerpt, ...]) -> None:
    failures = [failure(f"step-{number}", large[number % 2], key=str(number)) for number in range(20)]
    page = html.render(report(*failures))
    assert len(page.encode()) < LIMIT
    assert page.count('<section class="failure"') == 20
    assert all(page.count('class="cause"', page.index(f'id="failure-{number}"')) for number in range(1, 21))


def test_a_thousand_failures_are_counted(large: tuple[Excerpt, ...]) -> None:
    page = html.render(report(*(failure(f"step-{number}", large[0], key=str(number)) for number in range(1_000))))
    assert len(page.encode()) < LIMIT
    assert "more failed steps</p>" in page


def test_a_long_line_that_is_cut_has_no_colors() -> None:
    text = "x" * 500
    found = replace(excerpt(text, cause=(1,), title="x"), colors={1: (ColorSpan(0, 500, "red"),)})
    page = html.render(report(failure("test", found)))
    assert "100 characters" in page
    assert '<span class="c-red"' not in page


def test_colors_are_around_invisible_characters_that_are_shown() -> None:
    found = replace(excerpt("a\u200bb", cause=(1,), title="x"), colors={1: (ColorSpan(1, 2, "red"),)})
    assert 'a<span class="c-red">‹U+200B›</span>b' in html.render(report(failure("test", found)))


def many_jobs(passed: int, failed: int) -> Report:
    steps = tuple(ran(f"s{number}", State.SUCCESS, 3, 4) for number in range(4))
    jobs = [timed(job(number, f"w{number:03}", State.SUCCESS), 2, 9, *steps) for number in range(1, passed + 1)]
    jobs += [
        timed(job(1_000 + number, f"f{number:03}"), 2, 9, *steps, ran("lint", State.FAILURE, 5, 9))
        for number in range(failed)
    ]
    return report(
        *(failure("lint", LINT, job_number=1_000 + n, job=f"f{n:03}") for n in range(failed)), jobs=tuple(jobs)
    )


def test_jobs_that_passed_are_one_line_where_there_are_many() -> None:
    page = html.render(many_jobs(passed=290, failed=10))
    assert "290 others passed" in page
    assert "w001" not in page
    assert len(re.findall(r'<span class="name">', page)) == 10 * 6


def test_a_usual_build_shows_every_job_and_step() -> None:
    page = html.render(report(failure("build", LINT), jobs=TIMELINE))
    names = sum(1 + len(one.timeline) for one in TIMELINE)
    assert len(re.findall(r'<span class="name">', page)) == names
    assert "passed</p>" not in page


def test_a_job_of_many_steps_shows_those_that_did_not_pass() -> None:
    steps = [ran(f"s{number}", State.SUCCESS, 3, 4) for number in range(55)]
    one = timed(job(1, "long"), 2, 9, *steps, ran("lint", State.FAILURE, 5, 9))
    page = html.render(report(failure("lint", LINT), jobs=(one,)))
    assert ">lint</a></span>" in page
    assert "and 16 more steps" in page


def test_a_build_without_times_has_a_timeline_without_bars() -> None:
    steps = (ran("clone", State.SUCCESS, 0, 0), ran("lint", State.FAILURE, 0, 0))
    page = html.render(report(failure("lint", LINT), jobs=(timed(job(1, "a"), 0, 0, *steps),), started=0))
    assert "<rect" not in page
    assert "failed" in page


def test_times_that_make_no_sense_draw_nothing_outside() -> None:
    steps = (ran("clone", State.SUCCESS, 50, 3), ran("lint", State.FAILURE, -10_000_000, 9))
    page = html.render(report(failure("lint", LINT), jobs=(timed(job(1, "a"), 5, 9, *steps),)))
    numbers = [float(number) for number in re.findall(r'(?:x|x1|x2|width)="([-\d.]+)%"', page)]
    assert all(0 <= number <= 100 for number in numbers)
