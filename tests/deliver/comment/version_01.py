"""The reader of version 0.1 (commit c840c9b, `plugin/deliver/comment/sections.py`), to test that it reads our comments.

Only names differ from that version. It must not change with the plugin.
"""

import json
import re
import zlib
from base64 import b64decode
from typing import Any

GAP = "\n\n"
_MARKER = re.compile(
    r"(?:<!-- |\[\]\(http://)drone-failure-alert/(?P<key>[\w%.~+-]*)/(?P<packed>[A-Za-z0-9+_]*=*)(?: -->|\))[ \t]*"
)
_UNPACKED = 1024 * 1024
_FENCE = re.compile(r" {0,3}(?P<run>`{3,}|~{3,})(?P<rest>.*)")

Row = tuple[str, str, str, int, str, list[str]]
"""A section: key, name, state, number of ended steps, headline, names of the failed steps."""


def read(posted: str) -> tuple[int, str, str, int, list[Row]] | None:
    """Return build, commit, address, number of ended steps and sections, None for a comment that is not intact."""
    body = posted.replace("\r\n", "\n")
    found = _marker(body)
    if not found:
        return None
    place, match = found
    try:
        packed = zlib.decompressobj().decompress(b64decode(match["packed"], b"+_", validate=True), _UNPACKED)
        facts = json.loads(packed)
    except (ValueError, zlib.error, RecursionError):
        return None
    sections = _slices(body, facts, place)
    if sections is None:
        return None
    return facts["build"], facts["commit"], facts["url"], facts["settled"], sections


def _marker(body: str) -> tuple[int, re.Match[str]] | None:
    last = None
    for place, line in _outside(body):
        match = _MARKER.fullmatch(line)
        last = (place, match) if match else last
    return last


def _slices(body: str, facts: dict[str, Any], end: int) -> list[Row] | None:
    place = facts["start"]
    sections: list[Row] = []
    for row in facts["sections"]:
        match row:
            case [
                str(key),
                str(name),
                str(state),
                int(settled),
                str(headline),
                list(failed),
                int(length),
                int(checksum),
            ]:
                shown = ""
                if length > 0:
                    place += len(GAP)
                    shown = body[place : place + length]
                    place += length
                if zlib.crc32(shown.encode(errors="replace")) != checksum:
                    return None
                sections.append((key, name, state, settled, headline, failed))
            case _:
                return None
    return sections if place + len(GAP) + facts["foot"] + len(GAP) == end else None


def _outside(text: str) -> list[tuple[int, str]]:
    lines, place, fence = [], 0, ""
    for line in text.split("\n"):
        before, fence = fence, _next_fence(fence, line)
        if not before and not fence:
            lines.append((place, line))
        place += len(line) + 1
    return lines


def _next_fence(fence: str, line: str) -> str:
    found = _FENCE.match(line)
    if not found:
        return fence
    run, rest = found["run"], found["rest"]
    if fence:
        closes = run[0] == fence[0] and len(run) >= len(fence) and not rest.strip()
        return "" if closes else fence
    return "" if run[0] == "`" and "`" in rest else run
