"""The command line: parse arguments, run a command, print its result."""

import argparse
import io
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, BinaryIO

from plugin.about import NAME, VERSION
from plugin.text.language import LANGUAGES, activate

FORMATS = ("text", "markdown", "json", "html", "junit", "sarif")

_DAY = 86_400.0
_USUAL_COLUMNS = 80

_DESCRIPTION = """\
Find the lines that explain why a build failed on Drone, Woodpecker or Harness Open Source.
Without a command, it runs as a pipeline step and reads everything from the environment (see `settings`)."""
_EXIT_CODES = """\
exit codes:
  0    the report was written, whatever it says; `check` found no problem
  1    the server did not answer, or the build cannot be read; `check` found a problem
  2    an argument or setting is unusable, a file cannot be read, or the output cannot be written
  130  interrupted"""


def run(arguments: Sequence[str], environ: Mapping[str, str], out: BinaryIO) -> None:
    """Run the command that the arguments name and write its result as UTF-8.

    Raise PluginError, and SystemExit for unusable arguments or an exit code of the command that is not 0.
    """
    options = _parser(environ).parse_args(arguments)
    if "color" in options:
        from plugin.commands.terminal import wants_color

        options.color = options.format == "text" and wants_color(options.color, environ, out)
    result: str | tuple[str, int] = options.run(options, environ)
    text, code = result if isinstance(result, tuple) else (result, 0)
    out.write((text.rstrip("\n") + "\n").encode("utf-8", "replace"))
    out.flush()
    if code:
        raise SystemExit(code)


def _parser_class(columns: int) -> type[argparse.ArgumentParser]:
    """Return a class of parsers whose help has this width. argparse would import `shutil` for it, which takes 3 ms."""

    class Parser(argparse.ArgumentParser):
        def __init__(self, formatter_class: Any = argparse.HelpFormatter, **options: Any) -> None:
            super().__init__(formatter_class=partial(formatter_class, width=columns - 2), **options)

    return Parser


def _columns(environ: Mapping[str, str]) -> int:
    """Return the width of the terminal as `shutil.get_terminal_size` does."""
    with suppress(ValueError):
        return int(environ.get("COLUMNS", "")) or _USUAL_COLUMNS
    with suppress(AttributeError, ValueError, OSError):  # closed, or no terminal
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or _USUAL_COLUMNS  # type: ignore[union-attr]
    return _USUAL_COLUMNS


def _parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = _parser_class(_columns(environ))(
        prog=NAME,
        description=_DESCRIPTION,
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {VERSION}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    analyze = commands.add_parser("analyze", help="explain log files")
    analyze.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="a log, also compressed with gzip; a folder of logs; - for standard input",
    )
    analyze.add_argument(
        "--baseline", metavar="GREEN", help="log of a successful run of the same step, to compare with"
    )
    analyze.add_argument("--exit-code", type=int, metavar="N", help="exit code of the step")
    analyze.add_argument("--explain", action="store_true", help="say for each line why it is shown")
    analyze.add_argument("--watch", action="store_true", help="wait until each file stops growing, then report")
    analyze.add_argument(
        "--idle",
        type=_seconds,
        default=10.0,
        metavar="SECONDS",
        help="with --watch: seconds without growth after which a file is complete (default: 10)",
    )
    analyze.add_argument(
        "--redacted-copy",
        metavar="COPY",
        help="write the log, clean and with secrets masked, to a new file",
    )
    _add_output(analyze)
    analyze.set_defaults(run=_analyze)

    build = commands.add_parser("build", help="report on a build from a workstation (token from DRONE_TOKEN)")
    build.add_argument("repo", metavar="OWNER/NAME")
    build.add_argument("number", type=int, metavar="NUMBER")
    build.add_argument("--server", metavar="URL", help="address of the CI server (default: variable DRONE_SERVER)")
    build.add_argument("--server-kind", default="", metavar="KIND", help="kind of CI server (default: detect it)")
    build.add_argument("--pipeline", default="", metavar="ID", help="identifier of the pipeline (Harness only)")
    build.add_argument("--timeout", type=float, default=60.0, metavar="SECONDS")
    build.add_argument("--no-baseline", action="store_true", help="do not compare with the last successful build")
    _add_output(build)
    build.set_defaults(run=_build)

    check = commands.add_parser(
        "check",
        help="check settings, tokens and access before the first failed build; settings from PLUGIN_* variables",
    )
    check.set_defaults(run=_check)

    _add_known(commands.add_parser("known", help="add and check known issues in .failure-alert.yml"))
    comments = commands.add_parser("comments", help="remove what the plugin wrote on pull requests")
    delete = comments.add_subparsers(metavar="COMMAND", required=True).add_parser(
        "delete", help="delete its comments (token from FORGE_TOKEN, further settings from PLUGIN_* variables)"
    )
    delete.add_argument("repo", metavar="OWNER/NAME")
    delete.add_argument("numbers", type=int, metavar="NUMBER", nargs="*", help="pull requests (default: all)")
    delete.add_argument("--forge", default="", metavar="KIND", help="kind of forge (default: detect it by its address)")
    delete.add_argument("--forge-url", default="", metavar="URL", help="address of the forge")
    delete.add_argument("--timeout", type=float, default=600.0, metavar="SECONDS")
    delete.add_argument("--dry-run", action="store_true", help="only list the comments")
    delete.set_defaults(run=_delete_comments)

    demo = commands.add_parser("demo", help="replay a recorded failed build without a server")
    _add_language(demo)
    demo.set_defaults(run=_demo)

    settings = commands.add_parser("settings", help="print the reference of all settings")
    settings.add_argument("--format", choices=("markdown", "json-schema"), default="markdown")
    settings.set_defaults(run=_settings)
    return parser


