"""A pattern: one message that one tool prints when it fails, with the title and hint for it."""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from plugin.extract.regex import regex
from plugin.model.excerpt import Category

PatternKind = Literal["cause", "symptom"]

PLACEHOLDER = re.compile(r"\{(\w+)\}")
"""A name in a title or hint that is replaced by what `match` captures."""
_ALTERNATIVES = re.compile(r"(?:\{\w+\})+")
"""Adjacent placeholders, one of which has a value: `match` captures each in a different alternative."""
_CODE = re.compile(r"(`[^`]*`)")
_LONGEST_TITLE = 200
_LINE_IN_TITLE = 120
"""Maximum number of characters of the matched line in the title of an untrusted pattern."""

_PROGRAM_PREFIX = (
    r"^(?:#\d+ (?:\d+\.\d+ )?|\d+\.\d{1,3} "  # BuildKit, in its stream and in its summary
    r"|[\w.-]+ +\| "  # Compose, foreman
    r"|(?:@[\w.-]+/)?[\w.-]+:[\w:-]+: |@[\w.-]+/[\w.-]+: |[\w.@-]+/[\w.@/-]+ [\w:-]+: "  # Turborepo, Lerna, pnpm -r
    r"|##\[error\])"  # GitHub Actions, Azure Pipelines
)
"""Prefixes that runners add to the lines of concurrent programs, or to lines that they repeat."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One message that one tool prints when it fails. `patterns/README.md` documents the fields."""

    id: str
    title: str
    match: str
    place: str
    """Name of the file, or the setting, that defines the pattern."""
    kind: PatternKind = "cause"
    category: Category = "unknown"
    hint: str = ""
    start: str = ""
    until: str = ""
    unless: str = ""
    see: str = ""
    example: str = ""
    expect: str = ""
    user_defined: bool = False
    """Whether a user of the plugin defined the pattern. It then takes precedence over other patterns for the line."""
    untrusted: bool = False
    """Whether the author of the pull request can change the user-defined pattern. Built-in patterns of tools then take
    precedence."""
    literals: tuple[str, ...] = ()
    """Lower-case literals of which every line that `match` matches contains one, from the compiled catalogue."""

    def title_for(self, line: bytes) -> str:
        """Return the title for `line`, of at most 200 characters.

        The title of an untrusted pattern starts with the text of the line, or is most of it: text from a pull request
        must not replace the message in the log.
        """
        title = self.fill(self.title, line)
        text = " ".join(line.decode("utf-8", "replace").split())
        if not self.untrusted or (title in text and 2 * len(title) >= len(text)):
            return title or _short(text, _LONGEST_TITLE)
        return _short(f"{_short(text, _LINE_IN_TITLE)} — {title}" if title else text, _LONGEST_TITLE)

    def fill(self, template: str, line: bytes) -> str:
        """Return `template` (a title) with what `match` captures in `line`, as one line of at most 200 characters."""
        text = " ".join(_filled(template, self._captures(line)).split())
        return _short(text, _LONGEST_TITLE)

    def advice(self, line: bytes) -> str:
        """Return the hint with what `match` captures in `line`, as one line of at most 200 characters.

        In code (between backticks), values are quoted for a POSIX shell, because users paste commands and the log may
        be untrusted. Return an empty string if a value is missing, makes the hint too long, or would end the code span.
        """
        captures = self._captures(line)
        if not PLACEHOLDER.search(self.hint):
            return self.fill(self.hint, line)
        for alternatives in _ALTERNATIVES.findall(self.hint):
            if not _filled(alternatives, captures):
                return ""
        quoted = {name: _quoted(value) for name, value in captures.items() if value}
        parts = (_filled(part, quoted if part.startswith("`") else captures) for part in _CODE.split(self.hint))
        text = " ".join("".join(parts).split())
        return text if len(text) <= _LONGEST_TITLE and text.count("`") == self.hint.count("`") else ""

    def _captures(self, line: bytes) -> dict[str, str]:
        search = regex(self.match).search
        match = search(line) or search(without_program_prefix(line))
        names = regex(self.match).groupindex if match else {}
        return {name.decode(): (match[name] or b"").decode("utf-8", "replace") for name in names}


def _filled(template: str, values: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda placeholder: values.get(placeholder[1], ""), template)


def _quoted(value: str) -> str:
    """Return the value quoted for a POSIX shell, without the quotes that the tool itself printed around it."""
    return shlex.quote(re.sub(r"^'(.*)'$", r"\1", value))


def without_program_prefix(line: bytes) -> bytes:
    """Return the line without the prefix by which a runner names one of several concurrent programs."""
    prefix = regex(_PROGRAM_PREFIX).search(line)
    return line[prefix.end() :] if prefix else line


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
