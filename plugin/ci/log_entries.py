"""The log entries of Drone and its relatives (`[{"pos": 0, "out": "…"}]`), and the text that they form."""

from collections.abc import Sequence
from io import BytesIO

from msgspec import Struct

from plugin.http.json_fields import integer, text
from plugin.model.build import RawLog
from plugin.model.message import Message

_TOGETHER = 10_000
_LEGACY_MARK = b"warning: maximum output exceeded"
_PURGED = "logs purged by "


class LogEntry(Struct, gc=False):
    """One entry: several lines, or part of one."""

    out: object = None
    pos: object = None
    proc: object = None
    """The step's name, in a stream of Drone 0.8."""


def log_of(entries: Sequence[LogEntry]) -> RawLog:
    """Return the log of the entries; `reason` names what was cut off. A step that printed nothing has no entries."""
    if not entries:
        return RawLog()
    if len(entries) == 1 and text(entries[0].out).startswith(_PURGED):
        return RawLog(complete=False, reason=Message("the log was purged on the server"))
    data = joined(entries)
    reason = _cut(entries[0], data)
    return RawLog(data, complete=not reason, reason=reason)


def joined(entries: Sequence[LogEntry]) -> bytes:
    """Return the text of all entries in their order."""
    data = BytesIO()
    for start in range(0, len(entries), _TOGETHER):  # all at once would need the log's size once more
        outs = (entry.out for entry in entries[start : start + _TOGETHER])
        data.write("".join(out for out in outs if isinstance(out, str)).encode(errors="replace"))
    return data.getvalue()


def _cut(first: LogEntry, data: bytes) -> str:
    if integer(first.pos) > 0:
        return Message("only the end is available: the runner keeps the last 5 MiB of a log")
    if data[-200:].rstrip().endswith(_LEGACY_MARK):
        return Message("the end is lost: the runner kept the first 5 MiB only")
    return ""
