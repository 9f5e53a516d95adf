"""Takes one log file, gives its report: what `analyze` prints."""

import sys
from collections.abc import Mapping
from pathlib import PurePath

from plugin.extract.analyze import analyze
from plugin.extract.user_patterns import with_user_patterns
from plugin.logs.compression import decompressed
from plugin.logs.readable import LazyLog, readable
from plugin.logs.redact.redactor import Redactor
from plugin.logs.redact.variables import secrets_of
from plugin.model.excerpt import Excerpt
from plugin.render import FORMATS
from plugin.report import report_of_log
from plugin.text.shorten import single_line
from plugin.workspace import given, pattern_file


def analyzed(
    file: str,
    environ: Mapping[str, str],
    *,
    baseline: str | None,
    exit_code: int | None,
    max_lines: int,
    explain: bool,
    form: str,
) -> str:
    """The report in the format, and with `explain` the reason for each line. Raises SettingsError."""
    redact = Redactor(secrets_of(environ))
    log = decompressed(given(file))
    catalogue, problems = with_user_patterns(pattern_file("."), "", ())
    for problem in problems:
        print(f"failure-alert: {single_line(problem)}", file=sys.stderr)
    excerpt = analyze(
        LazyLog(log, redact),
        max_lines=max_lines,
        exit_code=exit_code,
        baseline=readable(decompressed(given(baseline)), redact) if baseline else None,
        catalogue=catalogue,
        explain=explain,
    )
    name = "standard input" if file == "-" else PurePath(file).name
    report = FORMATS[form](report_of_log(name, excerpt, size=len(log), exit_code=exit_code))
    return f"{report}\n{_explained(excerpt)}" if explain else report


def _explained(excerpt: Excerpt) -> str:
    """The lines in the order of their worth, each with what brought it in."""
    whys = {line.number: line.why for line in excerpt.lines}
    rows = (f"{context:>4}. line {number}: {whys[number]}" for context, number in enumerate(excerpt.ranked, 1))
    return "\n".join(("Why these lines, best first:", *rows)) + "\n"
