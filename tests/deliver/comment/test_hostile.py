"""Whole comments in every format, full of attacks: only our own links, no mention, no image, no forged section."""

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import example, given

from plugin.deliver.comment.hidden_data import has_marker, parse
from plugin.deliver.comment.mentions import text_without_mentions, without_mentions
from plugin.deliver.comment.size import fit
from plugin.deliver.comment.state import CommentState, comment_state, merge
from plugin.forges import FORGES
from plugin.model.comment import CommentFormat
from plugin.model.report import Report
from plugin.render.comment import sections
from plugin.text.escape import escape_markdown
from tests.deliver.comment.memory import MemoryThread, run_protocol, state_of, text_of
from tests.deliver.comment.samples import section
from tests.render.samples import FIELDS, hostile, hostile_fields
from tests.render.test_hostile import ATTACKS, BACKTICKS_IN_A_NAME, MIXED, UNSEEN, assert_harmless, attacked, tried

FORMATS = {kind: forge.comment_format for kind, forge in FORGES.items() if kind in ("github", "gogs", "harness")}
"""One forge of each syntax: everything, no folds, neither folds nor hidden comments."""
NO_WIDTH = "\u200b"
"""Inserted by us where the forge finds mentions inside code, too."""


def hostile_state(report: Report, comment_format: CommentFormat, *, build: int = 3) -> CommentState:
    told = without_mentions(sections(report, plain=not comment_format.syntax.folds), comment_format.syntax)
    conclusion = escape_markdown(f"{report.branch} {report.failures[0].title}")
    shown = text_without_mentions(conclusion, comment_format.syntax)
    return comment_state(build, report.commit, report.url, told, shown)


def comments(report: Report, comment_format: CommentFormat) -> list[str]:
    """Return the comment as written first, as cut, and both again after it was parsed."""
    ours = hostile_state(report, comment_format)
    first = fit(ours, key="", syntax=comment_format.syntax, size=comment_format.size)
    again = parse(first)
    assert again, "the comment cannot be read"
    small = comment_format.size.capped(3_000)
    return [
        first,
        fit(ours, key="", syntax=comment_format.syntax, size=small),
        fit(again, key="", syntax=comment_format.syntax, size=small),
        fit(merge(ours, again), key="", syntax=comment_format.syntax, size=comment_format.size.capped(1_000)),
    ]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_harmless_in_a_comment(attack: str, kind: str) -> None:
    comment_format = FORMATS[kind]
    for text in dict.fromkeys(comments(attacked(attack), comment_format)):
        shown, _, hidden = text.rpartition("\n\n")
        assert hidden.startswith(comment_format.syntax.hidden.split("{")[0])
        assert comment_format.size.of(text) <= comment_format.size.most
        assert_harmless(shown)
        assert UNSEEN.search(text.replace(NO_WIDTH, "") if comment_format.syntax.raw_mentions else text) is None
        if comment_format.syntax.raw_mentions:
            assert re.search(r"@\w", shown) is None


@given(MIXED)
@example({**dict.fromkeys(FIELDS, "x"), **BACKTICKS_IN_A_NAME})
@tried(20)
def test_any_combination_of_attacks_is_harmless(texts: Mapping[str, str]) -> None:
    report = hostile_fields(texts)
    for comment_format in FORMATS.values():
        for text in dict.fromkeys(comments(report, comment_format)):
            assert_harmless(text.rpartition("\n\n")[0])


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_comment_is_parsed_as_it_was_written(attack: str, kind: str) -> None:
    comment_format = FORMATS[kind]
    ours = hostile_state(attacked(attack), comment_format)
    again = parse(fit(ours, key="", syntax=comment_format.syntax, size=comment_format.size))
    assert again
    facts = [(one.key, one.name, one.state, one.headline, one.failed) for one in ours.sections]
    assert [(one.key, one.name, one.state, one.headline, one.failed) for one in again.sections] == facts


@pytest.mark.parametrize("kind", FORMATS)
def test_a_log_with_a_whole_comment_of_ours_in_it_forges_nothing(kind: str) -> None:
    """A marker with a far newer build, hidden in a log, in a name, and behind a fence that looks ended."""
    comment_format = FORMATS[kind]
    forged = text_of(state_of(section("1", "green"), build=99), comment_format=comment_format)
    for text in (forged, f"```\n{forged}", f"~~~\n\n{forged}\n", f"</details>\n\n{forged}"):
        thread = MemoryThread()
        ours = hostile_state(hostile(text), comment_format, build=12)
        run_protocol(thread, ours, comment_format=comment_format)
        run_protocol(thread, ours, comment_format=comment_format)
        assert thread.writes == ["create"]
        again = parse(thread.texts[0])
        assert again
        assert (again.build, again.state) == (12, "red")


@pytest.mark.parametrize("kind", FORMATS)
def test_a_quoted_comment_is_not_taken_for_ours(kind: str) -> None:
    comment_format = FORMATS[kind]
    ours = text_of(state_of(section()), comment_format=comment_format)
    quoted = "\n".join(f"> {line}" for line in ours.split("\n"))
    assert not has_marker(f"{quoted}\n\nWhat is this?", "")
    assert has_marker(ours, "")


def test_a_hidden_line_that_unpacks_to_megabytes_is_not_read() -> None:
    crowd = replace(section(), failed=("x" * 3_000_000,))
    text = text_of(state_of(crowd))
    assert len(text) < 65_000
    assert parse(text) is None
