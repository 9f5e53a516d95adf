"""Parse a list of regular expressions, in every form in which a YAML list or text reaches a plugin.

Servers join a list with commas, so a comma separates two expressions or is part of one. A line break always separates,
and JSON is read as JSON.
"""

import json
import re

from plugin.text.shorten import cut

_QUANTIFIER = re.compile(r"(?<!\\)(?:\\\\)*\{\d+,\d*\}")
_QUOTED_LIST = re.compile(r"\[\s*'(?:[^']|'')*'(?:\s*,\s*'(?:[^']|'')*')+\s*\]")
"""A YAML list of single-quoted texts."""
_QUOTED = re.compile(r"'((?:[^']|'')*)'")
_MAX_COMMAS = 2000
"""Maximum number of commas in one line that are tried as separators."""
_MAX_JOINED = 20
"""Maximum number of parts between commas that form one expression."""
_MAX_SHOWN = 80


def expressions(text: str) -> tuple[str, ...]:
    """Return the expressions of the text. Raise ValueError that quotes the part that is not valid RE2."""
    listed = _listed(text)
    if listed is None:
        return tuple(part for line in text.split("\n") for part in _split(line))
    for item in listed:
        if error := _error(item):
            raise _invalid(item, error)
    return listed


def _listed(text: str) -> tuple[str, ...] | None:
    """Return the items of a JSON list or of a quoted YAML list, None for any other text."""
    try:
        items = json.loads(text) if text.startswith("[") else None
    except (ValueError, RecursionError):
        items = None
    if isinstance(items, list):
        if not all(isinstance(item, str | int | float) and not isinstance(item, bool) for item in items):
            raise ValueError("must be a list of expressions")
        return tuple(str(item) for item in items if str(item).strip())
    if _QUOTED_LIST.fullmatch(text):
        return tuple(item for quoted in _QUOTED.findall(text) if (item := quoted.replace("''", "'")).strip())
    return None


def _split(line: str) -> list[str]:
    """Return the expressions of one line: as many as possible, each of them valid."""
    parts = _parts(line)
    if any(map(_error, parts)):
        if len(parts) > _MAX_COMMAS:
            raise ValueError(f"has more than {_MAX_COMMAS} commas in one line; use a JSON list")
        parts = _joined(parts)
    return [part.strip() for part in parts if part.strip()]


def _parts(line: str) -> list[str]:
    """Return the texts between all commas that are not in a quantifier."""
    quantified = {at for match in _QUANTIFIER.finditer(line) for at in range(*match.span())}
    commas = [at for at, character in enumerate(line) if character == "," and at not in quantified]
    starts, ends = [0, *(at + 1 for at in commas)], [*commas, len(line)]
    return [line[start:end] for start, end in zip(starts, ends, strict=True)]


def _joined(parts: list[str]) -> list[str]:
    """Return the parts joined by commas into as many valid expressions as possible. Raise ValueError if none exist."""
    best: list[list[str] | None] = [[]]
    for end in range(1, len(parts) + 1):
        best.append(None)
        for start in range(end - 1, max(-1, end - 1 - _MAX_JOINED), -1):
            before, current = best[start], best[end]
            if before is None or (current is not None and len(current) > len(before)):
                continue
            joined = ",".join(parts[start:end])
            if not _error(joined):
                best[end] = [*before, joined]
    if (found := best[-1]) is not None:
        return found
    last_valid = max(end for end, expressions in enumerate(best) if expressions is not None)
    rest = ",".join(parts[last_valid:]).strip()
    raise _invalid(rest, _error(rest))


def _invalid(expression: str, error: str) -> ValueError:
    return ValueError(f"contains {cut(expression, _MAX_SHOWN)!r}, which is not a valid RE2 expression: {error}")


def _error(expression: str) -> str:
    """Return why the expression is not valid RE2; empty for a valid one."""
    import re2  # late: hardly ever needed before the first request

    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(expression.strip().encode(errors="surrogatepass"), options)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        return (reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)) or "invalid"
    return ""
