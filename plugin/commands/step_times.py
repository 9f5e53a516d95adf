"""How long the phases of a run in a pipeline take, and what the step prints when one takes too long."""

from plugin.model.message import Message

DELIVERY_SECONDS = 10.0
"""Seconds of the run that are reserved for the file and the comment."""
LAST_LINES_SECONDS = 2.0
"""Seconds for the analysis of logs that did arrive when the time for reading is over."""

FINISH_READING_SECONDS = 1.0
"""Seconds after a signal for the responses that are in flight."""
DELIVER_AFTER_SIGNAL_SECONDS = 5.0
"""Further seconds for the comment; `docker stop` kills after ten."""

CANCELED = Message("the step was canceled")
"""Why requests of a canceled step end early."""
TOO_LONG = Message(
    "not all logs could be read in time; if your own patterns are slow (`.failure-alert.yml`, "
    "setting `patterns`), simplify them, else increase the setting `timeout`"
)
NOT_ALL_READ = Message("{reason} before everything was read", reason=CANCELED)
"""Note in the report of a step that was canceled while it read."""
