"""Takes a build's name, gives its report: what `build` prints on anybody's own machine."""

from collections.abc import Mapping

from plugin import ci, findings
from plugin.errors import ServerError
from plugin.extract.catalogue import built_in
from plugin.findings import Wish
from plugin.logs import Redactor, secrets_of
from plugin.render import FORMATS
from plugin.rest import Budget
from plugin.settings import PREFIX, read, secret_values
from plugin.story import clients, placed


def reported(environ: Mapping[str, str], given: Mapping[str, str], *, form: str) -> str:
    """The report in the format. Raises SettingsError for an unusable argument, ServerError without a build."""
    asked = {f"{PREFIX}{name.upper()}": value for name, value in given.items()}
    settings, problems = read({**asked, "DRONE_TOKEN": environ.get("DRONE_TOKEN", "")})
    for problem in problems:
        raise problem
    redact = Redactor(secrets_of(environ, secret_values(settings)))
    budget = Budget(settings.timeout)
    found = findings.nothing_yet(placed({}, settings))
    server = ci.connect(
        found.place,
        settings.token,
        clients(settings, budget, ServerError, "server"),
        baseline_requests=settings.baseline_requests,
    )
    wish = Wish(settings.max_lines, settings.wait, settings.baseline, built_in)
    findings.gather(server, found, wish, budget, redact)
    return FORMATS[form](found.report(source_url="", hide=redact.text))
