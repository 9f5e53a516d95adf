"""Takes the log entries of Drone and its kin (`[{"pos": 0, "out": "…"}]`), gives the one text that they make up."""

from collections.abc import Sequence
from io import BytesIO

from plugin.ci.build import Log
from plugin.ci.fields import record, text, whole

_TOGETHER = 10_000
_LEGACY_MARK = b"warning: maximum output exceeded"
_PURGED = "logs purged by "


def log_of(entries: object) -> Log:
    """The log of the entries; a silent step has `null` or `[]`. What was cut off is told in `reason`."""
    if not isinstance(entries, list) or not entries:
        return Log()
    if len(entries) == 1 and text(record(entries[0]).get("out")).startswith(_PURGED):
        return Log(complete=False, reason="the log was purged on the server")
    data = joined(entries)
    reason = _cut(entries, data)
    return Log(data, complete=not reason, reason=reason)


class Chunks:
    """Leaves the first entry of a log as it is, and of the others their text."""

    def __init__(self) -> None:
        self._first = True

    def __call__(self, entry: dict[str, object]) -> object:
        out = entry.get("out")
        if self._first or not isinstance(out, str):
            self._first = False
            return entry
        return out


def joined(entries: Sequence[object]) -> bytes:
    """The `out` of the entries as they come: one may hold several lines or a part of one."""
    data = BytesIO()
    for start in range(0, len(entries), _TOGETHER):  # all at once would need the log's size once more
        outs = (
            entry if isinstance(entry, str) else record(entry).get("out")
            for entry in entries[start : start + _TOGETHER]
        )
        data.write("".join(out for out in outs if isinstance(out, str)).encode(errors="replace"))
    return data.getvalue()


def _cut(entries: Sequence[object], data: bytes) -> str:
    if whole(record(entries[0]).get("pos")) > 0:
        return "only the end is there: the runner keeps the last 5 MiB of a log"
    if data[-200:].rstrip().endswith(_LEGACY_MARK):
        return "the end is missing for ever: the runner kept the first 5 MiB only"
    return ""
