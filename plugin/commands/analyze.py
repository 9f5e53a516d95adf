"""The `analyze` command: the report of one log file."""

import sys
from collections.abc import Mapping
from pathlib import PurePath

from plugin.extract.analyze import analyze
from plugin.extract.user_patterns import with_user_patterns
from plugin.locations.find import LocationFinder
from plugin.logs.compression import decompressed
from plugin.logs.readable import LazyLog, readable
from plugin.logs.redact.redactor import Redactor
from plugin.logs.redact.variables import secrets_of
from plugin.model.excerpt import Excerpt
from plugin.render import FORMATS
from plugin.report import report_of_log
from plugin.text.shorten import single_line
from plugin.workspace import pattern_file, read_input


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
    """Return the report in the format `form`, with `explain` also the reason for each line. Raise SettingsError."""
    redact = Redactor(secrets_of(environ))
    log = decompressed(read_input(file))
    catalogue, problems = with_user_patterns(pattern_file("."), "", ())
    for problem in problems:
        print(f"failure-alert: {single_line(problem)}", file=sys.stderr)
    lazy = LazyLog(log, redact)
    excerpt = analyze(
        lazy,
        max_lines=max_lines,
        exit_code=exit_code,
        baseline=readable(decompressed(read_input(baseline)), redact) if baseline else None,
        catalogue=catalogue,
        explain=explain,
    )
    name = "standard input" if file == "-" else PurePath(file).name
    locations = LocationFinder("", "").locations(excerpt, lazy.raw)
    report = FORMATS[form](report_of_log(name, excerpt, size=len(log), exit_code=exit_code, locations=locations))
    return f"{report}\n{_explained(excerpt)}" if explain else report


def _explained(excerpt: Excerpt) -> str:
    """Return the ranked lines, each with the rule that selected it."""
    reasons = {line.number: line.why for line in excerpt.lines}
    rows = (f"{rank:>4}. line {number}: {reasons[number]}" for rank, number in enumerate(excerpt.ranked, 1))
    return "\n".join(("Why these lines, best first:", *rows)) + "\n"
