"""Only a log without any sign of a failure counts as one that reports none."""

from pathlib import Path

import pytest

from plugin.extract.analyze import analyze
from plugin.extract.no_failure import reports_no_failure
from plugin.logs.readable import LazyLog
from plugin.logs.redact.redactor import Redactor

LOGS = Path(__file__).parent.parent / "logs"


def _excerpt_without_failure(path: Path) -> bool:
    return reports_no_failure(analyze(LazyLog(path.read_bytes(), Redactor())))


@pytest.mark.parametrize("path", sorted(LOGS.rglob("*.log")), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_failing_log_counts_as_one_without_a_failure(path: Path) -> None:
    if not path.stem.endswith(".green"):
        assert not _excerpt_without_failure(path)


@pytest.mark.parametrize(
    "log",
    [
        pytest.param(b"+ ./gradlew test\n> Task :test\n4 tests, failures: 0\ndone\n", id="counts of zero"),
        pytest.param(b"4 runs, 0 failures, 0 errors\nok\n", id="zero failures"),
        pytest.param(b"+ pytest --maxfail=3\ncollected 4 items\n4 passed\n", id="an option"),
    ],
)
def test_words_of_failure_that_report_none_are_harmless(log: bytes) -> None:
    assert reports_no_failure(analyze(log))


def test_passing_logs_of_the_project_are_recognized_often_enough() -> None:
    """They are full of words of failure on purpose; what is not recognized is explained as before."""
    green = sorted(LOGS.rglob("*.green.log"))
    recognized = sum(map(_excerpt_without_failure, green))
    assert recognized >= 10, f"{recognized} of {len(green)}"


@pytest.mark.parametrize(
    "log",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"+ make\n+ ./check\n", id="ends with a command, which may have failed without a word"),
        pytest.param(b"+ ./check\nlicense of left-pad was rejected\nchecked\n", id="a word in the middle"),
        pytest.param(b"+ ./check\nwaiting for the database\n", id="stopped while it waited"),
        pytest.param(b"+ ./check\nmain.c:3:5: error: 'x' undeclared\n", id="a known error"),
    ],
)
def test_any_sign_of_a_failure_counts(log: bytes) -> None:
    assert not reports_no_failure(analyze(log))
