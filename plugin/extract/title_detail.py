"""Complete a title with what other lines of the pattern's block name, by the pattern's `detail`."""

from collections.abc import Sequence

from plugin.extract.blocks import block
from plugin.extract.catalogue import Pattern
from plugin.extract.forms import groups

_BELOW = 12
"""Lines below the matched one that may complete the title where the pattern's block has no other line."""


def with_detail(text: str, row: int, pattern: Pattern, lines: Sequence[bytes]) -> tuple[str, int]:
    """Return the title with what `detail` captures in the block, and the row that this was taken from.

    `file` and `line` stand before the title, `what` behind it. Each is taken from the first line that has it.
    """
    found: dict[str, str] = {}
    reason_row = row
    rows = block(pattern, row, lines) if pattern.detail else range(0)
    if len(rows) == 1:
        rows = range(row, min(len(lines), row + _BELOW))
    for other in (one for one in rows if one != row):
        for name, value in (groups(pattern.detail, lines[other]) or {}).items():
            if value and name not in found:
                found[name] = " ".join(value.split())
                reason_row = other if name == "what" else reason_row
    place = ":".join(found[name] for name in ("file", "line") if name in found)
    what = found.get("what", "").rstrip(":")
    parts = [part for part in (place if place not in text else "", text, what if what not in text else "") if part]
    return (": ".join(parts) if len(parts) > 1 else text), reason_row  # a message stays one, to be translated
