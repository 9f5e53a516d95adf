"""The command line: takes arguments, prints what they ask for."""

import argparse
import io
from collections.abc import Mapping, Sequence
from typing import BinaryIO

from plugin.about import NAME, VERSION

FORMATS = ("text", "markdown", "json", "html", "junit", "sarif")

_DESCRIPTION = """\
Finds the lines that explain why a build of the Drone family failed.
Without a command it runs as a step of a pipeline: all comes from the environment (`settings` lists what counts)."""


def run(arguments: Sequence[str], environ: Mapping[str, str], out: BinaryIO) -> None:
    """Raises PluginError, and SystemExit for unusable arguments."""
    given = _parser().parse_args(arguments)
    text: str = given.run(given, environ)
    out.write((text.rstrip("\n") + "\n").encode("utf-8", "replace"))
    out.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=NAME, description=_DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {VERSION}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    analyze = commands.add_parser("analyze", help="explain one log file")
    analyze.add_argument("file", help="the log; - for standard input")
    analyze.add_argument("--baseline", metavar="GREEN", help="log of a green run of the same step, to compare with")
    analyze.add_argument("--exit-code", type=int, metavar="N", help="exit code of the step")
    analyze.add_argument("--explain", action="store_true", help="say of each line why it is shown")
    _add_output(analyze)
    analyze.set_defaults(run=_analyze)

    build = commands.add_parser("build", help="report on a build, from a workstation; token from DRONE_TOKEN")
    build.add_argument("repo", metavar="OWNER/NAME")
    build.add_argument("number", type=int, metavar="NUMBER")
    build.add_argument("--server", metavar="URL", help="address of the CI server (default: variable DRONE_SERVER)")
    build.add_argument("--server-kind", default="", metavar="KIND", help="what it is, where it does not say so itself")
    build.add_argument("--pipeline", default="", metavar="ID", help="Harness: the pipeline's identifier")
    build.add_argument("--timeout", type=float, default=60.0, metavar="SECONDS")
    build.add_argument("--no-baseline", action="store_true", help="do not compare with the last green build")
    _add_output(build)
    build.set_defaults(run=_build)

    demo = commands.add_parser("demo", help="replay a recorded red build, without any server")
    demo.set_defaults(run=_demo)

    settings = commands.add_parser("settings", help="print the reference of all settings")
    settings.add_argument("--format", choices=("markdown", "json-schema"), default="markdown")
    settings.set_defaults(run=_settings)
    return parser


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--max-lines", type=_at_least_one, default=60, metavar="N", help="lines shown of a step, at most"
    )
    parser.add_argument("--format", choices=FORMATS, default="text")


def _at_least_one(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _analyze(given: argparse.Namespace, environ: Mapping[str, str]) -> str:
    from plugin.commands.analyze import analyzed

    return analyzed(
        given.file,
        environ,
        baseline=given.baseline,
        exit_code=given.exit_code,
        max_lines=given.max_lines,
        explain=given.explain,
        form=given.format,
    )


def _build(given: argparse.Namespace, environ: Mapping[str, str]) -> str:
    from plugin.commands.build import reported

    return reported(
        environ,
        {
            "server": given.server or environ.get("DRONE_SERVER", ""),
            "server_kind": given.server_kind,
            "repo": given.repo,
            "build": str(given.number),
            "pipeline": given.pipeline,
            "timeout": str(given.timeout),
            "baseline": "false" if given.no_baseline else "true",
            "max_lines": str(given.max_lines),
        },
        form=given.format,
    )


def _demo(_given: argparse.Namespace, _environ: Mapping[str, str]) -> str:
    from plugin.commands.demo import show
    from plugin.commands.step import PluginStep

    return show(lambda environ, out: PluginStep(environ, out, io.StringIO()).run())


def _settings(given: argparse.Namespace, _environ: Mapping[str, str]) -> str:
    from plugin.settings import reference

    return reference.as_markdown() if given.format == "markdown" else reference.as_json_schema()
