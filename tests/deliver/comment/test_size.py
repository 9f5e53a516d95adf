"""The size of a comment: any report, any limit, the format of every forge."""

from dataclasses import replace
from string import ascii_letters, digits

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from plugin.deliver.comment.hidden_data import parse
from plugin.deliver.comment.size import fit
from plugin.deliver.comment.state import CommentState, merge
from plugin.forges import FORGES
from plugin.model.build import State
from plugin.model.comment import CommentFormat, MarkdownSupport, Section, SizeLimit
from plugin.model.report import Report
from tests.deliver.comment.memory import FORMAT, state_of, text_of
from tests.deliver.comment.samples import section
from tests.render.comments import content_of
from tests.render.engines import ENGINES, Page
from tests.render.samples import LONG, PYTEST, SAMPLES, failure, job, report
from tests.render.test_markdown import TEXTS, reports

FORMATS = {kind: forge.comment_format for kind, forge in FORGES.items()}
ADDRESSES = st.just("") | st.text(ascii_letters + digits, max_size=400).map("http://ci.example.com/".__add__)
JOBS = (job(1, "linux", current=True), job(2, "mac"), job(3, "windows", State.RUNNING, finished_steps=0))


@st.composite
def builds(draw: st.DrawFn) -> Report:
    """Any report, its failures spread over three jobs."""
    some = draw(reports())
    number = st.sampled_from([1, 1, 2, 3])
    failures = tuple(
        replace(one, job_number=which, job=JOBS[which - 1].name) for one in some.failures for which in [draw(number)]
    )
    return replace(some, failures=failures, jobs=JOBS, url=draw(ADDRESSES))


def check(text: str, some: Report, size: SizeLimit) -> None:
    """Assert that the text fits, is valid Markdown, names every failed step and can be parsed."""
    assert size.of(text) <= size.most
    shown, _, hidden = text.rpartition("\n\n")
    page = Page(ENGINES["cmark-gfm"](shown))
    assert page.faults == []
    assert "drone-failure-alert" in hidden
    assert [one.step for one in some.failures if one.step not in "".join(page.prose)] == []
    again = parse(text)
    assert again
    assert (again.build, again.commit) == (some.number, some.commit)


@settings(max_examples=120, deadline=None)
@given(builds(), st.sampled_from(sorted(FORMATS)), st.integers(0, 20_000), st.text(max_size=90))
@example(SAMPLES["long"], "harness", 1000, "")
def test_any_report_fits_any_limit(some: Report, kind: str, most: int, key: str) -> None:
    comment_format = FORMATS[kind]
    size = comment_format.size.capped(most)
    check(fit(content_of(some, comment_format.syntax), key=key, syntax=comment_format.syntax, size=size), some, size)


@settings(max_examples=60, deadline=None)
@given(builds(), st.sampled_from(sorted(FORMATS)), st.integers(1000, 20_000), st.integers(1000, 20_000))
def test_a_parsed_comment_fits_any_limit(some: Report, kind: str, first: int, second: int) -> None:
    """Another copy wrote everything; this one knows the comment and its own passed section only."""
    syntax = FORMATS[kind].syntax
    before = parse(fit(content_of(some, syntax), key="", syntax=syntax, size=SizeLimit(first, "characters")))
    assert before
    ours = CommentState(
        some.number, some.commit, some.url, (Section("9", "new", "green", 1, current=True, headline="", texts=("✅",)),)
    )
    size = SizeLimit(second, "bytes")
    check(fit(merge(ours, before), key="", syntax=syntax, size=size), some, size)


@pytest.mark.parametrize("most", range(1000, 9000, 250))
def test_every_step_shows_its_cause_before_any_shows_more(most: int) -> None:
    """One job has a single short failure, the other one many."""
    many = (failure(f"part-{n}", replace(LONG, title=f"cause {n} " + "because " * 12), job_number=2) for n in range(12))
    some = report(failure("lint", PYTEST), *many, jobs=JOBS[:2])
    text = fit(
        content_of(some, MarkdownSupport()), key="", syntax=MarkdownSupport(), size=SizeLimit(most, "characters")
    )
    check(text, some, SizeLimit(most, "characters"))
    causes = [f"cause {n}" in text for n in range(12)]
    assert all(causes) or "│" not in text
    assert sum(causes) >= (12 if most > 2750 else 2 if most > 1250 else 0)


