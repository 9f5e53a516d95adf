"""Search for secrets of well-known kinds, the entries of patterns.yaml.

One pass over the whole log finds the few lines that contain a literal of any entry. Only there the entries' patterns
are tried. One automaton of all patterns would be one pass as well, but building it takes longer than reading the log.
The automaton for the pass contains only the entries that a log needs: for a small log, building it takes longest.
"""

import base64
import re
from collections.abc import Collection, Iterator
from functools import cache, cached_property

import re2

from plugin.frozen import frozen, replace
from plugin.literals import LiteralIndex
from plugin.logs.redact.entries import SecretPattern, encoded_begins, secret_patterns
from plugin.logs.redact.randomness import looks_random
from plugin.logs.redact.regex import any_of, compiled, expression, options
from plugin.text.lazy_expression import lazily

_WINDOW = 4096
"""Maximum number of bytes of a line that are searched at a time."""
_ANY_CASE = "(?i)"
"""The start of an expression for many names, which gets a pass of its own: together, their automata would be larger."""
_ADDRESS_MARK = "://"
"""A literal that many lines contain. The lines with `_ADDRESS_WITH_USER` are found instead."""
_ADDRESS_WITH_USER = r"""://[^\s/@"'<>?#\\]*@"""
_RETRIES = 5
"""Maximum number of searches per window inside a match that is no secret: a bound for hostile text."""
_LONGEST_NAME = 60
_IN_A_NAME = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"
_BEFORE = 512
"""Maximum number of bytes between the start of a match and a literal of the entry in it."""
_LONG_TEXT = 1 << 20
"""Bytes of a text from which on building the matcher for all entries takes less time than choosing entries."""
_MOST_MATCHERS = 4
"""Number of matchers that are built for some entries before the one for all entries."""


@frozen
class Secret:
    """A secret in a text: `text[start:end]`, and the id of its entry in patterns.yaml."""

    start: int
    end: int
    kind: str


def find_secrets(text: bytes) -> tuple[Secret, ...]:
    """Return the secrets of known kinds, in the order of the text, not overlapping."""
    matcher = _matchers().for_text(text)
    windows = dict.fromkeys(matcher.windows(text))
    secrets = [secret for start, end in windows for secret in matcher.secrets(text, start, end)]
    return tuple(_merged(sorted(secrets, key=lambda secret: secret.start)))


def free_memory() -> None:
    """Free the automata. After a long log they take 8 MB; the next search makes those that it needs."""
    _matchers.cache_clear()
    compiled.cache_clear()


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


class _Matchers:
    """Matchers for more and more entries, built when a text needs them."""

    def __init__(self, patterns: tuple[SecretPattern, ...]) -> None:
        self._patterns = patterns
        self._index = LiteralIndex(pattern.base_literals for pattern in patterns)
        self._encoded = LiteralIndex([encoded_begins()], ignore_case=False)
        self._latest: _Matcher | None = None
        self._built = 0

    def for_text(self, text: bytes) -> "_Matcher":
        """Return a matcher that finds in the text whatever the matcher for all entries finds."""
        latest = self._latest
        if self._built >= _MOST_MATCHERS or len(text) >= _LONG_TEXT:
            return self.whole
        needed = self._index.possible(text.replace(b"\n", b""))
        encoded = bool(self._encoded.possible(text))
        if latest and latest.indexes >= needed and latest.encoded >= encoded:
            return latest
        indexes = needed | latest.indexes if latest else needed
        encoded = encoded or (latest is not None and latest.encoded)
        self._built += 1
        self._latest = latest = _Matcher(self._patterns, indexes, encoded=encoded)
        return latest

    @cached_property
    def whole(self) -> "_Matcher":
        """The matcher for all entries."""
        return _Matcher(self._patterns, frozenset(range(len(self._patterns))), encoded=True)


class _Matcher:
    """Compiled entries, and the base64 of their beginnings if `encoded`."""

    def __init__(self, patterns: tuple[SecretPattern, ...], indexes: Collection[int], *, encoded: bool) -> None:
        self.indexes = frozenset(indexes)
        self.encoded = encoded
        self._patterns = [patterns[index] for index in sorted(indexes)]
        begins = encoded_begins() if encoded else frozenset[str]()
        self._encoded_begin = compiled(any_of(begins))
        self._present = re2.Set.SearchSet(options())
        for presence in [*(pattern.presence for pattern in self._patterns), *([any_of(begins)] if encoded else ())]:
            self._present.Add(presence.encode())
        self._present.Compile()
        literals = dict.fromkeys(one for pattern in self._patterns for one in pattern.literals(without=_ADDRESS_MARK))
        detects = dict.fromkeys(pattern.detect for pattern in self._patterns)
        names = [detect for detect in detects if detect.startswith(_ANY_CASE)]
        rare = [any_of(begins), *literals, *(detect for detect in detects if detect not in names)]
        self._detectors = [
            expression("|".join(filter(None, rare)).encode()),
            *map(compiled, (*names, _ADDRESS_WITH_USER)),
        ]

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
                whole = _matchers().whole
                kinds = (kind for shift in range(4) for kind in whole.kinds(_decoded(text[first + shift : last])))
                if kind := next(kinds, ""):
                    yield Secret(first, last, kind)

    def kinds(self, text: bytes) -> Iterator[str]:
        """Yield the ids of the entries that find a secret in the text."""
        for index in self._present.Match(b"\n" + text) or ():
            if (
                index < len(self._patterns)
                and self._patterns[index].literals()
                and compiled(self._patterns[index].pattern).search(text)
            ):
                yield self._patterns[index].id


def _plain(entry: SecretPattern, text: bytes, start: int, end: int) -> Iterator[Secret]:
    at, limit, retries = start, min(end + entry.reach, len(text)), _RETRIES
    pattern = compiled(entry.pattern)
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
def _matchers() -> _Matchers:
    return _Matchers(secret_patterns())


_BASE64_RUN = lazily(rb"[A-Za-z0-9+/_-]*+(?:\n[A-Za-z0-9+/_-]{16,}+)*+(?:\n[A-Za-z0-9+/_-]*=)?={0,2}")
_NO_LETTERS = bytes(code for code in range(256) if not re.match(rb"[A-Za-z0-9+/_-]", bytes([code])))
_STANDARD = bytes.maketrans(b"-_", b"+/")


def _base64_run(text: bytes, offset: int) -> tuple[int, int]:
    """Return the span of the base64 that goes through `offset`."""
    line_start = text.rfind(b"\n", max(0, offset - _WINDOW), offset) + 1 or max(0, offset - _WINDOW)
    before = text[line_start:offset][::-1]
    first = _LETTERS.match(before)
    rest = _BASE64_RUN.match(text, offset, offset + _WINDOW)
    return offset - (first.end() if first else 0), rest.end() if rest else offset


_LETTERS = lazily(rb"[A-Za-z0-9+/_-]*+")


def _decoded(run: bytes) -> bytes:
    letters = run.translate(_STANDARD, _NO_LETTERS)
    whole = letters[:-1] if len(letters) % 4 == 1 else letters
    return base64.b64decode(whole + b"=" * (-len(whole) % 4))
