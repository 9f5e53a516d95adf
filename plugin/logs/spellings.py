"""Takes a secret value, gives the ways in which programs print it."""

import base64
import html
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

_WRAPPED_FROM = 8
"""Characters from which a value is also looked for across a line wrap."""
_WORD = re.compile(r"\w")


def pattern(value: str) -> str:
    """RE2 for every spelling of the value, the longest first, over line wraps; a short one only as a word."""
    return "|".join(map(_over_wraps, sorted(set(_spellings(value)), key=lambda spelled: (-len(spelled), spelled))))


def _over_wraps(spelled: str) -> str:
    if len(spelled) >= _WRAPPED_FROM:
        return r"(?:\n[ \t]*)?".join(map(re.escape, spelled))
    before, after = (r"\b" if _WORD.match(edge) else "" for edge in (spelled[0], spelled[-1]))
    return before + re.escape(spelled) + after


def _spellings(value: str) -> Iterator[str]:
    yield value
    for encoded in (quote(value, safe=""), quote(value), quote_plus(value)):
        yield encoded
        yield re.sub("%[0-9A-F]{2}", lambda code: code[0].lower(), encoded)
    for text in (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]):
        yield text
        yield text.replace("/", r"\/")
        yield text.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e")
    yield html.escape(value)
    yield value.replace("'", "'\\''")
    yield value.replace("'", "'\"'\"'")
    yield re.sub(r"([$`\"\\])", r"\\\1", value)
    yield re.sub(r"([^\w@%+=:,./-])", r"\\\1", value)
    yield from _in_numbers(value.encode())


def _in_numbers(value: bytes) -> Iterator[str]:
    if len(value) * 2 < _WRAPPED_FROM:
        return
    yield value.hex()
    yield value.hex().upper()
    for before in range(3):  # base64 of a text in which the value begins at any place
        encoded = base64.b64encode(b"\0" * before + value).decode().rstrip("=")
        core = encoded[-(-before * 8 // 6) : (before + len(value)) * 8 // 6]
        if len(core) >= _WRAPPED_FROM - 3:
            yield core
            yield core.translate(str.maketrans("+/", "-_"))
