"""The verdict: what earlier builds, changed lines and known issues show about the failures of a build."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from plugin.frozen import frozen, replace


class VerdictKind(StrEnum):
    """The relation of a failure, or of a failed build, to earlier builds."""

    FLAKY = "flaky"
    """The same step passed in another build of the same commit."""
    ELSEWHERE = "elsewhere"
    """The target branch, or the branch that this one came from, has the same failure."""
    WIDESPREAD = "widespread"
    """Two or more other pull requests have the same failure."""
    KNOWN = "known"
    """The previous build of the same branch or pull request had the same failure."""
    NEW = "new"
    """The previous build of the same branch or pull request, or of the target branch, did not have it."""
    UNDECIDED = "undecided"
    """Earlier builds were seen, but they do not show any of this; for example, they failed and were not compared."""


class Comparison(StrEnum):
    """The same step in an earlier build, compared with a failure of this build."""

    SAME = "same"
    """It failed with an equal key."""
    OTHER = "other"
    """It failed for another reason."""
    PASSED = "passed"
    UNKNOWN = "unknown"
    """It was not read, did not run, or the keys do not decide it."""


class EvidenceKind(StrEnum):
    """One statement about a failure; the builds of the evidence show it."""

    NEW = "new"
    """This step, or the whole build, passed in the previous build of the branch or pull request."""
    NEW_REASON = "new_reason"
    """It failed in the previous build, for another reason."""
    SINCE = "since"
    """The same failure in every build since the last of `builds`, newest first."""
    TARGET = "target"
    """The same failure in the newest build of the target branch."""
    TARGET_BEFORE = "target_before"
    """The same failure in an older build of the target branch, which passed this step since."""
    TARGET_OTHER = "target_other"
    """The newest build of the target branch fails in this step for another reason."""
    TARGET_PASSED = "target_passed"
    """The newest build of the target branch passed this step."""
    TARGET_NOT_COMPARED = "target_not_compared"
    """The newest build of the target branch failed, too; whether for the same reason is not known."""
    SAME_COMMIT_PASSED = "same_commit_passed"
    """This step passed in other builds of the same commit."""
    PASSED_AGAIN = "passed_again"
    """Elsewhere, one of two builds of one commit had the same failure and the other passed: the passed one, the failed
    one."""
    INTERMITTENT = "intermittent"
    """The same failure at several times on the target branch, or in several other pull requests; each passed since."""
    BEFORE = "before"
    """The same failure in earlier builds of the branch or pull request, which passed this step since."""
    OTHER_PULL_REQUESTS = "other_pull_requests"
    """The same failure in other pull requests."""
    NOT_COMPARED = "not_compared"
    """The previous build failed, too; whether for the same reason is not known."""


DECIDING: Mapping[VerdictKind, tuple[EvidenceKind, ...]] = {
    VerdictKind.ELSEWHERE: (EvidenceKind.TARGET,),
    VerdictKind.FLAKY: (EvidenceKind.SAME_COMMIT_PASSED, EvidenceKind.PASSED_AGAIN, EvidenceKind.INTERMITTENT),
    VerdictKind.WIDESPREAD: (EvidenceKind.OTHER_PULL_REQUESTS,),
    VerdictKind.KNOWN: (EvidenceKind.SINCE,),
    VerdictKind.NEW: (EvidenceKind.NEW, EvidenceKind.NEW_REASON, EvidenceKind.TARGET_PASSED),
    VerdictKind.UNDECIDED: (EvidenceKind.NOT_COMPARED, EvidenceKind.TARGET_NOT_COMPARED),
}
"""The statements that decide a kind; the first one that was made is shown first."""


@frozen
class SeenBuild:
    """An earlier build that shows something."""

    number: int
    url: str = ""
    """Its web page, or empty."""
    branch: str = ""
    """The branch built; for a pull request the target branch."""
    ref: str = ""
    """The Git reference built; it distinguishes pull requests."""


@frozen
class Evidence:
    """A statement about a failure, and the builds that show it; never empty, newest first."""

    kind: EvidenceKind
    builds: tuple[SeenBuild, ...]
    failed: int = 0
    """SAME_COMMIT_PASSED: how many builds of that commit had this failure, this one included."""
    older: bool = False
    """SINCE: the build before them failed, too, and was not compared; so the failure may be older."""

    def hidden(self, hide: Callable[[str], str]) -> "Evidence":
        """Return the evidence with names of branches redacted."""
        builds = (replace(build, branch=hide(build.branch), ref=hide(build.ref)) for build in self.builds)
        return replace(self, builds=tuple(builds))


class Relation(StrEnum):
    """How the places of a cause relate to a pull request."""

    CHANGED_LINE = "changed_line"
    """One of them is on a line that it changes."""
    CHANGED_FILE = "changed_file"
    """One of them is in a file that it changes."""
    OTHER_FILES = "other_files"
    """It changes none of the files that they name."""


@frozen
class ChangedLines:
    """How a failure relates to the lines that a pull request changes."""

    relation: Relation
    path: str = ""
    """The file that is named and changed; empty for OTHER_FILES."""
    line: int = 0
    """0 where only the file is known."""


@frozen
class KnownIssue:
    """The entry of the known issues that a failure matches."""

    text: str
    link: str = ""
    owner: str = ""
    until: str = ""
    """The date on which it expires, ISO 8601; empty for never."""
    action: str = ""
    """`retry`, `wait`, `ask` or empty."""
    expired: bool = False
    """It is shown with a warning, and decides nothing."""
    untrusted: bool = False
    """This pull request may have written it: it is marked, and decides nothing."""
    partial: bool = False
    """The step has other failures beside it: it is marked, and decides nothing."""

    @property
    def counts(self) -> bool:
        """Whether it decides the conclusion."""
        return not (self.expired or self.untrusted or self.partial)


class Cause(StrEnum):
    """The conclusion: whose failure it is."""

    THIS_CHANGE = "this_change"
    TARGET_BRANCH = "target_branch"
    INFRASTRUCTURE = "infrastructure"
    KNOWN = "known"
    FLAKY = "flaky"
    UNDECIDED = "undecided"


@frozen
class Conclusion:
    """The conclusion from all evidence about a failure, or about all failures of a build."""

    cause: Cause
    certain: bool = False
    """The evidence shows it; else it is probable only, and worded so."""


@frozen
class FailureVerdict:
    """What is known about one failure beyond its log."""

    kind: VerdictKind | None = None
    """None where no earlier build was seen."""
    evidence: tuple[Evidence, ...] = ()
    """In the order of worth."""
    previous: Comparison = Comparison.UNKNOWN
    """The previous finished build of the branch or pull request: SAME means that nobody needs to hear of it again."""
    changed: ChangedLines | None = None
    """None where it was not requested or cannot be decided."""
    known_issue: KnownIssue | None = None
    conclusion: Conclusion = Conclusion(Cause.UNDECIDED)

    def hidden(self, hide: Callable[[str], str]) -> "FailureVerdict":
        """Return the verdict with every text from outside redacted."""
        changed, issue = self.changed, self.known_issue
        return replace(
            self,
            evidence=tuple(one.hidden(hide) for one in self.evidence),
            changed=changed and replace(changed, path=hide(changed.path)),
            known_issue=issue and replace(issue, text=hide(issue.text), link=hide(issue.link), owner=hide(issue.owner)),
        )


@frozen
class Verdict:
    """The relation of the whole build to earlier ones, from the verdicts on its failures: the most alarming one."""

    kind: VerdictKind
    build: int
    """FLAKY: the green build of the same commit. ELSEWHERE, WIDESPREAD: the newest red one. KNOWN: the first red one
    of the series. NEW: the previous one. UNDECIDED: the newest one that was not compared."""
    branch: str
    """The branch of that build."""
    url: str = ""
    """The web page of that build, or empty."""
    latest: int = 0
    """KNOWN: the previous build, which has the failure as well."""
    previous_keys: frozenset[str] | None = None
    """The keys of the previous finished build of the branch or pull request; None where they are not all known."""
