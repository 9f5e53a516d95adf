"""Whole comments on every paper, full of attacks: only our own links, no mention, no image, no forged section."""

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import example, given

from plugin.deliver.comment import FORGES
from plugin.deliver.comment.fit import fit
from plugin.deliver.comment.forge import Paper
from plugin.deliver.comment.mentions import quiet
from plugin.deliver.comment.sections import Content, content, is_marked, merge, read
from plugin.render.as_comment import sections
from plugin.report import Report
from tests.deliver.comment.memory import MemoryThread, said, tell, written
from tests.deliver.comment.samples import section
from tests.render.samples import FIELDS, hostile, hostile_fields
from tests.render.test_hostile import (
    ATTACKS,
    BACKTICKS_IN_A_NAME,
    MIXED,
    UNSEEN,
    assert_harmless,
    attacked,
    tried,
)

PAPERS = {kind: forge.paper for kind, forge in FORGES.items() if kind in ("github", "gogs", "harness")}
"""One of each syntax: all of it, no folds, neither folds nor hidden comments."""
NO_WIDTH = "\u200b"
"""Our own, where mentions are looked for in code too."""


def hostile_content(report: Report, paper: Paper, *, build: int = 3) -> Content:
    told = quiet(sections(report, plain=not paper.syntax.folds), paper.syntax)
    return content(build, report.commit, report.url, told)


def comments(report: Report, paper: Paper) -> list[str]:
    """As written first, as cut, as its own reading written again, and as that cut."""
    ours = hostile_content(report, paper)
    first = fit(ours, key="", syntax=paper.syntax, size=paper.size)
    again = read(first)
    assert again, "the comment cannot be read"
    small = paper.size.at_most(3_000)
    return [
        first,
        fit(ours, key="", syntax=paper.syntax, size=small),
        fit(again, key="", syntax=paper.syntax, size=small),
        fit(merge(ours, again), key="", syntax=paper.syntax, size=paper.size.at_most(1_000)),
    ]


@pytest.mark.parametrize("kind", PAPERS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_comment_holds(attack: str, kind: str) -> None:
    paper = PAPERS[kind]
    for text in dict.fromkeys(comments(attacked(attack), paper)):
        shown, _, hidden = text.rpartition("\n\n")
        assert hidden.startswith(paper.syntax.hidden.split("{")[0])
        assert paper.size.of(text) <= paper.size.most
        assert_harmless(shown)
        assert UNSEEN.search(text.replace(NO_WIDTH, "") if paper.syntax.raw_mentions else text) is None
        if paper.syntax.raw_mentions:
            assert re.search(r"@\w", shown) is None


@given(MIXED)
@example({**dict.fromkeys(FIELDS, "x"), **BACKTICKS_IN_A_NAME})
@tried(20)
def test_a_comment_holds_for_any_combination(texts: Mapping[str, str]) -> None:
    report = hostile_fields(texts)
    for paper in PAPERS.values():
        for text in dict.fromkeys(comments(report, paper)):
            assert_harmless(text.rpartition("\n\n")[0])


@pytest.mark.parametrize("kind", PAPERS)
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_comment_is_read_as_it_was_written(attack: str, kind: str) -> None:
    paper = PAPERS[kind]
    ours = hostile_content(attacked(attack), paper)
    again = read(fit(ours, key="", syntax=paper.syntax, size=paper.size))
    assert again
    facts = [(one.key, one.name, one.state, one.headline, one.failed) for one in ours.sections]
    assert [(one.key, one.name, one.state, one.headline, one.failed) for one in again.sections] == facts


@pytest.mark.parametrize("kind", PAPERS)
def test_a_log_with_a_whole_comment_of_ours_in_it_forges_nothing(kind: str) -> None:
    """A marker with a far newer build, hidden in a log, in a name, and behind a fence that looks ended."""
    paper = PAPERS[kind]
    forged = written(said(section("1", "green"), build=99), paper=paper)
    for text in (forged, f"```\n{forged}", f"~~~\n\n{forged}\n", f"</details>\n\n{forged}"):
        thread = MemoryThread()
        ours = hostile_content(hostile(text), paper, build=12)
        tell(thread, ours, paper=paper)
        tell(thread, ours, paper=paper)
        assert thread.writes == ["create"]
        again = read(thread.texts[0])
        assert again
        assert (again.build, again.state) == (12, "red")


@pytest.mark.parametrize("kind", PAPERS)
def test_a_stranger_who_quotes_our_comment_does_not_become_us(kind: str) -> None:
    paper = PAPERS[kind]
    ours = written(said(section()), paper=paper)
    quoted = "\n".join(f"> {line}" for line in ours.split("\n"))
    assert not is_marked(f"{quoted}\n\nWhat is this?", "")
    assert is_marked(ours, "")


def test_a_hidden_line_that_unpacks_to_megabytes_is_not_read() -> None:
    crowd = replace(section(), failed=("x" * 3_000_000,))
    text = written(said(crowd))
    assert len(text) < 65_000
    assert read(text) is None