def _add_known(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    add = commands.add_parser("add", help="add a failure of a JSON report, by default by its key")
    add.add_argument("report", metavar="REPORT.json")
    add.add_argument("--failure", type=partial(_at_least, 1), default=1, metavar="N", help="which failure (default: 1)")
    add.add_argument("--match", default="", metavar="EXPRESSION", help="regular expression (RE2) instead of the key")
    add.add_argument("--text", default="", help="explanation for readers (default: the title of the failure)")
    add.add_argument("--link", default="", metavar="URL")
    add.add_argument("--owner", default="", metavar="NAME")
    add.add_argument("--until", default="", metavar="DATE", help="YYYY-MM-DD or never (default: 30 days from now)")
    add.add_argument("--action", default="", choices=("retry", "wait", "ask"), help="what readers should do")
    add.set_defaults(run=_known_add)

    check = commands.add_parser("check", help="list the known issues that match no failure of the JSON reports")
    check.add_argument("reports", nargs="+", metavar="REPORT.json")
    check.set_defaults(run=_known_check)


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--max-lines",
        type=partial(_at_least, 0),
        default=60,
        metavar="N",
        help="maximum number of lines shown for each step; 0 for no text of the log",
    )
    parser.add_argument("--format", choices=FORMATS, default="text")
    _add_language(parser)
    parser.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="colors of the text (default: on a terminal, unless the variable NO_COLOR is set)",
    )


def _add_language(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="language of the report (default: en)")


def _at_least(least: int, text: str) -> int:
    number = int(text)
    if number < least:
        raise argparse.ArgumentTypeError(f"must be {least} or more")
    return number


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 < number <= _DAY:
        raise argparse.ArgumentTypeError("must be more than 0 and at most a day")
    return number


def _analyze(options: argparse.Namespace, environ: Mapping[str, str]) -> tuple[str, int]:
    from plugin.commands.analyze import AnalyzeOptions, analyzed

    activate(options.language)
    arguments = AnalyzeOptions(
        files=tuple(options.files),
        form=options.format,
        max_lines=options.max_lines,
        baseline=options.baseline,
        exit_code=options.exit_code,
        explain=options.explain,
        idle=options.idle if options.watch else 0.0,
        redacted_copy=options.redacted_copy,
        color=options.color,
    )
    return analyzed(arguments, environ)


def _build(options: argparse.Namespace, environ: Mapping[str, str]) -> str:
    from plugin.commands.build import reported

    activate(options.language)
    return reported(
        environ,
        {
            "server": options.server or environ.get("DRONE_SERVER", ""),
            "server_kind": options.server_kind,
            "repo": options.repo,
            "build": str(options.number),
            "pipeline": options.pipeline,
            "timeout": str(options.timeout),
            "baseline": "false" if options.no_baseline else "true",
            "max_lines": str(options.max_lines),
        },
        form=options.format,
        color=options.color,
    )


def _check(_options: argparse.Namespace, environ: Mapping[str, str]) -> tuple[str, int]:
    from plugin.commands.check import check

    result = check(environ)
    return result.text, result.exit_code


def _known_add(options: argparse.Namespace, _environ: Mapping[str, str]) -> str:
    from plugin.commands.known import NewIssue, add

    issue = NewIssue(options.match, options.text, options.link, options.owner, options.until, options.action)
    return add(options.report, issue, options.failure)


def _known_check(options: argparse.Namespace, environ: Mapping[str, str]) -> tuple[str, int]:
    from plugin.commands.known import check

    return check(options.reports, environ)


def _delete_comments(options: argparse.Namespace, environ: Mapping[str, str]) -> tuple[str, int]:
    from plugin.commands.comments import delete

    arguments = {
        "repo": options.repo,
        "forge": options.forge,
        "forge_url": options.forge_url,
        "forge_token": environ.get("FORGE_TOKEN", ""),
        "timeout": str(options.timeout),
    }
    return delete(environ, arguments, options.numbers, dry_run=options.dry_run)


def _demo(options: argparse.Namespace, _environ: Mapping[str, str]) -> str:
    from plugin.commands.demo import show
    from plugin.commands.step import PluginStep

    def step(environ: Mapping[str, str], out: BinaryIO) -> int:
        return PluginStep({**environ, "PLUGIN_LANGUAGE": options.language}, out, io.StringIO()).run()

    return show(step)


def _settings(options: argparse.Namespace, _environ: Mapping[str, str]) -> str:
    from plugin.settings import reference

    return reference.markdown_table() if options.format == "markdown" else reference.json_schema()
