"""Facts about rows of a log that the ranker does not have to learn, each with a weight in log-odds."""

from collections.abc import Mapping, Sequence

from plugin.extract.baseline import shared_rows
from plugin.extract.documents import GENERIC_FILE
from plugin.extract.features import Features, positions, without_reason
from plugin.extract.finding import ERROR, INFORMATION, Finding
from plugin.extract.first_finding import Lead
from plugin.extract.forms import load_forms, matches
from plugin.extract.passed_tests import lines_of_passed_tests
from plugin.extract.regex import regex
from plugin.frozen import frozen

_IN_GREEN = "also in the green log"
_SHARED_WITH_GREEN = -6.0
_USER_PATTERN = 8.0
_CAUSE = 1.5
_EARLIER_COMMAND = -3.0
_AFTER_THE_FAILURE = -3.0
_PASSED = -4.0
SAYS_NO_REASON = -2.0
_NAMES_A_TEST = -2.0
_INFORMATION = -4.0
_TRAILER = -3.0
_BEST = 10
"""Best rows among which lines that end an output are looked for."""
_FAILED_COMMAND = r'^The command ".*" (?:exited with [1-9]|failed)|^##\[error\]Process completed with exit code [1-9]'
"""Lines by which Travis CI and GitHub Actions report the failed command, before they run others."""


@frozen
class Knowledge:
    """A fact about some rows that the ranker does not have to learn, and its weight in log-odds."""

    description: str
    weight: float
    rows: frozenset[int]
    doubtful: bool = False
    """Whether the rows are unrelated to the failure, whatever they contain."""

    @property
    def unrelated(self) -> bool:
        """Whether the log alone says so, without that of a successful build."""
        return self.doubtful and not self.in_green

    @property
    def in_green(self) -> bool:
        """Whether the rows are those that the last successful run printed as well."""
        return self.description == _IN_GREEN


def with_knowledge(scores: Sequence[float], known: Sequence[Knowledge]) -> list[float]:
    """Return the scores with the weights of all facts about each row added."""
    weights = [0.0] * len(scores)
    for one in known:
        for row in one.rows:
            weights[row] += one.weight
    return [score + weight for score, weight in zip(scores, weights, strict=True)]


def from_features(features: Features, baseline: bytes | None, command: int | None) -> list[Knowledge]:
    """Return what patterns, the log of the last successful run and the trace of commands show."""
    shared = shared_rows(features.candidates.lines, baseline) if baseline else frozenset()
    user_defined = frozenset(
        row for row, pattern in features.patterns.items() if pattern.user_defined and pattern.kind == "cause"
    )
    cause = frozenset(
        row for row, one in features.patterns.items() if one.kind == "cause" and one.place != GENERIC_FILE
    )
    return [
        Knowledge("a tool's pattern for a cause", _CAUSE, cause),
        Knowledge(_IN_GREEN, _SHARED_WITH_GREEN, shared, doubtful=True),
        Knowledge("a pattern of your own", _USER_PATTERN, user_defined),
        Knowledge(
            "printed before the command that failed",
            _EARLIER_COMMAND,
            _of_earlier_commands(features, command),
            doubtful=True,
        ),
        Knowledge(
            "printed after the CI reported the failed command",
            _AFTER_THE_FAILURE,
            _after_the_failure(features.candidates.lines),
            doubtful=True,
        ),
        Knowledge("says that something failed, not why", SAYS_NO_REASON, without_reason(features)),
        Knowledge(
            "names a failed test, not what it found", _NAMES_A_TEST, frozenset(positions(features["test-heading"]))
        ),
        Knowledge(
            "printed by a test that passed", _PASSED, lines_of_passed_tests(features.candidates.lines), doubtful=True
        ),
    ]


def _after_the_failure(lines: Sequence[bytes]) -> frozenset[int]:
    """Return the rows below the first line by which the CI reports that a command failed."""
    search = regex(_FAILED_COMMAND).search
    first = next((row for row, line in enumerate(lines) if search(line)), len(lines))
    return frozenset(range(first + 1, len(lines)))


def from_recognizers(recognized: Mapping[int, Finding], features: Features) -> list[Knowledge]:
    """Return what the recognizers know of rows that no tool's pattern matches."""
    by_tools = {row for row, one in features.patterns.items() if one.place != GENERIC_FILE}
    others = [(row, one) for row, one in recognized.items() if row not in by_tools]
    return [
        Knowledge(
            "an error that a recognizer knows", _CAUSE, frozenset(row for row, one in others if one.severity >= ERROR)
        ),
        Knowledge(
            "a log record without an error",
            _INFORMATION,
            frozenset(row for row, one in others if one.severity == INFORMATION),
        ),
    ]


def from_trailers(scores: Sequence[float], lines: Sequence[bytes]) -> list[Knowledge]:
    """Return which of the best rows only end the output of a checker."""
    best = sorted(range(len(scores)), key=lambda row: -scores[row])[:_BEST]
    trailer = load_forms("title.yaml")["trailer"]
    rows = frozenset(row for row in best if matches(trailer, lines[row]))
    return [Knowledge("ends the output of a checker", _TRAILER, rows)] if rows else []


def from_lead(lead: Lead | None) -> list[Knowledge]:
    """Return what brings the first of several findings to the top."""
    return [Knowledge("the first of several findings", lead.weight, frozenset({lead.row}))] if lead else []


def _of_earlier_commands(features: Features, command: int | None) -> frozenset[int]:
    """Return the rows before the last command if it printed anything: a step ends with the command that fails."""
    if command is None or not any(line.strip() for line in features.candidates.lines[command + 1 :]):
        return frozenset()
    return frozenset(range(command))
