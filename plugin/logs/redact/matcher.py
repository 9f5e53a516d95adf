"""Search for secrets of well-known kinds, the entries of patterns.yaml.

One pass over the whole log finds the few lines that contain a literal of any entry. Only there the entries' patterns
are tried. One automaton of all patterns would be one pass as well, but building it takes longer than reading the log.
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
"""Maximum number of bytes of a line that are searched at a time."""
_AFTER_A_NAME = ("=", ":", " =", " :", '"', "'", "\\")
_ESCAPES = ("%20", "%22", "%3A", "%3D", r"\n", r"\r", r"\t", *(f"{digit}m" for digit in range(10)))
_BEFORE_A_WORD = (*"\n\t =:,;>|`@\"'([{/", *_ESCAPES)
_ADDRESS_WITH_USER = r"""://[^\s/@"'<>?#\\]*@"""
_BOUNDARY = r"\b"
_WORD_BEGINS = r"(?:\b|%[0-9A-Fa-f]{2}|\\[nrtfv]|\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|033|e)(?:\[[0-9;]*m)?)"
"""A boundary, or an escape as in `?token%3Dghp_…` and `"line\\nghp_…"`: it ends in a letter or digit."""
FRAGMENTS = "FRAGMENTS"
"""The key of the named parts of patterns in patterns.yaml."""
_FRAGMENT = re.compile(r"\(\?&(\w+)\)")
_RETRIES = 5
"""Maximum number of searches per window inside a match that is no secret: a bound for hostile text."""
_LONGEST_NAME = 60
_IN_A_NAME = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"
_BEFORE = 512
"""Maximum number of bytes between the start of a match and a literal of the entry in it."""


