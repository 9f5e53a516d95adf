"""Check the configuration before the first failed build: `python -m plugin check`, or setting `check` of a step.

Nothing is written, neither on the CI server nor in the forge.
"""

from collections.abc import Iterator, Mapping
from itertools import islice

from plugin.commands.check_findings import Finding, Status, origin
from plugin.commands.check_server import KINDS, ServerChecks
from plugin.commands.clients import context_of, forge_of, make_client_factory
from plugin.commands.publish import has_place_for_comment
from plugin.commands.templates import Templates
from plugin.deliver.annotations import NEEDS_APP
from plugin.errors import ForgeError, PluginError, SettingsError
from plugin.forges import FORGES
from plugin.forges.access import Access, check_access
from plugin.forges.github_app import installed_permissions, is_installation_token
from plugin.forges.interface import Forge, ReadsDiffs, SetsStatus
from plugin.frozen import frozen
from plugin.http.deadline import Deadline
from plugin.http.urls import display_url
from plugin.logs.redact.redactor import Redactor
from plugin.logs.redact.variables import secrets_of
from plugin.model.build import Build, State
from plugin.report import compose
from plugin.settings.parse import read_settings, secret_values
from plugin.settings.schema import Settings
from plugin.text.shorten import single_line


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
        return Finding(Status.OK, subject, f"{value}{origin(environ, settings, field, setting)}")

    if context.server_kind is not None:
        kind = f"{KINDS.get(context.server_kind, context.server_kind)} {context.server_version}".rstrip()
        yield known("CI", "server_kind", "server_kind", shown=kind)
    yield known("server", "server", "server", shown=display_url(context.server) if context.server else "")
    yield known("repository", "repo", "repo")
    yield known("build", "build", "build")


_WITHOUT_FORGE = (
    "`forge_token` is not set, so there is no comment; add the secret, allow it for pull requests on the CI server, or "
    "set `comment_on` to never"
)
_PERMISSIONS = {
    "github": "`Commit statuses: write`",
    "gitea": "`write:repository`",
    "forgejo": "`write:repository`",
    "gitlab": "the scope `api` and the role Developer",
    "bitbucket": "`repository:write`",
}
"""What a token needs for the status of commits; forges that are missing need no more than for comments."""
_NO_MORE = "the token needs no more than for comments"


