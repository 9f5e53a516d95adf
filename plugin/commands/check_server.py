"""Checks of the CI server: its kind, the token, the logs. Nothing is written."""

from collections.abc import Iterator

from plugin.ci.connect import connect_and_detect
from plugin.ci.server import Server
from plugin.commands.check_findings import Finding, Status
from plugin.commands.clients import make_client_factory
from plugin.errors import ServerError
from plugin.http.deadline import Deadline
from plugin.model.build import Build, Job, State, Step, StepKind, culprits
from plugin.model.context import BuildContext
from plugin.settings.schema import Settings

_MAX_LOGS = 4
"""Maximum number of logs that are read as a trial."""
KINDS = {
    "drone08": "Drone 0.8",
    "drone": "Drone",
    "woodpecker015": "Woodpecker",
    "woodpecker": "Woodpecker",
    "harness": "Harness Open Source",
}
"""Names of the kinds of servers."""


class ServerChecks:
    """The checks that need the CI server."""

    def __init__(self, settings: Settings, context: BuildContext, deadline: Deadline) -> None:
        self._settings = settings
        self._context = context
        self._deadline = deadline

    def run(self) -> Iterator[Finding]:
        """Yield the results; without access to the build there are no others."""
        token = "set" if self._settings.token else "not set, so only public repositories can be read"
        try:
            server, known = self._connect()
            if self._context.server_kind is None or known.server_version != self._context.server_version:
                kind = KINDS.get(known.server_kind or "", known.server_kind)
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
