"""The `build` command: the report of a build, made on any machine."""

from collections.abc import Mapping

from plugin.ci.connect import connect
from plugin.commands import collect
from plugin.commands.clients import context_of, make_client_factory
from plugin.commands.terminal import Progress
from plugin.errors import ServerError
from plugin.extract.pattern_files import built_in
from plugin.frozen import replace
from plugin.http.deadline import Deadline
from plugin.logs.redact.redactor import Redactor
from plugin.logs.redact.variables import secrets_of
from plugin.render import FORMATS
from plugin.settings.parse import PREFIX, read_settings, secret_values


def reported(environ: Mapping[str, str], arguments: Mapping[str, str], *, form: str, color: bool = False) -> str:
    """Return the report in the format `form`. `arguments` are settings by name. A terminal shows the progress.

    Raise SettingsError for an unusable argument, ServerError where the build cannot be read.
    """
    variables = {f"{PREFIX}{name.upper()}": value for name, value in arguments.items()}
    settings, problems = read_settings({**variables, "DRONE_TOKEN": environ.get("DRONE_TOKEN", "")})
    for problem in problems:
        raise problem
    redact = Redactor(secrets_of(environ, secret_values(settings)))
    deadline = Deadline(settings.timeout)
    collected = collect.nothing_collected(context_of({}, settings), settings)
    with Progress(environ) as progress:
        progress(f"build {settings.build} of {settings.repo}: connecting")
        server = connect(
            collected.context,
            settings.token,
            make_client_factory(settings, deadline, ServerError, "server"),
            baseline_requests=settings.baseline_requests,
        )
        options = replace(collect.collect_options(settings, built_in), progress=progress)
        collect.collect(server, collected, options, deadline, redact)
    report = collected.report(source_url="", hide=redact.text)
    if form == "text":
        from plugin.render import text

        return text.render(report, colour=color)
    return FORMATS[form](report)
