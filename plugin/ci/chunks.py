"""Takes the log entries of Drone and its kin (`[{"pos": 0, "out": "…"}]`), gives the one text that they make up."""

from collections.abc import Sequence
from io import BytesIO

from msgspec import Struct

from plugin.ci.build import Log
from plugin.ci.fields import text, whole

_TOGETHER = 10_000
_LEGACY_MARK = b"warning: maximum output exceeded"
_PURGED = "logs purged by "


class Chunk(Struct, gc=False):
    """One entry: several lines, or a part of one."""

    out: object = None
    pos: object = None
    proc: object = None
    """The step's name, in a stream of Drone 0.8."""


def log_of(chunks: Sequence[Chunk]) -> Log:
    """The log of the chunks; a silent step has none. What was cut off is told in `reason`."""
    if not chunks:
        return Log()
    if len(chunks) == 1 and text(chunks[0].out).startswith(_PURGED):
        return Log(complete=False, reason="the log was purged on the server")
    data = joined(chunks)
    reason = _cut(chunks[0], data)
    return Log(data, complete=not reason, reason=reason)


def joined(chunks: Sequence[Chunk]) -> bytes:
    """The chunks as they come."""
    data = BytesIO()
    for start in range(0, len(chunks), _TOGETHER):  # all at once would need the log's size once more
        outs = (chunk.out for chunk in chunks[start : start + _TOGETHER])
        data.write("".join(out for out in outs if isinstance(out, str)).encode(errors="replace"))
    return data.getvalue()


def _cut(first: Chunk, data: bytes) -> str:
    if whole(first.pos) > 0:
        return "only the end is there: the runner keeps the last 5 MiB of a log"
    if data[-200:].rstrip().endswith(_LEGACY_MARK):
        return "the end is missing for ever: the runner kept the first 5 MiB only"
    return ""
