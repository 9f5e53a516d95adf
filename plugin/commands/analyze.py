"""The `analyze` command: the report of logs that belong to no build."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence

from plugin.commands.log_files import STANDARD_INPUT, LogFile, log_files, read_log, wait_until_complete
from plugin.commands.log_report import LogResult, report_of_logs, summary
from plugin.commands.terminal import Progress
from plugin.errors import SettingsError
from plugin.extract.analyze import analyze
from plugin.extract.no_failure import MEASURED_LINES, reports_no_failure
from plugin.extract.user_patterns import with_user_patterns
from plugin.frozen import frozen, replace
from plugin.locations.find import LocationFinder
from plugin.logs.colors import colors_of
from plugin.logs.compression import decompressed
from plugin.logs.readable import LazyLog, readable
from plugin.logs.redact.redactor import Redactor
from plugin.logs.redact.variables import secrets_of
from plugin.model.excerpt import MOST_LINES, Excerpt
from plugin.model.report import SourceLocation
from plugin.render import FORMATS
from plugin.render.without_log_text import without_log_text
from plugin.text.shorten import single_line
from plugin.workspace import pattern_file, read_input


@frozen
class AnalyzeOptions:
    """The arguments of the command."""

    files: tuple[str, ...]
    """Files, folders, or `-` for standard input."""
    form: str
    max_lines: int
    """0 to show no text of the log, which is analyzed as with the default then."""
    baseline: str | None = None
    exit_code: int | None = None
    explain: bool = False
    idle: float = 0.0
    """Seconds without growth after which a file is complete; 0 to read it at once."""
    redacted_copy: str | None = None
    """Path of the copy of the log to write."""
    color: bool = False


def analyzed(options: AnalyzeOptions, environ: Mapping[str, str]) -> tuple[str, int]:
    """Return the report and the exit code: 2 if one of several files cannot be read, else 0. Raise SettingsError."""
    files = log_files(options.files)
    _check(options, files)
    redact = Redactor(secrets_of(environ))
    read = _reader(options, redact, several=len(files) > 1)
    results: list[LogResult] = []
    explanations: list[str] = []
    problems: list[SettingsError] = []
    with Progress(environ) as progress:
        for number, file in enumerate(files, 1):
            try:
                if options.idle:
                    wait_until_complete(file, options.idle, progress=progress)
                progress(f"{number} of {len(files)}: {file.name}")
                log = read_log(file)
            except SettingsError as error:
                problems.append(error)
                continue
            if log is not None:
                excerpt, locations = read(log)
                fine = _without_failure(excerpt, log, options, redact)
                results.append(LogResult(file.name, excerpt, len(log), fine, locations))
                explanations += [_explained(excerpt)] if options.explain and options.max_lines else []
                _write_copy(options, log, redact)
    if problems and not results:
        raise problems[0]
    for problem in problems:
        print(f"failure-alert: {problem}", file=sys.stderr)
    return "\n".join((_rendered(results, options), *explanations)), 2 if problems else 0


def _check(options: AnalyzeOptions, files: Sequence[LogFile]) -> None:
    """Raise SettingsError for arguments that do not fit together."""
    if options.redacted_copy and len(files) != 1:
        raise SettingsError(f"--redacted-copy needs one log, not {len(files)}")
    if options.redacted_copy and os.path.exists(options.redacted_copy):
        raise SettingsError(f"cannot write {options.redacted_copy}: the file exists; name another one or remove it")
    if options.idle and any(file.path == STANDARD_INPUT for file in files):
        raise SettingsError("--watch needs files: standard input is read to its end anyway")


def _reader(
    options: AnalyzeOptions, redact: Redactor, *, several: bool
) -> Callable[[bytes], tuple[Excerpt, tuple[SourceLocation, ...]]]:
    """Return a function that analyzes a log and finds the locations that its excerpt names.

    The text of one log needs no key of its failure; that of `several` groups them by it. Raise
    SettingsError for an unusable pattern file or baseline.
    """
    catalogue, problems = with_user_patterns(pattern_file("."), "", ())
    for problem in problems:
        print(f"failure-alert: {single_line(problem)}", file=sys.stderr)
    baseline = readable(decompressed(read_input(options.baseline)), redact) if options.baseline else None

    finder = LocationFinder("", "")

    def read(log: bytes) -> tuple[Excerpt, tuple[SourceLocation, ...]]:
        source = LazyLog(log, redact)
        excerpt = analyze(
            source,
            max_lines=options.max_lines or MOST_LINES,
            exit_code=options.exit_code,
            baseline=baseline,
            catalogue=catalogue,
            explain=options.explain,
            identify=options.form != "text" or several,
        )
        return replace(excerpt, colors=colors_of(source.raw, excerpt.lines)), finder.locations(excerpt, source.raw)

    return read


def _without_failure(excerpt: Excerpt, log: bytes, options: AnalyzeOptions, redact: Redactor) -> bool:
    """Return whether the log reports no failure; an exit code says more than the log."""
    if options.exit_code or not reports_no_failure(excerpt):
        return False
    analyzed_lines = options.max_lines or MOST_LINES
    return analyzed_lines >= MEASURED_LINES or reports_no_failure(analyze(LazyLog(log, redact)))


def _rendered(results: Sequence[LogResult], options: AnalyzeOptions) -> str:
    """Return the report; as text with a line for each log, unless one log says it all."""
    report = report_of_logs(results, options.exit_code)
    report = report if options.max_lines else without_log_text(report)
    if options.form != "text":
        return FORMATS[options.form](report)
    from plugin.render import text

    lines = "".join(f"{line}\n" for line in summary(results, report))
    if not report.failures:
        return lines
    shown = text.render(replace(report, notes=()), colour=options.color)
    return shown if len(results) == 1 else f"{shown}\n{lines}"


def _write_copy(options: AnalyzeOptions, log: bytes, redact: Redactor) -> None:
    """Write the clean log without secrets, for a bug report. Raise SettingsError."""
    if not options.redacted_copy:
        return
    try:
        with open(options.redacted_copy, "xb") as copy:
            copy.write(readable(log, redact))
    except OSError as error:
        raise SettingsError(f"cannot write {options.redacted_copy}: {error.strerror}") from error
    name = single_line(options.redacted_copy)
    print(
        f"failure-alert: clean log with masked secrets written to {name}; read it before you share it", file=sys.stderr
    )


def _explained(excerpt: Excerpt) -> str:
    """Return the ranked lines, each with the rule that selected it."""
    reasons = {line.number: line.why for line in excerpt.lines}
    rows = (f"{rank:>4}. line {number}: {reasons[number]}" for rank, number in enumerate(excerpt.ranked, 1))
    return "\n".join(("Why these lines, best first:", *rows)) + "\n"
