"""Takes a clean log, gives the few lines of it that explain the failure."""

from typing import TYPE_CHECKING

from plugin.extract.excerpt import Excerpt

if TYPE_CHECKING:
    from plugin.extract.catalogue import Catalogue
    from plugin.logs.parts import Parts


def analyze(
    log: "bytes | Parts",
    *,
    max_lines: int = 60,
    exit_code: int | None = None,
    baseline: bytes | None = None,
    catalogue: "Catalogue | None" = None,
    explain: bool = False,
) -> Excerpt:
    """The lines that explain the failure. `log` and `baseline` (the same step's green log) are clean and redacted, or
    `log` is Parts of a raw log, of which no more is cleaned and redacted than is looked at.

    `catalogue` is the built-in one where none is given. `explain` fills `Line.why`, which takes longer.
    Never raises for what is in a log; linear in its size.
    """
    from plugin.extract.analysis import analysis  # late: compiles expressions

    return analysis(
        log,
        max_lines=max_lines,
        exit_code=exit_code,
        baseline=baseline,
        catalogue=catalogue,
        explain=explain,
    )