@dataclass(frozen=True, slots=True)
class SecretPattern:
    """One entry of patterns.yaml, which documents the fields."""

    id: str
    match: str
    example: str
    unless: str = ""
    begins: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()
    detect: str = ""
    line_test: str = ""
    not_named: str = ""
    random: bool = False
    reach: int = 600
    wraps: bool = True

    @property
    def pattern(self) -> str:
        """`match`, extended to secrets that a line wrap splits and to secrets after an escape."""
        pattern = wrapping(self.match) if self.wraps and "(?P<" not in self.match else self.match
        return f"{_WORD_BEGINS}{pattern.removeprefix(_BOUNDARY)}" if pattern.startswith(_BOUNDARY) else pattern

    @property
    def presence(self) -> str:
        """RE2 expression that a line must match for the entry to be tried on it."""
        return "|".join(filter(None, (any_of(self.literals), self.line_test or self.detect)))

    @property
    def literals(self) -> frozenset[str]:
        """Literals of which a text must contain one for the entry to be tried."""
        whole = (*self.begins, *self.has)
        split = (f"{literal[:at]}\n{literal[at:]}" for literal in whole for at in range(1, len(literal)))
        names = (cased for name in self.names for cased in (name, name.upper(), name.capitalize()))
        return frozenset(whole).union(
            split if self.wraps else (),
            (name + delimiter for name in names for delimiter in _AFTER_A_NAME),
            (delimiter + word for word in self.words for delimiter in _BEFORE_A_WORD),
        )


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret in a text: `text[start:end]`, and the id of its entry in patterns.yaml."""

    start: int
    end: int
    kind: str


def secret_patterns() -> tuple[SecretPattern, ...]:
    """Return the entries of patterns.yaml in their order."""
    entries: dict[str, dict[str, Any]] = untrusted_yaml.load(CATALOGUE.read_bytes())
    fragments = entries.pop(FRAGMENTS)
    lists: dict[str, tuple[str, ...]] = dict.fromkeys(("begins", "has", "names", "words", "misses"), ())

    def filled(value: Any) -> Any:
        return _FRAGMENT.sub(lambda name: filled(fragments[name[1]]), value) if isinstance(value, str) else value

    def fields(entry: Mapping[str, Any]) -> dict[str, Any]:
        return {name: tuple(value) if name in lists else filled(value) for name, value in {**lists, **entry}.items()}

    return tuple(SecretPattern(id=name, **fields(entry)) for name, entry in entries.items())


def find_secrets(text: bytes) -> tuple[Secret, ...]:
    """Return the secrets of known kinds, in the order of the text, not overlapping."""
    matcher = _matcher()
    secrets = [secret for start, end in matcher.windows(text) for secret in matcher.secrets(text, start, end)]
    return tuple(_merged(sorted(secrets, key=lambda secret: secret.start)))


def _merged(secrets: list[Secret]) -> Iterator[Secret]:
    """Yield the secrets with overlapping ones joined, of the kind of the first."""
    current: Secret | None = None
    for secret in secrets:
        if current and secret.start < current.end:
            current = replace(current, end=max(current.end, secret.end))
            continue
        if current:
            yield current
        current = secret
    if current:
        yield current


class _Matcher:
    """The compiled entries."""

    def __init__(self, patterns: tuple[SecretPattern, ...]) -> None:
        self._patterns = patterns
        encoded = {form for pattern in patterns for begin in pattern.begins for form in _base64_forms(begin)}
        self._encoded_begin = compiled(any_of(encoded))
        self._present = re2.Set.SearchSet(options())
        for expression in [*(pattern.presence for pattern in patterns), any_of(encoded)]:
            self._present.Add(expression.encode())
        self._present.Compile()
        rare = encoded.union(*(pattern.literals for pattern in patterns)) - {"://"}
        detect = (pattern.detect for pattern in patterns if pattern.detect)
        self._detectors = (compiled("|".join((any_of(rare), *detect))), compiled(_ADDRESS_WITH_USER))

    def windows(self, text: bytes) -> Iterator[tuple[int, int]]:
        """Yield the spans of lines, or of parts of very long lines, in which a secret may start."""
        yield 0, min(len(text), _WINDOW)
        for detector in self._detectors:
            at = 0
            while hit := detector.search(text, at):
                start = max(text.rfind(b"\n", at, hit.start() + 1) + 1, hit.start() - _BEFORE)
                at = text.find(b"\n", hit.end(), hit.start() + _WINDOW)
                at = at if at >= 0 else min(max(hit.end(), hit.start() + _WINDOW), len(text))
                yield start, at

    def secrets(self, text: bytes, start: int, end: int) -> Iterator[Secret]:
        """Yield the secrets that start in `text[start:end]`, of the entries that may match there."""
        for index in sorted(self._present.Match(b"\n" + text[start:end]) or ()):
            if index < len(self._patterns):
                yield from _plain(self._patterns[index], text, start, end)
            else:
                yield from self._encoded(text, start, end)

    def _encoded(self, text: bytes, start: int, end: int) -> Iterator[Secret]:
        """Yield the runs of base64 that encode a secret."""
        last = 0
        for begin in self._encoded_begin.finditer(text, start, end):
            if begin.start() >= last:
                first, last = _base64_run(text, begin.start())
                kinds = (kind for shift in range(4) for kind in self._kinds(_decoded(text[first + shift : last])))
                if kind := next(kinds, ""):
                    yield Secret(first, last, kind)

    def _kinds(self, text: bytes) -> Iterator[str]:
        """Yield the ids of the entries that find a secret in the text."""
        for index in self._present.Match(b"\n" + text) or ():
            if (
                index < len(self._patterns)
                and self._patterns[index].literals
                and compiled(self._patterns[index].pattern).search(text)
            ):
                yield self._patterns[index].id


def _plain(entry: SecretPattern, text: bytes, start: int, end: int) -> Iterator[Secret]:
    pattern = compiled(entry.pattern)
    at, limit, retries = start, min(end + entry.reach, len(text)), _RETRIES
    while (hit := pattern.search(text, at, limit)) and hit.start() < end:
        first, last = next((hit.span(group) for group in range(1, pattern.groups + 1) if hit[group]), hit.span())
        if _is_secret(entry, text[_word_start(text, hit.start()) : first], text[first:last]):
            yield Secret(first, last, entry.id)
            at = max(last, at + 1)
        else:
            retries -= 1
            at = max(first if retries > 0 else last, hit.start() + 1)


def _word_start(text: bytes, offset: int) -> int:
    """Return the start of the name that goes through `offset`."""
    before = text[max(0, offset - _LONGEST_NAME) : offset]
    return offset - len(before) + len(before.rstrip(_IN_A_NAME))


def _is_secret(entry: SecretPattern, name: bytes, value: bytes) -> bool:
    return not (
        (entry.unless and compiled(entry.unless).search(value))
        or (entry.not_named and compiled(entry.not_named).search(name))
        or (entry.random and not looks_random(value))
    )


@cache
def _matcher() -> _Matcher:
    return _Matcher(secret_patterns())


_PIECE = re.compile(
    r"(?P<as_is>\\b|\(\?\w*[:)]|[(|^$]|\)(?:\{[\d,]+\}|[+*?])?)"
    r"|(?P<one>\[(?:\\.|[^\]\\])*\]|\\.|[^\\])(?P<times>\{\d+(?:,\d*)?\}|[+*?])?"
)
_LAST = re.compile(r"(?:\)|\\b)*$")
_TIMES = {"+": "{1,}", "*": "{0,}", "?": "{0,1}", None: "{1}"}


def wrapping(pattern: str) -> str:
    """Return the pattern of a token, extended to tokens that a line wrap splits.

    The required part may be split anywhere. The optional part at the end continues in the next line only as a long run
    (16 or more characters). Otherwise the first word of every line after a token would be masked, too.
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


def _base64_forms(begin: str) -> Iterator[str]:
    """Yield the base64 of the literal at each of three alignments, as far as it depends on the literal alone."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + begin.encode()).decode().rstrip("=")
        form = encoded[-(-before * 8 // 6) : (before + len(begin)) * 8 // 6]
        if len(form) >= 4:
            yield form


_BASE64_RUN = re.compile(rb"[A-Za-z0-9+/_-]*+(?:\n[A-Za-z0-9+/_-]{16,}+)*+(?:\n[A-Za-z0-9+/_-]*=)?={0,2}")
_NO_LETTERS = bytes(code for code in range(256) if not re.match(rb"[A-Za-z0-9+/_-]", bytes([code])))
_STANDARD = bytes.maketrans(b"-_", b"+/")


def _base64_run(text: bytes, offset: int) -> tuple[int, int]:
    """Return the span of the base64 that goes through `offset`."""
    line_start = text.rfind(b"\n", max(0, offset - _WINDOW), offset) + 1 or max(0, offset - _WINDOW)
    before = text[line_start:offset][::-1]
    first = _LETTERS.match(before)
    rest = _BASE64_RUN.match(text, offset, offset + _WINDOW)
    return offset - (first.end() if first else 0), rest.end() if rest else offset


_LETTERS = re.compile(rb"[A-Za-z0-9+/_-]*+")


def _decoded(run: bytes) -> bytes:
    letters = run.translate(_STANDARD, _NO_LETTERS)
    whole = letters[:-1] if len(letters) % 4 == 1 else letters
    return base64.b64decode(whole + b"=" * (-len(whole) % 4))
