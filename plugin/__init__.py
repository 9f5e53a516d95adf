"""Find the lines of a CI log that explain why a build failed, and report them."""

from plugin.about import VERSION

__version__ = VERSION

TYPE_CHECKING = False  # importing `typing` takes longer than everything that `__main__` does before it blocks signals
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
    """Return the lines of a failed step's log that explain the failure, best first in `ranked`; see `Excerpt`.

    `baseline` is the log of a successful run of the same step. `explain` fills `Line.why`. No content of a log raises.
    """
    from plugin.extract.analyze import analyze  # late: `--version` does not need it
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
