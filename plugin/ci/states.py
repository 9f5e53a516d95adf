"""Takes the words of every server for states and exits, gives ours."""

from collections.abc import Iterable
from dataclasses import replace

from plugin.http.json_fields import Record, integer, text
from plugin.model.build import EarlierBuild, State, Step

_WORDS = {
    **{state.value: state for state in State},
    "created": State.PENDING,
    "waiting_on_dependencies": State.PENDING,
}


def state(word: object) -> State:
    """Return the state that a server's word stands for: UNKNOWN for no word, and for one of a newer server."""
    return _WORDS.get(word, State.UNKNOWN) if isinstance(word, str) else State.UNKNOWN


def earlier_build(found: Record, *, commit: str, branch: str) -> EarlierBuild:
    """An entry of a list of builds; `commit` and `branch` are the server's keys for them."""
    return EarlierBuild(
        number=integer(found.get("number")),
        state=state(found.get("status")),
        branch=text(found.get(branch)),
        event=text(found.get("event")),
        commit=text(found.get(commit)),
        ref=text(found.get("ref")),
    )


def exit_code(now: State, code: int) -> int | None:
    """The exit code of a step that has one: servers write 0 for those that run still or never did."""
    return code if now.failed or now is State.SUCCESS else None


def with_memory_error(steps: Iterable[Step], job_error: str) -> tuple[Step, ...]:
    """The steps, where a killed one learns from its unit's error that memory was the reason.

    Drone 0.8, the agent of Drone 1, and Woodpecker up to 3.13 tell it of the unit alone.
    """
    if "oom" not in job_error.lower():
        return tuple(steps)
    return tuple(
        replace(step, error=job_error) if step.state.failed and step.exit_code == 137 and not step.error else step
        for step in steps
    )
