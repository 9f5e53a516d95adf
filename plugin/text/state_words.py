"""Words and symbols for the state of a build, a job or a step."""

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
