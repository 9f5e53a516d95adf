"""Words and symbols for the state of a build, a job or a step, and the meaning of exit codes."""

from plugin.model.build import State

OUTCOMES = {
    State.PENDING: "is waiting",
    State.BLOCKED: "waits for an approval",
    State.DECLINED: "was declined",
    State.RUNNING: "is still running",
    State.SUCCESS: "passed",
    State.FAILURE: "failed",
    State.ERROR: "could not run",
    State.KILLED: "was killed",
    State.CANCELED: "was canceled",
    State.SKIPPED: "was skipped",
    State.UNKNOWN: "has an unknown result",
}
"""The predicate after the name of a build, a job or a step."""


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


def describe_exit_code(exit_code: int | None) -> str:
    """Return what an exit code means by the conventions of shells and Docker; empty for 0 and None."""
    if not exit_code:
        return ""
    meaning = {
        -1: "killed by a signal",  # Woodpecker's local backend
        126: "could not be started",
        127: "command not found",
        130: "interrupted",
        134: "aborted",
        137: "killed, or out of memory",
        139: "crashed with a segmentation fault",
        143: "terminated",
        255: "failed, or could not be started",
    }.get(exit_code, "failed")
    return f"{meaning} (exit code {exit_code})"
