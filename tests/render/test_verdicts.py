"""Verdicts in every view for people: once for the build where all failures share one, else beside each failure."""

import re
from dataclasses import replace

import pytest

from plugin.model.report import Report
from plugin.model.verdict import (
    Cause,
    Conclusion,
    Evidence,
    EvidenceKind,
    FailureVerdict,
    SeenBuild,
    VerdictKind,
)
from plugin.render import html, markdown, text, verdict_phrases
from plugin.text.escape import escape_markdown
from tests.render.comments import comment_of
from tests.render.samples import EARLIER, LINT, NEW, PYTEST, SERVER, failure, report

MAIN = SeenBuild(1, f"{SERVER}/octo/app/1", "main", "refs/heads/main")
OF_TARGET = FailureVerdict(
    VerdictKind.ELSEWHERE,
    (Evidence(EvidenceKind.TARGET, (MAIN,)),),
    conclusion=Conclusion(Cause.TARGET_BRANCH, certain=True),
)


def of_builds(*verdicts: FailureVerdict, conclusion: Conclusion) -> Report:
    samples = (failure("test", PYTEST), failure("lint", LINT))
    failures = (replace(one, verdict=found) for one, found in zip(samples, verdicts, strict=False))
    return report(*failures, conclusion=conclusion)


SHARED = of_builds(NEW, NEW, conclusion=NEW.conclusion)
DIFFERENT = of_builds(NEW, OF_TARGET, conclusion=NEW.conclusion)


@pytest.mark.parametrize("view", [text.render, markdown.render, html.render])
def test_one_verdict_of_all_failures_is_stated_once(view: object) -> None:
    shown = view(SHARED)  # type: ignore[operator]
    assert len(re.findall("(?i)new in this build", shown)) == 1
    assert "probably this change" in shown.lower()


@pytest.mark.parametrize("view", [text.render, markdown.render, html.render])
def test_different_verdicts_are_stated_beside_their_failures(view: object) -> None:
    shown = view(DIFFERENT)  # type: ignore[operator]
    assert "probably this change (test, see each failure)" in shown.lower()
    assert re.search("(?i)new in this build, passed in .*build 2", shown)
    assert re.search("(?i)the same failure on main in .*build 1", shown)


@pytest.mark.parametrize("found", [SHARED, DIFFERENT], ids=["shared", "different"])
def test_views_with_links_link_the_builds_that_show_a_verdict(found: Report) -> None:
    assert f"[build 2]({EARLIER.url})" in markdown.render(found)
    assert f"[build 2]({EARLIER.url})" in comment_of(found)
    assert f'<a href="{EARLIER.url}" rel="noreferrer">build 2</a>' in html.render(found)


def test_the_heading_of_the_comment_and_of_the_file_links_the_builds_of_a_shared_verdict() -> None:
    for shown in (comment_of(SHARED), markdown.render(SHARED)):
        heading, _, below = shown.partition("\n")
        assert heading.endswith(f"probably this change: new in this build, passed in [build 2]({EARLIER.url})")
        assert EARLIER.url not in below.partition("<!--")[0]


def test_a_heading_with_long_addresses_names_the_builds_without_links() -> None:
    far = replace(EARLIER, url=f"{SERVER}/{'x' * 1000}")
    verdict = replace(NEW, evidence=(replace(NEW.evidence[0], builds=(far,)),))
    heading = comment_of(of_builds(verdict, verdict, conclusion=NEW.conclusion)).partition("\n")[0]
    assert heading.endswith("passed in build 2")


def test_builds_that_were_not_compared_are_one_statement() -> None:
    kinds = {EvidenceKind.TARGET_NOT_COMPARED: MAIN, EvidenceKind.NOT_COMPARED: EARLIER}
    evidence = tuple(Evidence(kind, (build,)) for kind, build in kinds.items())
    verdict = FailureVerdict(VerdictKind.UNDECIDED, evidence)
    (statement,) = verdict_phrases.statements(failure("test", PYTEST, verdict=verdict))
    assert str(statement) == "also failed in build 2 and on main in build 1 (not compared)"


def test_a_build_without_a_page_is_named_without_a_link() -> None:
    nowhere = replace(NEW, evidence=(replace(NEW.evidence[0], builds=(replace(EARLIER, url=""),)),))
    found = of_builds(nowhere, OF_TARGET, conclusion=NEW.conclusion)
    assert "passed in build 2" in markdown.render(found)


def test_every_statement_and_conclusion_has_words() -> None:
    for kind in EvidenceKind:
        verdict = FailureVerdict(VerdictKind.NEW, (Evidence(kind, (EARLIER, MAIN), failed=1, older=True),))
        (statement,) = verdict_phrases.statements(failure("test", PYTEST, verdict=verdict))
        assert "build 2" in str(statement) or "build 1" in str(statement)
        assert "{" not in str(statement)
    for cause in Cause:
        for certain in (True, False):
            one = of_builds(replace(NEW, conclusion=Conclusion(cause, certain=certain)), conclusion=Conclusion(cause))
            assert str(verdict_phrases.conclusion(one))


def test_what_is_not_certain_is_worded_as_probable() -> None:
    for cause in Cause:
        guess = Conclusion(cause)
        line = str(verdict_phrases.conclusion(of_builds(replace(NEW, conclusion=guess), conclusion=guess)))
        assert line.startswith("probably ") or cause is Cause.UNDECIDED
        assert "not flaky" not in line


def test_branch_names_are_escaped_in_markdown_and_html() -> None:
    evil = replace(MAIN, branch="<img src=x>[x](http://evil.example)")
    verdict = replace(OF_TARGET, evidence=(Evidence(EvidenceKind.TARGET, (evil,)),))
    alone = of_builds(verdict, conclusion=verdict.conclusion)
    for found in (alone, of_builds(NEW, verdict, conclusion=NEW.conclusion)):
        for shown in (markdown.render(found), comment_of(found), html.render(found)):
            assert "<img" not in shown
        assert escape_markdown(evil.branch) in markdown.render(found)
        assert escape_markdown(evil.branch) in comment_of(found)
