"""Translation of the servers' states and exit codes into those of `plugin.model.build`."""

from collections.abc import Iterable

from plugin.frozen import replace
from plugin.http.json_fields import Record, integer, text
from plugin.model.build import EarlierBuild, State, Step

_WORDS = {
    **{state.value: state for state in State},
    "created": State.PENDING,
    "waiting_on_dependencies": State.PENDING,
}


def state(word: object) -> State:
    """Return the state for a server's word: UNKNOWN for a missing word or one of a newer server."""
    return _WORDS.get(word, State.UNKNOWN) if isinstance(word, str) else State.UNKNOWN


def earlier_build(item: Record, *, commit: str, branch: str) -> EarlierBuild:
    """Return an entry of a list of builds; `commit` and `branch` are the server's keys for them."""
    return EarlierBuild(
        number=integer(item.get("number")),
        state=state(item.get("status")),
        branch=text(item.get(branch)),
        event=text(item.get("event")),
        commit=text(item.get(commit)),
        ref=text(item.get("ref")),
        environment=text(item.get("deploy_to")),
        started=_seconds(integer(item.get("started")) or integer(item.get("started_at"))),
    )


def _seconds(time: int) -> int:
    """Return the time in seconds: Harness sends milliseconds."""
    return time // 1000 if time > _MILLISECONDS else time


_MILLISECONDS = 100_000_000_000


def exit_code(step_state: State, code: int) -> int | None:
    """Return the exit code of a step that ran and ended, else None: servers send 0 for steps that have none."""
    return code if step_state.failed or step_state is State.SUCCESS else None


def with_memory_error(steps: Iterable[Step], job_error: str) -> tuple[Step, ...]:
    """Return the steps, with the job's error on those that were killed where it says that memory was the reason.

    Drone 0.8, the agent of Drone 1, and Woodpecker up to 3.13 report it for the job alone.
    """
    if "oom" not in job_error.lower():
        return tuple(steps)
    return tuple(
        replace(step, error=job_error) if step.state.failed and step.exit_code == 137 and not step.error else step
        for step in steps
    )
