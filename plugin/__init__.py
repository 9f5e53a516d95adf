"""Finds the lines that explain why a build of the Drone family failed, and tells people where they look."""

from plugin.about import VERSION

__version__ = VERSION

TYPE_CHECKING = False  # `typing` takes longer to import than all that `__main__` does before it holds the signals
if TYPE_CHECKING:
    from plugin.model.excerpt import Excerpt


def analyze_log(
    log: str | bytes,
    max_lines: int = 60,
    exit_code: int | None = None,
    baseline: str | bytes | None = None,
    *,
    explain: bool = False,
) -> "Excerpt":
    """The lines of a failing log that explain the failure, best first in `ranked`; see `Excerpt`.

    `baseline` is the log of a green run of the same step. `explain` fills `Line.why`. No log makes it raise.
    """
    from plugin.extract.analyze import analyze  # late: `--version` needs none of it
    from plugin.logs.readable import LazyLog, readable
    from plugin.logs.redact.redactor import Redactor

    redact = Redactor()
    return analyze(
        LazyLog(log, redact),
        max_lines=max_lines,
        exit_code=exit_code,
        baseline=None if baseline is None else readable(baseline, redact),
        explain=explain,
    )
