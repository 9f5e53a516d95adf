"""What test reports say of a failed step."""

from typing import Literal

from plugin.frozen import frozen

TestOutcome = Literal["passed", "skipped", "failed", "error", "flaky"]
"""`error`: something else than the test's own check failed. `flaky`: failed, and passed when it was repeated."""
FAILED: tuple[TestOutcome, ...] = ("failed", "error")


@frozen
class ReportedTest:
    """A test of a report. Whatever the report does not say is empty or 0."""

    class_name: str
    """Class, suite or file, as the report groups its tests."""
    name: str
    outcome: TestOutcome
    message: str = ""
    file: str = ""
    line: int = 0

    @property
    def title(self) -> str:
        """Return class and name on one line, without saying the class twice."""
        return self.name if not self.class_name or self.class_name in self.name else f"{self.class_name} {self.name}"


@frozen
class StepTests:
    """The tests of all reports that one step wrote."""

    reports: tuple[str, ...]
    """Paths in the workspace."""
    total: int
    """All tests, those that passed or were skipped included."""
    failed: tuple[ReportedTest, ...]
    flaky: tuple[ReportedTest, ...]
