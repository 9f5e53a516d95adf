"""Recognizer of diagnostics: messages with a place in a file, as compilers and linters print them in any language.

diagnostics.yaml has the forms: `file:line:column: severity: code message` with its parts in any order,
`file(line,column)`, a message above or below its place (rustc, GHC, miette), and findings below the name of their file
(ESLint, yamllint, PHP_CodeSniffer).
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from plugin.extract.diagnostic_text import (
    Message,
    Place,
    parsed_message,
    place_of,
    rule_last,
    stated_message,
    without_bar,
)
from plugin.extract.finding import ERROR, INFORMATION, UNRATED, WARNING, Finding, Severity
from plugin.extract.forms import FormChoice, Groups, groups, load_forms, matches, nonblank_below
from plugin.extract.linters import Linters
from plugin.frozen import replace

_REACH = 12
"""Lines between a place and its message."""
_HEADER_REACH = 300
"""Lines between a finding and the name of its file above it."""
_SHORT = 60
"""Characters up to which Terraform's first line is only the summary of a sentence below."""


class Diagnostics:
    """The diagnostics in the lines of a log, read line by line on request."""

    def __init__(self, lines: Sequence[bytes], command: bytes = b"") -> None:
        """`command` is the one that printed the lines, where it is known."""
        self.lines = lines
        self.command = command
        self._linters = Linters(lines, command)
        self._headers: dict[int, str] = {}
        self._read: dict[int, Finding | None] = {}
        self._data: Mapping[str, Any] = load_forms("diagnostics.yaml")
        self._forms: Sequence[tuple[str, Mapping[str, str]]] = tuple(self._data["forms"].items())

    def read(self, row: int) -> Finding | None:
        """Return the diagnostic whose place or message is in the line."""
        if row not in self._read:
            self._read[row] = self._read_once(row)
        return self._read[row]

    def in_rows(self, rows: Iterable[int]) -> Mapping[int, Finding]:
        """Return the diagnostics in `rows`, by row; those whose message is in another row by that one, too."""
        found = {row: one for row in rows if (one := self.read(row))}
        return {**{one.row: one for one in found.values()}, **found}

    def linted(self, row: int) -> bool:
        """Return whether a linter printed the line."""
        return self._linters.printed(row)

    def linter_ran_last(self, row: int) -> bool:
        """Return whether the last command above the line is a linter's."""
        return self._linters.ran_last(row)

    def finds_fault(self, row: int, missing: Finding) -> bool:
        """Return whether the line finds fault with code that compiles, instead of missing what a build needs."""
        if missing.misses_environment:
            return missing.thing == "module" and self._matches("opinion", self.lines[row])
        return self._linters.ran_last(row) or self._matches("opinion", self.lines[row])

    def quotes_source(self, row: int) -> bool:
        """Return whether the line quotes source code, or points into it."""
        return self._matches("source", self.lines[row]) or self._matches("caret", self.lines[row])

    def _read_once(self, row: int) -> Finding | None:
        line = self.lines[row].rstrip()
        if not matches(self._data["gate"], line) or self._matches("frame", line):
            return None
        for index in _choice().possible(line):
            name, form = self._forms[index]
            found = groups(form["match"], line)
            if found and (finding := self._finding(row, name, form, found)):
                return finding
        return None

    def _matches(self, name: str, text: bytes | str) -> bool:
        return matches(self._data[name], text if isinstance(text, bytes) else text.encode())

    def _finding(self, row: int, name: str, form: Mapping[str, str], found: Groups) -> Finding | None:
        place = place_of(found)
        listed = form.get("file") == "above"
        if listed:
            place = replace(place, file=self._header(row))
        if (not place.file and name != "msbuild") or (place.file and self._matches("no-file", place.file)):
            return None
        if "command" in form and not matches(form["command"], self.command):
            return None
        if "next" in form and not matches(form["next"], b"".join(self.lines[row + 1 : row + 2])):
            return None
        if "says" in form:
            return Finding("diagnostic", row, f"{place} {form['says']}", "lint", ERROR, place.file, str(place))
        if name == "leading":
            return self._leading(row, place, found)
        if form.get("message") == "above":
            return self._above(row, place)
        if form.get("message") == "below":
            return self._below(row, place, form, found)
        if form.get("message") == "line above":
            return self._line_above(row, place, form)
        message = stated_message(found) if "message" in found else parsed_message(rule_last(found["rest"]), listed=True)
        finding = self._made(row, place, message)
        return replace(finding, category="lint") if finding and (listed or "lint" in form) else finding

    def _above(self, row: int, place: Place) -> Finding | None:
        """Read the message of a place that an arrow points to."""
        for above in range(row - 1, max(-1, row - 1 - _REACH), -1):
            text = without_bar(self.lines[above])
            if self._matches("source", text) or self._matches("caret", text):
                continue
            message = parsed_message(text.decode("utf-8", "replace").strip(), listed=text.lstrip()[:1] not in b" x")
            if message.certain:
                return self._made(above, place, self._with_sentence(row, message))
            if not self.lines[row].lstrip().startswith("└".encode()):
                return None
        return None

    def _with_sentence(self, row: int, message: Message) -> Message:
        """Add the sentence below the place that explains a short summary above it, as Terraform prints it."""
        if not matches(r"^[│|]? +on ", self.lines[row]) or len(message.text) > _SHORT:
            return message
        for below in nonblank_below(self.lines, row, _REACH):
            text = without_bar(self.lines[below]).strip()
            if matches(r"^[A-Z\"`'].*[.:\w]$", text):
                return replace(message, text=f"{message.text}: {text.decode('utf-8', 'replace')}")
            if matches(r"^[╵╷]", self.lines[below]):
                break
        return message

    def _below(self, row: int, place: Place, form: Mapping[str, str], leading: Groups) -> Finding | None:
        """Read a message below its place, which may have the severity."""
        for below in nonblank_below(self.lines, row, _REACH):
            if "until" in form and matches(form["until"], self.lines[below]):
                return None
            if found := groups(form["matching"], self.lines[below]):
                place = replace(place, line=place.line or found.get("line", ""))
                severity = found.get("severity") or leading.get("severity") or "error"
                return self._made(below, place, stated_message({**found, "severity": severity}))
        return None

    def _line_above(self, row: int, place: Place, form: Mapping[str, str]) -> Finding | None:
        """Read a message that stands in the line above its place."""
        found = groups(form["matching"], self.lines[row - 1]) if row else None
        finding = found and self._made(row - 1, place, stated_message(found))
        return replace(finding, category="lint") if finding else None

    def _leading(self, row: int, place: Place, found: Groups) -> Finding | None:
        """Read a line that begins with the place, perhaps behind a severity or the name of the program."""
        message = parsed_message(found["rest"].strip())
        if not message.certain:
            lead: Severity | None = None
            if found["lead_error"] or found["kotlin"].lower() == "e":
                lead = ERROR
            elif found["lead_warning"] or found["kotlin"].lower() == "w":
                lead = WARNING
            elif found["lead_note"] or found["kotlin"] in ("i", "I", "N"):
                lead = INFORMATION
            message = replace(message, severity=message.severity if lead is None else lead, certain=lead is not None)
        if matches(r"^\[-W[\w=, -]+\]$", message.text.encode()):  # GHC names the warning before its message
            message = replace(message, text="")
        heading = groups(r"^(?P<rule>\S+)(?:\s+FIXABLE)?\s+[━─-]{5,}$", found["rest"].encode())
        if not heading and not message.text and found["indent"] and (above := self._above(row, place)):
            return above  # esbuild
        if heading or not message.text:  # GHC, GNU Fortran, Biome: the message follows in a line of its own
            message = replace(message, code=heading["rule"]) if heading else message
            return self._continued(row, place, message, headed=heading is not None)
        if message.certain or self._likely(row, place, message, found):
            return self._made(row, place, message)
        return None

    def _likely(self, row: int, place: Place, message: Message, found: Groups) -> bool:
        """Return whether text without severity and code is a message: a caret is below, or it is no test's name."""
        if self._matches("no-message", message.text):
            return False
        if matches(r'^\s*"[^"]+", line \d', self.lines[row]):  # as compilers of Sun, IBM and others print places
            return True
        if place.column and any(
            self._matches("caret", self.lines[below]) for below in nonblank_below(self.lines, row, 3)
        ):
            return True
        if len(found["indent"]) > 4 or self._matches("test-file", place.file):
            return False
        rule = self._matches("rule-at-end", message.text)
        separated = bool(found["after"].strip()) or (not place.column and found["rest"].count("  ") > 0)
        if self._matches("rule-first", message.text) or (separated and self._matches("opinion", message.text)):
            return True
        certain = bool(place.column) and (separated or rule)
        return certain or (self._linters.printed(row) and (rule or separated or message.text[:1].isupper()))

    def _continued(self, row: int, place: Place, message: Message, *, headed: bool) -> Finding | None:
        """Read a message that follows the line of its place."""
        for below in nonblank_below(self.lines, row, _REACH):
            text = self.lines[below].strip()
            if self._matches("caret", text) or self._matches("source", text):
                continue
            inner = parsed_message(text.decode("utf-8", "replace").lstrip("• "), listed=not text[:1].isalpha())
            if inner.certain or message.certain or headed:
                severity = inner.severity if inner.certain else message.severity
                return self._made(below, place, replace(inner, severity=severity, code=inner.code or message.code))
            if below > row + 3:
                return None
        return None

    def _header(self, row: int) -> str:
        """Return the file above the finding; empty if there is none."""
        for above in range(row - 1, max(-1, row - 1 - _HEADER_REACH), -1):
            if above in self._headers:
                self._headers[row] = self._headers[above]
                return self._headers[row]
            if found := groups(self._data["header"], self.lines[above].rstrip()):
                self._headers[row] = found["file"].strip()
                return self._headers[row]
        return ""

    def _made(self, row: int, place: Place, message: Message) -> Finding | None:
        text = " ".join(message.text.split()).removeprefix(f"{place.line}:{place.column} ")
        if not text and not message.code:
            return None
        title = ": ".join(filter(None, (str(place), message.code.rstrip(":"), text)))
        lint = (
            self._matches("lint-code", message.code)
            or (message.severity == UNRATED and self._matches("rule-at-end", text))
            or (self._linters.printed(row) and not self._matches("compiler-rule", text))
        )
        category = "lint" if lint else "code"
        return Finding("diagnostic", row, title, category, message.severity, place.file, str(place))  # type: ignore[arg-type]


@cache
def _choice() -> FormChoice:
    return FormChoice([form["match"] for form in load_forms("diagnostics.yaml")["forms"].values()])
