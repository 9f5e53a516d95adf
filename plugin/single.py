"""Takes one log file, gives its report: what `analyze` prints."""

import sys
from collections.abc import Mapping
from pathlib import PurePath

from plugin.extract import analyze
from plugin.extract.excerpt import Excerpt
from plugin.extract.own import own
from plugin.logs import Parts, Redactor, readable, secrets_of
from plugin.render import FORMATS
from plugin.render.neutral import one_line
from plugin.report import of_log
from plugin.workspace import given, own_patterns


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
    log = given(file)
    catalogue, problems = own(own_patterns("."), "", ())
    for problem in problems:
        print(f"failure-alert: {one_line(problem)}", file=sys.stderr)
    excerpt = analyze(
        Parts(log, redact),
        max_lines=max_lines,
        exit_code=exit_code,
        baseline=readable(given(baseline), redact) if baseline else None,
        catalogue=catalogue,
        explain=explain,
    )
    name = "standard input" if file == "-" else PurePath(file).name
    report = FORMATS[form](of_log(name, excerpt, size=len(log), exit_code=exit_code))
    return f"{report}\n{_explained(excerpt)}" if explain else report


def _explained(excerpt: Excerpt) -> str:
    """The lines in the order of their worth, each with what brought it in."""
    whys = {line.number: line.why for line in excerpt.lines}
    rows = (f"{place:>4}. line {number}: {whys[number]}" for place, number in enumerate(excerpt.ranked, 1))
    return "\n".join(("Why these lines, best first:", *rows)) + "\n"
