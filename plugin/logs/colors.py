"""Colors of the lines that a report shows, from the SGR sequences of the raw log (ECMA-48, 8.3.117).

Colors are found after the lines were cleaned and redacted, so that they can add no text. A line that a terminal would
show differently, because a cursor movement changes it, has no colors.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from plugin.logs.terminal import ESCAPE
from plugin.model.excerpt import ColorSpan, Line
from plugin.text.lazy_expression import lazily

_NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
_WEIGHTS = {1: "bold", 2: "dim", 3: "italic", 4: "underline"}
_ENDS = {22: ("bold", "dim"), 23: ("italic",), 24: ("underline",)}
_SGR = lazily(rb"\x1b\[([\d;:]*)m")
_CHUNK = 1 << 16
_BEFORE = 1 << 11
"""Bytes before a line in which a color that is still in effect may begin."""
_LONGEST = 4096
"""Bytes of a line whose colors are read."""
_CUBE = (0, 95, 135, 175, 215, 255)
"""Levels of red, green and blue of the colors 16 to 231, as xterm defines them."""
_MOST_SPANS = 100
"""Colored parts of a line. A line with more, for example a rainbow, keeps the first ones."""


def colors_of(raw: bytes, lines: Iterable[Line]) -> Mapping[int, tuple[ColorSpan, ...]]:
    """Return the colored parts of clean lines of the log `raw` by line number; linear in the size of the log."""
    if b"\x1b[" not in raw:
        return {}
    by_number = {line.number: line.text for line in lines}
    found = {
        number: tuple(_spans(raw, start, by_number[number])) for number, start in _line_starts(raw, sorted(by_number))
    }
    return {number: spans for number, spans in found.items() if spans}


def _line_starts(raw: bytes, numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the offset of each of the 1-based lines; `numbers` are sorted."""
    current, start = 1, 0
    for number in numbers:
        while start + _CHUNK < len(raw) and current + (passed := raw.count(b"\n", start, start + _CHUNK)) < number:
            current, start = current + passed, start + _CHUNK
        for _ in range(number - current):
            newline = raw.find(b"\n", start)
            if newline < 0:
                return
            start = newline + 1
        current = number
        yield number, start


def _spans(raw: bytes, start: int, text: str) -> Iterator[ColorSpan]:
    """Yield the colored parts of the line at `start`, which is shown as `text`."""
    end = raw.find(b"\n", start, start + _LONGEST)
    line = raw[start : end if end >= 0 else start + _LONGEST]
    state = _state_before(raw, start)
    if not state and b"\x1b[" not in line:
        return
    plain, styles = _styled(line, state)
    for first, last, shift in _same_parts(plain, text):
        yield from _runs(styles, first, last, shift)


def _state_before(raw: bytes, start: int) -> frozenset[str]:
    """Return the style that is in effect at the start of a line."""
    before = raw[max(0, start - _BEFORE) : start]
    reset = max(before.rfind(b"\x1b[0m"), before.rfind(b"\x1b[m"))
    state: frozenset[str] = frozenset()
    for match in _SGR.finditer(before, max(0, reset)):
        state = _after(match[1], state)
    return state


def _styled(line: bytes, state: frozenset[str]) -> tuple[str, list[frozenset[str]]]:
    """Return the text of the last layer of a line, and the style of each of its characters."""
    plain: list[str] = []
    styles: list[frozenset[str]] = []
    done = 0
    line = line.rstrip(b"\r")
    for match in (*ESCAPE.finditer(line), None):
        piece = line[done : match.start() if match else len(line)].decode("utf-8", "replace")
        layers = piece.split("\r")
        if len(layers) > 1:
            plain.clear()
            styles.clear()
        plain += layers[-1]
        styles += [state] * len(layers[-1])
        if match:
            done = match.end()
            if sgr := _SGR.fullmatch(match[0]):
                state = _after(sgr[1], state)
    return "".join(plain), styles


def _after(parameters: bytes, state: frozenset[str]) -> frozenset[str]:
    """Return the style after an SGR sequence."""
    codes = [int(code[:4] or b"0") for code in re.split(rb"[;:]", parameters)]
    while codes:
        code = codes.pop(0)
        if code == 0:
            state = frozenset()
        elif code in _WEIGHTS:
            state |= {_WEIGHTS[code]}
        elif code in _ENDS:
            state = state.difference(_ENDS[code])
        elif code in (38, 48):
            state = _colored(state, _extended(codes), background=code == 48)
        elif 30 <= code <= 37 or 40 <= code <= 47:
            state = _colored(state, _NAMES[code % 10], background=code >= 40)
        elif 90 <= code <= 97 or 100 <= code <= 107:
            state = _colored(state, f"bright-{_NAMES[code % 10]}", background=code >= 100)
        elif code in (39, 49):
            state = _colored(state, "", background=code == 49)
    return state


def _colored(state: frozenset[str], name: str, *, background: bool) -> frozenset[str]:
    """Return the style with another color of the text or the background; without one if `name` is empty."""
    kept = {one for one in state if one in _WEIGHTS.values() or one.startswith("on-") is not background}
    return frozenset(kept | ({f"on-{name}" if background else name} if name else set()))


def _extended(codes: list[int]) -> str:
    """Remove the parameters of a color of 256 or 16 million from `codes`; return the nearest of the 16 names."""
    kind = codes.pop(0) if codes else 0
    if kind == 5 and codes:
        return _indexed(codes.pop(0))
    if kind == 2 and len(codes) >= 3:
        red, green, blue = codes[:3]
        del codes[:3]
        return _nearest(red, green, blue)
    return ""


def _indexed(index: int) -> str:
    if index < 8:
        return _NAMES[index]
    if index < 16:
        return f"bright-{_NAMES[index - 8]}"
    if index >= 232:
        return "bright-black" if index < 250 else "white"
    return _nearest(*(_CUBE[(index - 16) // part % 6] for part in (36, 6, 1)))


def _nearest(red: int, green: int, blue: int) -> str:
    """Return the name of the hue: which of the three parts are at least half as strong as the strongest."""
    high = max(red, green, blue)
    bits = sum(bit for bit, part in ((1, red), (2, green), (4, blue)) if part > high * 0.5)
    name = _NAMES[bits if high > 60 else 0]
    return "bright-black" if bits == 7 and high < 170 else name


def _same_parts(plain: str, text: str) -> Iterator[tuple[int, int, int]]:
    """Yield parts of `plain` that `text` shows as (start, end, shift to the index in `text`).

    `text` may be without a prefix of the CI server, and with masks in place of secrets.
    """
    prefix = plain.rfind(text)
    if prefix >= 0:
        yield prefix, prefix + len(text), -prefix
        return
    head = _common(plain, text)
    tail = _common(plain[head:][::-1], text[head:][::-1])
    yield 0, head, 0
    yield len(plain) - tail, len(plain), len(text) - len(plain)


def _common(one: str, other: str) -> int:
    """Return the length of the longest common start."""
    return next(
        (at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), min(map(len, (one, other)))
    )


def _runs(styles: list[frozenset[str]], first: int, last: int, shift: int) -> Iterator[ColorSpan]:
    start, spans = first, 0
    while start < last and spans < _MOST_SPANS:
        end = start
        while end < last and styles[end] == styles[start]:
            end += 1
        if styles[start]:
            yield ColorSpan(start + shift, end + shift, " ".join(sorted(styles[start])))
            spans += 1
        start = end
