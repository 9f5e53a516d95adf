"""Takes the entries of patterns.yaml, gives the places of a log where a well-known kind of secret stands.

A pass over the whole log finds the few lines that hold a literal of any entry; only there the entries' patterns are
tried. All patterns in one automaton would be one pass, too, but building that takes longer than reading the log.
"""

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import re2

from plugin import untrusted_yaml
from plugin.logs.redact.randomness import looks_random
from plugin.logs.redact.regex import any_of, compiled, options

CATALOGUE = Path(__file__).with_name("patterns.yaml")
_WINDOW = 4096
"""Bytes that are searched at a time in a line that is longer."""
_AFTER_A_NAME = ("=", ":", " =", " :", '"', "'", "\\")
_ESCAPES = ("%20", "%22", "%3A", "%3D", r"\n", r"\r", r"\t", *(f"{digit}m" for digit in range(10)))
_BEFORE_A_WORD = (*"\n\t =:,;>|`@\"'([{/", *_ESCAPES)
_ADDRESS_WITH_USER = r"""://[^\s/@"'<>?#\\]*@"""
_BOUNDARY = r"\b"
_WORD_BEGINS = r"(?:\b|%[0-9A-Fa-f]{2}|\\[nrtfv]|\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|033|e)(?:\[[0-9;]*m)?)"
"""`?token%3Dghp_…`, `"line\\nghp_…"`: what an escape ends in is a letter or digit, and so no boundary."""
FRAGMENTS = "FRAGMENTS"
"""The key of patterns.yaml under which parts of patterns are, by name."""
_FRAGMENT = re.compile(r"\(\?&(\w+)\)")
_RETRIES = 5
"""Times that the search goes on inside of what proved to be no secret, in a window: a bound for hostile text."""
_LONGEST_NAME = 60
_IN_A_NAME = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"
_BEFORE = 512
"""Bytes before a piece of an entry at which its match may start."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One entry of patterns.yaml; the file's head says what each field means."""

    id: str
    match: str
    example: str
    unless: str = ""
    begins: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()
    sign: str = ""
    about: str = ""
    not_named: str = ""
    random: bool = False
    reach: int = 600
    wraps: bool = True

    @property
    def pattern(self) -> str:
        """`match`, and over the end of a line where a wrap may have split the secret, and inside an encoded address."""
        pattern = wrapping(self.match) if self.wraps and "(?P<" not in self.match else self.match
        return f"{_WORD_BEGINS}{pattern.removeprefix(_BOUNDARY)}" if pattern.startswith(_BOUNDARY) else pattern

    @property
    def presence(self) -> str:
        """RE2 for what a line must hold for the entry to be tried on it."""
        return "|".join(filter(None, (any_of(self.pieces), self.about or self.sign)))

    @property
    def pieces(self) -> frozenset[str]:
        """Literals of which a text must hold one for the entry to be tried."""
        literals = (*self.begins, *self.has)
        split = (f"{literal[:at]}\n{literal[at:]}" for literal in literals for at in range(1, len(literal)))
        names = (spelled for name in self.names for spelled in (name, name.upper(), name.capitalize()))
        return frozenset(literals).union(
            split if self.wraps else (),
            (name + delimiter for name in names for delimiter in _AFTER_A_NAME),
            (delimiter + word for word in self.words for delimiter in _BEFORE_A_WORD),
        )


@dataclass(frozen=True, slots=True)
class Place:
    """A secret in a text: `text[start:end]`."""

    start: int
    end: int
    kind: str


def shapes() -> tuple[Shape, ...]:
    """The catalogue, in its order."""
    entries: dict[str, dict[str, Any]] = untrusted_yaml.load(CATALOGUE.read_bytes())
    fragments = entries.pop(FRAGMENTS)
    lists: dict[str, tuple[str, ...]] = dict.fromkeys(("begins", "has", "names", "words", "misses"), ())

    def filled(value: Any) -> Any:
        return _FRAGMENT.sub(lambda name: filled(fragments[name[1]]), value) if isinstance(value, str) else value

    def fields(entry: Mapping[str, Any]) -> dict[str, Any]:
        return {name: tuple(value) if name in lists else filled(value) for name, value in {**lists, **entry}.items()}

    return tuple(Shape(id=name, **fields(entry)) for name, entry in entries.items())


