"""Wording of verdicts: the statements about a failure with the builds that show them, and the conclusion.

What is only probable is worded so. No statement says that something is not flaky, or that a build that was not read
failed for the same reason.
"""

from collections.abc import Iterable, Iterator

from plugin.frozen import frozen
from plugin.model.report import Failure, Report
from plugin.model.verdict import (
    DECIDING,
    Cause,
    Conclusion,
    Evidence,
    EvidenceKind,
    FailureVerdict,
    Relation,
    SeenBuild,
    VerdictKind,
)
from plugin.text.language import N_, _
from plugin.text.lazy_expression import lazily

_SHOWN = 3
"""Statements in one line, and builds in one statement."""


@frozen
class Statement:
    """A statement as text and builds; a format makes links of builds that have a page."""

    parts: tuple[str | SeenBuild, ...]

    def __str__(self) -> str:
        return "".join(name_of(part) if isinstance(part, SeenBuild) else part for part in self.parts)


def name_of(build: SeenBuild) -> str:
    """Return the text for a build, which formats may link to its page."""
    return _("build {number}", number=build.number)


def conclusion(report: Report) -> Statement:
    """Return the conclusion about the build in one line; empty if nothing is known.

    `probably this change: new in this build, passed in build 41; main passed it in build 40`
    """
    failures = [failure for failure in report.failures if failure.verdict]
    if not report.conclusion or not failures:
        return Statement(())
    deciding = next((one for one in failures if one.verdict and _decides(one.verdict, report.conclusion)), failures[0])
    label = _label(report.conclusion, report.conclusion.cause, deciding)
    others = len(report.failures) > 1 and not is_shared(report)
    if others:
        place = deciding.step or deciding.job
        text = _("{conclusion} ({place}, see each failure)", conclusion=label, place=place) if label else ""
        return Statement((text,) if label else ())
    shown = statements(deciding)
    separators = (_("{conclusion}: ", conclusion=label) if label else "", *[_("; ")] * (len(shown) - 1))
    parts = (part for before, one in zip(separators, shown, strict=True) for part in (before, *one.parts) if part)
    return Statement(tuple(parts) if shown else (label,))


def is_shared(report: Report) -> bool:
    """Return whether one verdict is that of all failures, so that it is shown once for the build."""
    return len({(tuple(map(str, statements(one)))) for one in report.failures}) == 1


def details(failure: Failure, report: Report) -> tuple[Statement, ...]:
    """Return the statements to show beside a failure; none if the conclusion about the build has them."""
    return () if is_shared(report) else statements(failure)


def _decides(verdict: FailureVerdict, found: Conclusion) -> bool:
    return verdict.conclusion.cause is found.cause


def _label(found: Conclusion, cause: Cause, failure: Failure) -> str:
    text = _LABELS[cause] and _(_LABELS[cause])
    if not text or found.certain or cause is Cause.UNDECIDED:
        return text
    if cause is Cause.KNOWN and failure.verdict and failure.verdict.kind is VerdictKind.WIDESPREAD:
        return _("probably not this change")
    return _("probably {conclusion}", conclusion=text)


_LABELS = {
    Cause.THIS_CHANGE: N_("this change"),
    Cause.TARGET_BRANCH: N_("the target branch is broken"),
    Cause.INFRASTRUCTURE: N_("infrastructure"),
    Cause.KNOWN: N_("a known issue"),
    Cause.FLAKY: N_("flaky"),
    Cause.UNDECIDED: "",
}


def statements(failure: Failure) -> tuple[Statement, ...]:
    """Return the statements about a failure, the one that decides first."""
    verdict = failure.verdict
    if not verdict:
        return ()
    decisive = DECIDING[verdict.kind] if verdict.kind else ()
    chosen = sorted(_without_redundant(verdict.evidence), key=lambda one: one.kind not in decisive)
    found = {one.kind: one for one in chosen}
    if EvidenceKind.NOT_COMPARED in found and EvidenceKind.TARGET_NOT_COMPARED in found:
        both = _not_compared(found[EvidenceKind.NOT_COMPARED], found.pop(EvidenceKind.TARGET_NOT_COMPARED))
        shown = [both if one.kind is EvidenceKind.NOT_COMPARED else _statement(one) for one in found.values()]
    else:
        shown = [_statement(one) for one in chosen]
    return (*shown[:_SHOWN], *_of_changes(verdict))


