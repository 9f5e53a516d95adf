"""Takes a build's name, gives its report: what `build` prints on anybody's own machine."""

from collections.abc import Mapping

from plugin.ci.connect import connect
from plugin.commands import collect
from plugin.commands.clients import context_of, make_client_factory
from plugin.commands.collect import CollectOptions
from plugin.errors import ServerError
from plugin.extract.pattern_files import built_in
from plugin.http.deadline import Deadline
from plugin.logs.redact.redactor import Redactor
from plugin.logs.redact.variables import secrets_of
from plugin.render import FORMATS
from plugin.settings.parse import PREFIX, read_settings, secret_values


def reported(environ: Mapping[str, str], given: Mapping[str, str], *, form: str) -> str:
    """The report in the format. Raises SettingsError for an unusable argument, ServerError without a build."""
    asked = {f"{PREFIX}{name.upper()}": value for name, value in given.items()}
    settings, problems = read_settings({**asked, "DRONE_TOKEN": environ.get("DRONE_TOKEN", "")})
    for problem in problems:
        raise problem
    redact = Redactor(secrets_of(environ, secret_values(settings)))
    deadline = Deadline(settings.timeout)
    found = collect.nothing_collected(context_of({}, settings))
    server = connect(
        found.context,
        settings.token,
        make_client_factory(settings, deadline, ServerError, "server"),
        baseline_requests=settings.baseline_requests,
    )
    options = CollectOptions(settings.max_lines, settings.wait, settings.baseline, built_in)
    collect.collect(server, found, options, deadline, redact)
    return FORMATS[form](found.report(source_url="", hide=redact.text))
