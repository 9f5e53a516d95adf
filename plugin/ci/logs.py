"""The logs of a build's failed steps, several fetched at once."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from functools import partial
from itertools import islice

from plugin.background import later
from plugin.ci.server import Server
from plugin.frozen import frozen
from plugin.model.build import Build, Job, RawLog, Step, culprits


@frozen
class StepLogs:
    """The logs that the server holds for one failed step."""

    job: Job
    step: Step
    log: RawLog
    green: RawLog | None
    """The log of the same step in the last green build; None where no comparison is wanted."""


def logs_of(server: Server, build: Build, *, workers: int = 4, baseline: bool = True) -> Iterator[StepLogs]:
    """Yield the logs of the failed steps in the order of the pipeline; `RawLog.reason` says why one is missing.

    At most `workers` logs are being fetched or wait to be consumed, so that a build with many failed steps does not
    fill the memory.
    """
    failed = iter(culprits(build))
    pending: deque[Future[StepLogs]] = deque()

    def fetch(most: int) -> None:
        for job, step in islice(failed, most):
            pending.append(later(partial(_fetched, server, build, job, step, baseline=baseline)))

    fetch(workers)
    while pending:
        yield pending.popleft().result()
        fetch(1)


def _fetched(server: Server, build: Build, job: Job, step: Step, *, baseline: bool) -> StepLogs:
    log = server.log(job, step)
    return StepLogs(job, step, log, server.green(build, job, step) if baseline and log.data else None)