def _not_compared(earlier: Evidence, target: Evidence) -> Statement:
    """Return one statement for the two kinds of builds that were not compared."""
    return _worded(
        _("also failed in {builds} and on {branch} in {newest} (not compared)"),
        builds=tuple(_listed(earlier.builds)),
        branch=(target.builds[0].branch,),
        newest=target.builds[:1],
    )


def _without_redundant(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Return the evidence without what a more valuable statement contains: if the commit passed before, so did it."""
    found = list(evidence)
    flaky = next((one for one in found if one.kind is EvidenceKind.SAME_COMMIT_PASSED), None)
    if not flaky:
        return found
    passed = {build.number for build in flaky.builds}
    return [one for one in found if one.kind is not EvidenceKind.NEW or one.builds[0].number not in passed]


_WORDING = {
    EvidenceKind.NEW: N_("new in this build, passed in {newest}"),
    EvidenceKind.NEW_REASON: N_("new in this build, failed for another reason in {newest}"),
    EvidenceKind.SINCE: N_("the same failure since {oldest}{older}"),
    EvidenceKind.TARGET: N_("the same failure on {branch} in {newest}"),
    EvidenceKind.TARGET_BEFORE: N_("the same failure on {branch} in {builds}, which passed since"),
    EvidenceKind.TARGET_OTHER: N_("fails for another reason on {branch} in {newest}"),
    EvidenceKind.TARGET_PASSED: N_("passed on {branch} in {newest}"),
    EvidenceKind.TARGET_NOT_COMPARED: N_("also failed on {branch} in {newest} (not compared)"),
    EvidenceKind.SAME_COMMIT_PASSED: N_("the same commit passed in {builds} (failed like this in {failed} of {all})"),
    EvidenceKind.PASSED_AGAIN: N_("another commit failed like this in {oldest} and passed in {newest}"),
    EvidenceKind.INTERMITTENT: N_("failed like this in {builds}, and passed after each"),
    EvidenceKind.BEFORE: N_("had the same failure in {builds} and passed since"),
    EvidenceKind.OTHER_PULL_REQUESTS: N_("the same failure in {count} other pull requests, {builds}"),
    EvidenceKind.NOT_COMPARED: N_("also failed in {builds} (not compared)"),
}
_FIELD = lazily(r"\{(\w+)\}")


def _statement(evidence: Evidence) -> Statement:
    builds = evidence.builds
    return _worded(
        _(_WORDING[evidence.kind]),
        newest=builds[:1],
        oldest=builds[-1:],
        builds=tuple(_listed(builds)),
        branch=(builds[0].branch,),
        count=(str(len(builds)),),
        failed=(str(evidence.failed),),
        all=(str(evidence.failed + len(builds)),),
        older=(_(" or earlier") if evidence.older else "",),
    )


def _worded(template: str, **fields: tuple[str | SeenBuild, ...]) -> Statement:
    """Return the statement by a template, in which a field is a text or builds."""
    words = _FIELD.split(template)
    parts = (fields[word] if at % 2 else (word,) for at, word in enumerate(words))
    return Statement(tuple(part for group in parts for part in group if part))


def _listed(builds: tuple[SeenBuild, ...]) -> Iterator[str | SeenBuild]:
    for at, build in enumerate(builds[:_SHOWN]):
        yield _(", ") if at else ""
        yield build
    more = len(builds) - _SHOWN
    yield _(" and {number:,} more", number=more) if more > 0 else ""


def _of_changes(verdict: FailureVerdict) -> Iterator[Statement]:
    changed = verdict.changed
    if not changed:
        return
    match changed.relation:
        case Relation.CHANGED_LINE:
            yield Statement(
                (_("this pull request changes line {line} of {path}", line=changed.line, path=changed.path),)
            )
        case Relation.CHANGED_FILE:
            yield Statement((_("this pull request changes {path}", path=changed.path),))
        case Relation.OTHER_FILES:
            yield Statement((_("this pull request changes none of the files named here"),))
