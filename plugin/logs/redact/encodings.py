"""Forms in which programs print a secret value: verbatim, escaped or encoded."""

import base64
import json
import re
from collections.abc import Iterator
from functools import lru_cache

_SHORTEST_ENCODED = 4
"""Minimum size in bytes of a value whose encodings are searched for. Those of a shorter one occur in any log."""
_SHORTEST_BASE64 = 5
_FOR_ADDRESSES = bytes.maketrans(b"+/", b"-_")


def printed_forms(value: str) -> Iterator[bytes]:
    """Yield every form of the value, the common ones first."""
    yield value.encode()
    for group in encodings(value):
        yield from group
    yield from escaped(value)[1:]


@lru_cache(maxsize=64)
def escaped(value: str) -> tuple[bytes, ...]:
    """Return the value and its escaped forms. ASCII letters and digits are the same in all of them."""
    return tuple(dict.fromkeys((value.encode(), *(text.encode() for text in _escaped(value)))))


def encodings(value: str) -> Iterator[tuple[bytes, ...]]:
    """Yield groups of encodings: hexadecimal, and base64 of text that contains the value, at each of three alignments.

    ASCII letters and digits are the same in all members of a group. The second is the URL-safe alphabet's.
    """
    data = value.encode()
    if len(data) < _SHORTEST_ENCODED:
        return
    yield (data.hex().encode(),)
    yield (data.hex().upper().encode(),)
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + data).rstrip(b"=")
        core = encoded[-(-before * 8 // 6) : (before + len(data)) * 8 // 6]
        if len(core) >= _SHORTEST_BASE64:
            yield core, core.translate(_FOR_ADDRESSES)


def _escaped(value: str) -> Iterator[str]:
    import html  # late: most runs of `analyze` have no secret values, and its table of entities takes long to load
    from urllib.parse import quote, quote_plus

    if value.isascii() and value.isalnum():
        return
    for encoded in (quote(value, safe=""), quote(value), quote_plus(value)):
        yield encoded
        yield quote(encoded, safe="")
        yield re.sub("%[0-9A-F]{2}", lambda code: code[0].lower(), encoded)
    for text in (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]):
        yield text
        yield text.replace("/", r"\/")
        yield text.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e")
        yield json.dumps(text, ensure_ascii=False)[1:-1]
    for markup in (html.escape(value), html.escape(value, quote=False)):
        yield markup
        yield markup.replace("&#x27;", "&apos;")
        yield markup.replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
    yield value.replace("'", "'\\''")
    yield value.replace("'", "'\"'\"'")
    yield value.replace("'", "''")
    yield value.replace("\\", "\\\\").replace("'", "\\'")
    yield re.sub(r"([$`\"\\])", r"\\\1", value)
    yield re.sub(r"([^\w@%+=:,./-])", r"\\\1", value)