def places(text: bytes) -> tuple[Place, ...]:
    """Where secrets of a known shape stand, in the order of the text, not overlapping."""
    known = _known()
    found = [place for start, end in known.windows(text) for place in known.places(text, start, end)]
    return tuple(_merged(sorted(found, key=lambda place: place.start)))


def _merged(found: list[Place]) -> Iterator[Place]:
    """Places that overlap become one, of the kind of the first."""
    current: Place | None = None
    for place in found:
        if current and place.start < current.end:
            current = replace(current, end=max(current.end, place.end))
            continue
        if current:
            yield current
        current = place
    if current:
        yield current


class _Known:
    """The catalogue, compiled."""

    def __init__(self, catalogue: tuple[Shape, ...]) -> None:
        self._catalogue = catalogue
        images = {image for shape in catalogue for begin in shape.begins for image in _images(begin)}
        self._image = compiled(any_of(images))
        self._present = re2.Set.SearchSet(options())
        for pattern in [*(shape.presence for shape in catalogue), any_of(images)]:
            self._present.Add(pattern.encode())
        self._present.Compile()
        rare = images.union(*(shape.pieces for shape in catalogue)) - {"://"}
        signs = (shape.sign for shape in catalogue if shape.sign)
        self._detectors = (compiled("|".join((any_of(rare), *signs))), compiled(_ADDRESS_WITH_USER))

    def windows(self, text: bytes) -> Iterator[tuple[int, int]]:
        """The lines that may hold the start of a secret, as places in the text; parts of lines that are very long."""
        yield 0, min(len(text), _WINDOW)
        for detector in self._detectors:
            at = 0
            while hit := detector.search(text, at):
                start = max(text.rfind(b"\n", at, hit.start() + 1) + 1, hit.start() - _BEFORE)
                at = text.find(b"\n", hit.end(), hit.start() + _WINDOW)
                at = at if at >= 0 else min(max(hit.end(), hit.start() + _WINDOW), len(text))
                yield start, at

    def places(self, text: bytes, start: int, end: int) -> Iterator[Place]:
        """The secrets that start in `text[start:end]`, by the entries of which a piece is there."""
        for index in sorted(self._present.Match(b"\n" + text[start:end]) or ()):
            if index < len(self._catalogue):
                yield from _plain(self._catalogue[index], text, start, end)
            else:
                yield from self._encoded(text, start, end)

    def _encoded(self, text: bytes, start: int, end: int) -> Iterator[Place]:
        """The runs of base64 with a secret in them."""
        last = 0
        for image in self._image.finditer(text, start, end):
            if image.start() >= last:
                first, last = _base64_run(text, image.start())
                kinds = (kind for shift in range(4) for kind in self._kinds(_decoded(text[first + shift : last])))
                if kind := next(kinds, ""):
                    yield Place(first, last, kind)

    def _kinds(self, text: bytes) -> Iterator[str]:
        """The entries that find a secret in the text."""
        for index in self._present.Match(b"\n" + text) or ():
            if (
                index < len(self._catalogue)
                and self._catalogue[index].pieces
                and compiled(self._catalogue[index].pattern).search(text)
            ):
                yield self._catalogue[index].id


def _plain(shape: Shape, text: bytes, start: int, end: int) -> Iterator[Place]:
    pattern = compiled(shape.pattern)
    at, limit, retries = start, min(end + shape.reach, len(text)), _RETRIES
    while (hit := pattern.search(text, at, limit)) and hit.start() < end:
        first, last = next((hit.span(group) for group in range(1, pattern.groups + 1) if hit[group]), hit.span())
        if _is_secret(shape, text[_word_start(text, hit.start()) : first], text[first:last]):
            yield Place(first, last, shape.id)
            at = max(last, at + 1)
        else:
            retries -= 1
            at = max(first if retries > 0 else last, hit.start() + 1)