def test_a_parsed_section_is_cut_to_its_titles() -> None:
    some = report(*(failure(f"part-{n}", replace(LONG, title=f"cause {n}")) for n in range(6)))
    before = parse(text_of(content_of(some, MarkdownSupport())))
    assert before
    text = fit(before, key="", syntax=MarkdownSupport(), size=SizeLimit(2500, "characters"))
    assert [f"- **part-{n}**: cause {n}" in text for n in range(6)] == [True] * 6
    assert "Shortened to fit into a comment" in text


def test_a_cut_comment_says_what_is_left_out_and_where_to_find_it() -> None:
    some = report(failure("lint", PYTEST), failure("test", LONG, job_number=2), jobs=JOBS[:2])
    text = fit(
        content_of(some, MarkdownSupport()), key="", syntax=MarkdownSupport(), size=SizeLimit(2000, "characters")
    )
    assert "Shortened to fit into a comment (2 of 2 failures show fewer lines); the logs and the summary" in text
    assert "@@ … " in text


def test_two_thousand_failed_steps_are_counted() -> None:
    some = section()
    crowd = replace(some, failed=tuple(f"step-{n}" for n in range(2000)), texts=("x" * 90_000,))
    text = fit(state_of(crowd), key="", syntax=MarkdownSupport(), size=SizeLimit(1000, "characters"))
    assert len(text) <= 1000
    assert " more" in text


def test_a_comment_shows_the_cause_within_ten_lines_and_has_fewer_than_forty() -> None:
    for name in ("one", "matrix", "running", "long", "killed"):
        text = text_of(content_of(SAMPLES[name], MarkdownSupport()))
        shown = [line for line in _open(text) if line and not line.startswith("<!--")]
        assert SAMPLES[name].failures[0].title.split()[-1] in "\n".join(shown[:10]), name
        assert len(shown) < 40, name


def _open(text: str) -> list[str]:
    """Return the lines that a reader sees before opening a fold."""
    folded, lines = 0, []
    for line in text.split("\n"):
        folded += line.startswith("<details>") - (line == "</details>")
        if not folded and line != "</details>":
            lines.append(line)
    return lines


@pytest.mark.parametrize(
    ("requested", "most"), [(0, 65_000), (1, 1000), (1000, 1000), (20_000, 20_000), (10**9, 65_000)]
)
def test_the_requested_size_is_limited(requested: int, most: int) -> None:
    assert FORMAT.size.capped(requested) == SizeLimit(most, "characters")


def test_a_green_build_of_one_job_is_two_lines() -> None:
    lines = [line for line in text_of(state_of(section(state="green"))).split("\n") if line]
    assert lines[0] == "### ✅ [Build 12](https://ci.example.com/12) passed"
    assert lines[1] == "Commit `0000000000`."
    assert len(lines) == 3


@example("a\r", FORMAT)
@given(TEXTS, st.sampled_from([FORMAT, *FORMATS.values()]))
def test_names_and_addresses_of_any_kind_are_parsed_as_written(name: str, comment_format: CommentFormat) -> None:
    some = replace(section(), name=name, headline=name, failed=(name,))
    again = parse(text_of(replace(state_of(some), url=name, commit=name), comment_format=comment_format))
    assert again
    assert (again.url, again.commit) == (name if len(name) <= 300 else "", name[:64])
    assert [(one.name, one.headline, one.failed) for one in again.sections] == [(name, name, (name,))]


def test_keys_of_failures_are_kept_where_they_take_little_room() -> None:
    some = report(*(failure(f"part-{n}", LONG, key=f"v1:{n:016x}") for n in range(6)))
    kept = {}
    for most in (1500, 20_000):
        size = SizeLimit(most, "characters")
        said = parse(fit(content_of(some, MarkdownSupport()), key="", syntax=MarkdownSupport(), size=size))
        assert said
        kept[most] = [key for section in said.sections for key in section.keys]
    assert kept == {1500: [], 20_000: [f"v1:{n:016x}" for n in range(6)]}
