"""Words and symbols for the state of a build, a job or a step, and the meaning of exit codes."""

from plugin.model.build import State
from plugin.model.message import Message
from plugin.text.language import N_, _

OUTCOMES = {
    State.PENDING: N_("is waiting"),
    State.BLOCKED: N_("waits for an approval"),
    State.DECLINED: N_("was declined"),
    State.RUNNING: N_("is still running"),
    State.SUCCESS: N_("passed"),
    State.FAILURE: N_("failed"),
    State.ERROR: N_("could not run"),
    State.KILLED: N_("was killed"),
    State.CANCELED: N_("was canceled"),
    State.SKIPPED: N_("was skipped"),
    State.UNKNOWN: N_("has an unknown result"),
}
"""The predicate after the name of a build, a job or a step, in English; `outcome_of` translates it."""


SIGNS = {
    State.PENDING: "⏳",
    State.BLOCKED: "⏸",
    State.DECLINED: "⏹",
    State.RUNNING: "⏳",
    State.SUCCESS: "✅",
    State.FAILURE: "❌",
    State.ERROR: "❌",
    State.KILLED: "❌",
    State.CANCELED: "⏹",
    State.SKIPPED: "⏭",
    State.UNKNOWN: "❔",
}
"""The symbol before the name of a build or a job."""


def outcome_of(state: State) -> str:
    """Return the predicate after the name of a build, a job or a step."""
    return _(OUTCOMES[state])


def describe_exit_code(exit_code: int | None) -> str:
    """Return what an exit code means by the conventions of shells and Docker; empty for 0 and None."""
    if not exit_code:
        return ""
    meaning = {
        -1: N_("killed by a signal"),  # Woodpecker's local backend
        126: N_("could not be started"),
        127: N_("command not found"),
        130: N_("interrupted"),
        134: N_("aborted"),
        137: N_("killed, or out of memory"),
        139: N_("crashed with a segmentation fault"),
        143: N_("terminated"),
        255: N_("failed, or could not be started"),
    }.get(exit_code, "failed")
    return Message("{meaning} (exit code {code})", meaning=Message(meaning), code=exit_code)