def _word_start(text: bytes, at: int) -> int:
    """Where the name begins of which only the end was matched."""
    before = text[max(0, at - _LONGEST_NAME) : at]
    return at - len(before) + len(before.rstrip(_IN_A_NAME))


def _is_secret(shape: Shape, name: bytes, value: bytes) -> bool:
    return not (
        (shape.unless and compiled(shape.unless).search(value))
        or (shape.not_named and compiled(shape.not_named).search(name))
        or (shape.random and not looks_random(value))
    )


@cache
def _known() -> _Known:
    return _Known(shapes())


_PIECE = re.compile(
    r"(?P<as_is>\\b|\(\?\w*[:)]|[(|^$]|\)(?:\{[\d,]+\}|[+*?])?)"
    r"|(?P<one>\[(?:\\.|[^\]\\])*\]|\\.|[^\\])(?P<times>\{\d+(?:,\d*)?\}|[+*?])?"
)
_LAST = re.compile(r"(?:\)|\\b)*$")
_TIMES = {"+": "{1,}", "*": "{0,}", "?": "{0,1}", None: "{1}"}


def wrapping(pattern: str) -> str:
    """The pattern of a token so that it holds over a line wrap.

    What must be there may be split at any place. What may follow at the end goes on in the next line only as a long run
    (16 or more), or the first word of every line after a token would go, too.
    """
    return _PIECE.sub(_wrapping_piece, pattern)


def _wrapping_piece(piece: re.Match[str]) -> str:
    if piece["as_is"]:
        return piece["as_is"]
    one = piece["one"]
    least, comma, most = _TIMES.get(piece["times"], piece["times"])[1:-1].partition(",")
    if not _LAST.match(piece.string, piece.end()):
        return f"(?:{one}\\n?){{{least}{comma}{most}}}"
    if least == "0":
        return piece[0]
    before = f"(?:{one}\\n?){{{int(least) - 1}}}"
    if comma and not most:
        return f"{before}{one}+(?:\\n{one}{{16,}})*"
    return f"{before}{one}{{1,{int(most or least) - int(least) + 1}}}"


def _images(begin: str) -> Iterator[str]:
    """What base64 makes of the literal, as far as it alone decides it, at each of its three alignments."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + begin.encode()).decode().rstrip("=")
        image = encoded[-(-before * 8 // 6) : (before + len(begin)) * 8 // 6]
        if len(image) >= 4:
            yield image


_BASE64_RUN = re.compile(rb"[A-Za-z0-9+/_-]*+(?:\n[A-Za-z0-9+/_-]{16,}+)*+(?:\n[A-Za-z0-9+/_-]*=)?={0,2}")
_NO_LETTERS = bytes(code for code in range(256) if not re.match(rb"[A-Za-z0-9+/_-]", bytes([code])))
_STANDARD = bytes.maketrans(b"-_", b"+/")


def _base64_run(text: bytes, at: int) -> tuple[int, int]:
    """The start and the end of the base64 that goes through `at`."""
    line_start = text.rfind(b"\n", max(0, at - _WINDOW), at) + 1 or max(0, at - _WINDOW)
    before = text[line_start:at][::-1]
    first = _LETTERS.match(before)
    found = _BASE64_RUN.match(text, at, at + _WINDOW)
    return at - (first.end() if first else 0), found.end() if found else at


_LETTERS = re.compile(rb"[A-Za-z0-9+/_-]*+")


def _decoded(run: bytes) -> bytes:
    letters = run.translate(_STANDARD, _NO_LETTERS)
    whole = letters[:-1] if len(letters) % 4 == 1 else letters
    return base64.b64decode(whole + b"=" * (-len(whole) % 4))
