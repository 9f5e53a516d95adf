"""Check the configuration before the first failed build: `python -m plugin check`, or setting `check` of a step.

Nothing is written, neither on the CI server nor in the forge.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from itertools import islice

from plugin.ci.connect import connect_and_detect
from plugin.ci.server import Server
from plugin.commands.clients import context_of, forge_of, make_client_factory
from plugin.commands.provenance import sources
from plugin.commands.publish import has_place_for_comment
from plugin.errors import ForgeError, PluginError, ServerError
from plugin.forges import FORGES
from plugin.forges.access import check_access
from plugin.frozen import frozen
from plugin.http.deadline import Deadline
from plugin.http.urls import display_url
from plugin.logs.redact.redactor import Redactor
from plugin.logs.redact.variables import secrets_of
from plugin.model.build import Build, Job, State, Step, StepKind, culprits
from plugin.model.context import BuildContext
from plugin.settings.parse import read_settings, secret_values
from plugin.settings.schema import Settings
from plugin.text.shorten import single_line

_MAX_LOGS = 4
"""Maximum number of logs that are read as a trial."""
_KINDS = {
    "drone08": "Drone 0.8",
    "drone": "Drone",
    "woodpecker015": "Woodpecker",
    "woodpecker": "Woodpecker",
    "harness": "Harness Open Source",
}


class Status(StrEnum):
    """The result of one check."""

    OK = "ok"
    WARNING = "warning"
    """It works, or cannot be checked without a write."""
    FAILED = "FAILED"


@frozen
class Finding:
    """The result of one check on one line."""

    status: Status
    subject: str
    text: str


@frozen
class CheckResult:
    """The results of all checks as text, and the exit code."""

    text: str
    exit_code: int
    """0: all that is needed works; 1: something does not, or could not be checked; 2: unusable settings."""


def check(environ: Mapping[str, str]) -> CheckResult:
    """Check settings, server, repository, tokens, logs and forge. Never raise PluginError."""
    settings, problems = read_settings(environ)
    redact = Redactor(secrets_of(environ, secret_values(settings)))
    findings = [Finding(Status.FAILED, "settings", str(problem)) for problem in problems]
    try:
        findings += _recognized(environ, settings)
        if not problems:  # as in a run: nothing is sent before the settings are right
            findings += _Checks(environ, settings).run()
    except PluginError as error:
        findings.append(Finding(Status.FAILED, "settings", str(error)))
    statuses = {finding.status for finding in findings}
    code = 2 if problems else int(Status.FAILED in statuses)
    works = _UNCERTAIN if Status.WARNING in statuses else "Everything that is needed works."
    summary = (works, "Something does not work; see FAILED above.", _STOPPED)[code]
    lines = [_line(finding, redact) for finding in findings]
    return CheckResult("\n".join([*lines, "", summary, ""]), code)


_WITHOUT_FORGE = (
    "`forge_token` is not set, so there is no comment; add the secret, allow it for pull requests on the CI server, or "
    "set `comment_on` to never"
)
_UNCERTAIN = "Everything that could be checked works; see the warnings above for the rest."
_STOPPED = "The settings are unusable, so nothing was requested; see FAILED above."


def _line(finding: Finding, redact: Redactor) -> str:
    text = single_line(redact.text(finding.text), 1000)
    return f"{finding.status.value:<8} {finding.subject:<12} {text}"


def _recognized(environ: Mapping[str, str], settings: Settings) -> Iterator[Finding]:
    """Yield what the environment and the settings say, without a request."""
    context = context_of(environ, settings)

    def known(subject: str, field: str, setting: str, *, shown: str = "") -> Finding:
        value = shown or str(getattr(context, field) or "")
        if not value:
            return Finding(Status.FAILED, subject, f"not known: no variable of a CI names it; set `{setting}`")
        return Finding(Status.OK, subject, f"{value}{_origin(environ, settings, field, setting)}")

    if context.server_kind is not None:
        kind = f"{_KINDS.get(context.server_kind, context.server_kind)} {context.server_version}".rstrip()
        yield known("CI", "server_kind", "server_kind", shown=kind)
    yield known("server", "server", "server", shown=display_url(context.server) if context.server else "")
    yield known("repository", "repo", "repo")
    yield known("build", "build", "build")


def _origin(environ: Mapping[str, str], settings: Settings, field: str, setting: str) -> str:
    if getattr(settings, setting, None):
        return f" (setting `{setting}`)"
    names = sources(environ, lambda variables: context_of(variables, settings), field)
    return f" (from {', '.join(names)})" if names else ""


class _Checks:
    """The checks that need requests."""

    def __init__(self, environ: Mapping[str, str], settings: Settings) -> None:
        self._environ = environ
        self._settings = settings
        self._context = context_of(environ, settings)
        self._deadline = Deadline(settings.timeout)

    def run(self) -> Iterator[Finding]:
        """Yield the results; an error of one check does not stop the others."""
        yield from self._server()
        yield from self._forge()
        yield from self._notifications()

    def _notifications(self) -> Iterator[Finding]:
        channels = dict.fromkeys(channel for rule in self._settings.notify for channel in rule.to)
        for channel in {**dict.fromkeys(self._settings.notify_urls), **channels}:
            from plugin.deliver.notify.channel import OpenChannel

            try:
                service = OpenChannel(channel).service_name
            except PluginError as error:
                yield Finding(Status.FAILED, "notification", str(error))
            else:
                name = f"`{channel.name}`: " if channel.name else ""
                yield Finding(Status.OK, "notification", f"{name}valid URL of {service}; nothing was sent")

    # CI server

    def _server(self) -> Iterator[Finding]:
        token = "set" if self._settings.token else "not set, so only public repositories can be read"
        try:
            server, known = self._connect()
            if self._context.server_kind is None or known.server_version != self._context.server_version:
                kind = _KINDS.get(known.server_kind or "", known.server_kind)
                yield Finding(Status.OK, "CI", f"{kind} {known.server_version} (the server's own answer)")
            build = server.build()
        except ServerError as error:
            yield Finding(Status.FAILED, "CI token", f"{token}; the build cannot be read: {error}")
            return
        steps = sum(len(job.steps) for job in build.jobs)
        yield Finding(
            Status.OK, "CI token", f"{token}; build {build.number} can be read: jobs: {len(build.jobs)}, steps: {steps}"
        )
        yield from self._logs(server, build)

    def _connect(self) -> tuple[Server, BuildContext]:
        factory = make_client_factory(self._settings, self._deadline, ServerError, "server")
        requests = self._settings.baseline_requests
        return connect_and_detect(self._context, self._settings.token, factory, baseline_requests=requests)

    def _logs(self, server: Server, build: Build) -> Iterator[Finding]:
        chosen = _steps_with_logs(build)
        if not chosen:
            yield Finding(Status.WARNING, "logs", "not checked: no step of this build has ended yet")
        for job, step in chosen:
            log = server.log(job, step)
            if log.data:
                lines = log.data.count(b"\n") + (not log.data.endswith(b"\n"))
                note = "" if log.complete else f"; incomplete: {log.reason}"
                yield Finding(Status.OK, "logs", f"step {step.name}: {lines:,} lines{note}")
            else:
                status = Status.FAILED if step.state.failed else Status.WARNING
                yield Finding(status, "logs", f"step {step.name}: none; {log.reason or 'it is empty'}")

    # Forge

    def _forge(self) -> Iterator[Finding]:
        settings, context = self._settings, self._context
        if settings.comment_on == "never":
            yield Finding(Status.OK, "comment", "none, because `comment_on` is never")
            return
        forge = forge_of(context)
        if isinstance(forge, PluginError):
            yield Finding(Status.FAILED, "forge", str(forge))
            return
        kind, address = forge
        named = _origin(self._environ, settings, "forge", "forge") if context.forge else " (from its host name)"
        place = "forge_url" if context.forge_url else "repo_url"
        where = _origin(self._environ, settings, place, "forge_url")
        yield Finding(Status.OK, "forge", f"{kind}{named} at {display_url(address)}{where}")
        yield self._pull_request()
        if settings.forge_token:
            yield from self._forge_token(kind, address)
        else:
            wanted = has_place_for_comment(settings, context) or settings.sets_status != "never"
            yield Finding(Status.FAILED if wanted else Status.WARNING, "forge token", _WITHOUT_FORGE)

    def _pull_request(self) -> Finding:
        settings, number = self._settings, self._context.pull_request
        if number is not None:
            return Finding(
                Status.OK,
                "pull request",
                f"{number}{_origin(self._environ, settings, 'pull_request', 'pull_request')}",
            )
        if has_place_for_comment(settings, self._context):
            return Finding(Status.OK, "pull request", "none; `find_pull_request` or `fallback` is used")
        return Finding(
            Status.WARNING,
            "pull request",
            "this build belongs to none, so a failure of it is not commented; see `find_pull_request` and `fallback`",
        )

    def _forge_token(self, kind: str, address: str) -> Iterator[Finding]:
        forge = FORGES[kind]
        factory = make_client_factory(self._settings, self._deadline, ForgeError, "forge_url")
        try:
            client = factory(forge.api(address), forge.headers(self._settings.forge_token))
            access = check_access(kind, client, self._context.repo)
            yield Finding(
                Status.OK,
                "forge token",
                "set; the repository can be read"
                if access.may_read
                else "set; it has no scope for the repository itself, which comments do not need",
            )
            if self._context.pull_request is not None:
                thread = forge(client, self._context.repo, address).pull_request(self._context.pull_request)
                found = sum(1 for _ in islice(thread.comments(), 1))
                yield Finding(Status.OK, "comments", f"can be read ({'some exist' if found else 'none yet'})")
        except ForgeError as error:
            yield Finding(Status.FAILED, "forge token", f"set; {error}")
            return
        if access.may_comment is None:
            text = f"this forge does not show whether the token may comment; {access.reason}"
            yield Finding(Status.WARNING, "comment", text)
        elif access.may_comment:
            yield Finding(Status.OK, "comment", "the token may comment")
        else:
            yield Finding(Status.FAILED, "comment", f"the token may not comment: {access.reason}")


def _steps_with_logs(build: Build) -> tuple[tuple[Job, Step], ...]:
    """Return the failed steps, or else the first step that ended and has a log."""
    if failed := culprits(build):
        return failed[:_MAX_LOGS]
    ended = (
        (job, step)
        for job in build.jobs
        for step in job.steps
        if step.state in (State.SUCCESS, State.FAILURE) and not step.current
    )
    return tuple(sorted(ended, key=lambda found: found[1].kind is not StepKind.COMMANDS)[:1])