class _Checks:
    """The checks that need requests."""

    def __init__(self, environ: Mapping[str, str], settings: Settings) -> None:
        self._environ = environ
        self._settings = settings
        self._context = context_of(environ, settings)
        self._deadline = Deadline(settings.timeout)

    def run(self) -> Iterator[Finding]:
        """Yield the results; an error of one check does not stop the others."""
        yield from ServerChecks(self._settings, self._context, self._deadline).run()
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

    def _forge(self) -> Iterator[Finding]:
        settings = self._settings
        if settings.comment_on == "never":
            yield Finding(Status.OK, "comment", "none, because `comment_on` is never")
        if settings.comment_on != "never" or settings.sets_status != "never" or settings.annotations:
            yield from self._of_forge()
        yield from self._templates()

    def _of_forge(self) -> Iterator[Finding]:
        settings, context = self._settings, self._context
        found = forge_of(context)
        if isinstance(found, PluginError):
            yield Finding(Status.FAILED, "forge", str(found))
            return
        kind, address = found
        named = origin(self._environ, settings, "forge", "forge") if context.forge else " (from its host name)"
        place = "forge_url" if context.forge_url else "repo_url"
        where = origin(self._environ, settings, place, "forge_url")
        yield Finding(Status.OK, "forge", f"{kind}{named} at {display_url(address)}{where}")
        if settings.comment_on != "never":
            yield self._pull_request()
        if settings.forge_token:
            yield from self._forge_token(kind, address)
        elif settings.comment_on != "never" or settings.sets_status != "never":
            wanted = has_place_for_comment(settings, context) or settings.sets_status != "never"
            yield Finding(Status.FAILED if wanted else Status.WARNING, "forge token", _WITHOUT_FORGE)
        if settings.annotations:
            yield self._annotations(kind, address)

    def _pull_request(self) -> Finding:
        settings, number = self._settings, self._context.pull_request
        if number is not None:
            named = origin(self._environ, settings, "pull_request", "pull_request")
            return Finding(Status.OK, "pull request", f"{number}{named}")
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
            repository = forge(client, self._context.repo, address)
            if self._settings.comment_on != "never":
                yield from self._comments(repository, access)
        except ForgeError as error:
            yield Finding(Status.FAILED, "forge token", f"set; {error}")
            return
        if self._settings.sets_status != "never":
            yield _commit_status(kind, repository, access)
        if self._context.pull_request is not None:
            yield _changed_lines(kind, repository, self._context.pull_request)

    def _comments(self, repository: Forge, access: Access) -> Iterator[Finding]:
        """Yield whether comments can be read and written. Raise ForgeError."""
        if self._context.pull_request is not None:
            thread = repository.pull_request(self._context.pull_request)
            found = sum(1 for _ in islice(thread.comments(), 1))
            yield Finding(Status.OK, "comments", f"can be read ({'some exist' if found else 'none yet'})")
        if access.may_comment is None:
            text = f"this forge does not show whether the token may comment; {access.reason}"
            yield Finding(Status.WARNING, "comment", text)
        elif access.may_comment:
            yield Finding(Status.OK, "comment", "the token may comment")
        else:
            yield Finding(Status.FAILED, "comment", f"the token may not comment: {access.reason}")

    def _annotations(self, kind: str, address: str) -> Finding:
        """Return whether annotations can be written. The key of an App is checked with one request."""
        settings = self._settings
        if not hasattr(FORGES[kind], "annotate"):
            return Finding(Status.WARNING, "annotations", f"none: {kind} has none for an external CI server")
        if kind != "github":
            if kind not in _PERMISSIONS:
                return Finding(Status.OK, "annotations", _NO_MORE)
            text = f"the token needs {_PERMISSIONS[kind]}, which cannot be checked without a write"
            return Finding(Status.WARNING, "annotations", text)
        if is_installation_token(settings.forge_token):
            text = "the token is that of an App, which needs `Checks: write`; that cannot be checked without a write"
            return Finding(Status.WARNING, "annotations", text)
        if not (settings.github_app_id and settings.github_app_key):
            return Finding(Status.FAILED, "annotations", f"none: {NEEDS_APP}")
        factory = make_client_factory(settings, self._deadline, ForgeError, "forge_url")
        app = settings.github_app_id, settings.github_app_key
        try:
            permissions = installed_permissions(address, self._context.repo, *app, factory)
        except (ForgeError, SettingsError) as error:
            return Finding(Status.FAILED, "annotations", str(error))
        if permissions.get("checks") == "write":
            return Finding(Status.OK, "annotations", f"App {settings.github_app_id} may write checks in the repository")
        text = f"App {settings.github_app_id} needs the permission `Checks: write` in the repository"
        return Finding(Status.FAILED, "annotations", text)

    def _templates(self) -> Iterator[Finding]:
        """Yield whether each template can be read and shows a build without failures."""
        problems: list[PluginError] = []
        templates = Templates(self._settings, self._context, self._deadline, problems.append)
        context = self._context
        build = Build(context.repo, context.build, State.SUCCESS, commit=context.commit, branch=context.branch)
        report = compose(build, {}, server=context.server_kind or "", pull_request=context.pull_request)
        for name in templates.names:
            if templates.text(name, report) is None:
                yield Finding(Status.FAILED, "template", str(problems[-1]))
            else:
                yield Finding(Status.OK, "template", f"`{name}` can be read and shows a build without failures")


def _commit_status(kind: str, repository: Forge, access: Access) -> Finding:
    needed = _PERMISSIONS.get(kind, "")
    if not isinstance(repository, SetsStatus):
        return Finding(Status.FAILED, "status", f"{kind} has no commit status; set `status` to never")
    if not needed:
        return Finding(Status.OK, "status", _NO_MORE)
    if access.may_set_status:
        return Finding(Status.OK, "status", "the token may set the status of commits")
    if access.may_set_status is None:
        text = f"this forge does not show whether the token may set the status of commits; it needs {needed}"
        return Finding(Status.WARNING, "status", text)
    return Finding(Status.FAILED, "status", f"the token may not set the status of commits: it needs {needed}")


def _changed_lines(kind: str, repository: Forge, number: int) -> Finding:
    """Return whether the diff can be read, without which a report says nothing about changed lines."""
    if not isinstance(repository, ReadsDiffs):
        return Finding(Status.OK, "diff", f"{kind} returns none; only names of changed files can be compared")
    try:
        diff = repository.diff(number)
    except ForgeError as error:
        return Finding(Status.WARNING, "diff", f"changed lines are not compared: {error}")
    shown = "can be read" if diff.complete else "can be read in part; the forge or its size limits it"
    return Finding(Status.OK, "diff", f"that of pull request {number} {shown}")
