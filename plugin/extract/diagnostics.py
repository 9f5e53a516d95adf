"""Recognizer of diagnostics: messages with a place in a file, as compilers and linters print them in any language.

diagnostics.yaml has the forms: `file:line:column: severity: code message` with its parts in any order,
`file(line,column)`, a message above or below its place (rustc, GHC, miette), and findings below the name of their file
(ESLint, yamllint, PHP_CodeSniffer).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from plugin.extract.finding import ERROR, FATAL, INFORMATION, UNRATED, WARNING, Finding, Severity
from plugin.extract.forms import Groups, groups, load_forms, matches, named_groups, nonblank_below
from plugin.extract.regex import regex
from plugin.frozen import frozen

_REACH = 12
"""Lines between a place and its message."""
_HEADER_REACH = 300
"""Lines between a finding and the name of its file above it."""
_NEAR = 40
"""Lines around a finding in which the name of a linter makes it lint."""
_OPINIONS = ("style", "convention", "refactor")
"""Severities of linters that are no mere notes: nothing else is in their output."""
_SHORT = 60
"""Characters up to which Terraform's first line is only the summary of a sentence below."""


@frozen
class _Place:
    file: str
    line: str
    column: str

    def __str__(self) -> str:
        return ":".join(filter(None, (self.file, self.line, self.column)))


@frozen
class _Message:
    severity: Severity
    code: str
    text: str
    certain: bool
    """Whether the severity or the code is printed."""


class Diagnostics:
    """The diagnostics in the lines of a log, read line by line on request."""

    def __init__(self, lines: Sequence[bytes], command: bytes = b"") -> None:
        """`command` is the one that printed the lines, where it is known."""
        self._lines = lines
        self._command = command
        self._headers: dict[int, str] = {}
        self._data: Mapping[str, Any] = load_forms("diagnostics.yaml")

    def read(self, row: int) -> Finding | None:
        """Return the diagnostic whose place or message is in the line."""
        line = self._lines[row].rstrip()
        if not matches(self._data["gate"], line) or self._matches("frame", line):
            return None
        for name, form in self._data["forms"].items():
            found = groups(form["match"], line)
            if found and (finding := self._finding(row, name, form, found)):
                return finding
        return None

    def _matches(self, name: str, text: bytes | str) -> bool:
        return matches(self._data[name], text if isinstance(text, bytes) else text.encode())

    def _finding(self, row: int, name: str, form: Mapping[str, str], found: Groups) -> Finding | None:
        place = _place(found)
        listed = form.get("file") == "above"
        if listed:
            place = replace(place, file=self._header(row))
        if (not place.file and name != "msbuild") or (place.file and self._matches("no-file", place.file)):
            return None
        if "command" in form and not matches(form["command"], self._command):
            return None
        if "says" in form:
            return Finding("diagnostic", row, f"{place}: {form['says']}", "lint", ERROR, place.file, str(place))
        if name == "leading":
            return self._leading(row, place, found)
        if form.get("message") == "above":
            return self._above(row, place)
        if form.get("message") == "below":
            return self._below(row, place, form)
        message = self._stated(found) if "message" in found else self._parsed(_rule_last(found["rest"]), listed=True)
        finding = self._made(row, place, message)
        return replace(finding, category="lint") if finding and listed else finding

    def _above(self, row: int, place: _Place) -> Finding | None:
        """Read the message of a place that an arrow points to."""
        for above in range(row - 1, max(-1, row - 1 - _REACH), -1):
            text = _without_bar(self._lines[above])
            if self._matches("source", text) or self._matches("caret", text):
                continue
            message = self._parsed(text.decode("utf-8", "replace").strip(), listed=text.lstrip()[:1] not in b" x")
            if message.certain:
                return self._made(above, place, self._with_sentence(row, message))
            if not self._lines[row].lstrip().startswith("└".encode()):
                return None
        return None

    def _with_sentence(self, row: int, message: _Message) -> _Message:
        """Add the sentence below the place that explains a short summary above it, as Terraform prints it."""
        if not matches(r"^[│|]? +on ", self._lines[row]) or len(message.text) > _SHORT:
            return message
        for below in nonblank_below(self._lines, row, _REACH):
            text = _without_bar(self._lines[below]).strip()
            if matches(r"^[A-Z\"`'].*[.:\w]$", text):
                return replace(message, text=f"{message.text}: {text.decode('utf-8', 'replace')}")
            if matches(r"^[╵╷]", self._lines[below]):
                break
        return message

    def _below(self, row: int, place: _Place, form: Mapping[str, str]) -> Finding | None:
        for below in nonblank_below(self._lines, row, _REACH):
            if "until" in form and matches(form["until"], self._lines[below]):
                return None
            if found := groups(form["matching"], self._lines[below]):
                return self._made(below, replace(place, line=place.line or found.get("line", "")), self._stated(found))
        return None

    def _leading(self, row: int, place: _Place, found: Groups) -> Finding | None:
        """Read a line that begins with the place, perhaps behind a severity or the name of the program."""
        message = self._parsed(found["rest"].strip())
        if not message.certain:
            lead: Severity | None = None
            if found["lead_error"] or found["kotlin"] == "e":
                lead = ERROR
            elif found["lead_warning"] or found["kotlin"] == "w":
                lead = WARNING
            elif found["lead_note"] or found["kotlin"] == "i":
                lead = INFORMATION
            message = replace(message, severity=message.severity if lead is None else lead, certain=lead is not None)
        heading = groups(r"^(?P<rule>\S+)(?:\s+FIXABLE)?\s+[━─-]{5,}$", found["rest"].encode())
        if not heading and not message.text and found["indent"] and (above := self._above(row, place)):
            return above  # esbuild
        if heading or not message.text:  # GHC, GNU Fortran, Biome: the message follows in a line of its own
            message = replace(message, code=heading["rule"]) if heading else message
            return self._continued(row, place, message, headed=heading is not None)
        if message.certain or self._likely(row, place, message, found):
            return self._made(row, place, message)
        return None

    def _likely(self, row: int, place: _Place, message: _Message, found: Groups) -> bool:
        """Return whether text without severity and code is a message: a caret is below, or it is no test's name."""
        if self._matches("no-message", message.text):
            return False
        if place.column and any(
            self._matches("caret", self._lines[below]) for below in nonblank_below(self._lines, row, 3)
        ):
            return True
        if len(found["indent"]) > 4 or self._matches("test-file", place.file):
            return False
        rule = self._matches("rule-at-end", message.text)
        separated = bool(found["after"].strip()) or (not place.column and found["rest"].count("  ") > 0)
        sentence = bool(place.column) and message.text[:1].isupper()
        return bool(place.column and (separated or rule)) or (self._is_lint(row) and (rule or separated or sentence))

    def _continued(self, row: int, place: _Place, message: _Message, *, headed: bool) -> Finding | None:
        """Read a message that follows the line of its place."""
        for below in nonblank_below(self._lines, row, _REACH):
            text = self._lines[below].strip()
            if self._matches("caret", text) or self._matches("source", text):
                continue
            inner = self._parsed(text.lstrip("• ".encode()).decode("utf-8", "replace"), listed=not text[:1].isalpha())
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
            if found := groups(self._data["header"], self._lines[above].rstrip()):
                self._headers[row] = found["file"].strip()
                return self._headers[row]
        return ""

    def _stated(self, found: Groups) -> _Message:
        """Return the message of a form that has severity and code in groups of their own."""
        printed = found.get("severity", "error").rpartition(".")[2]
        severity = UNRATED if printed == "info" else WARNING if _is_warning(printed) else ERROR
        text = found["message"].partition("%0A")[0]  # a line break in a command of GitHub Actions
        text = regex(r"^\S+:\d+:\d+: ").sub(b"", text.encode()).decode("utf-8", "replace")
        return _Message(severity, found.get("code", ""), text.strip(), certain=True)

    def _parsed(self, text: str, *, listed: bool = False) -> _Message:
        """Return severity, code and message of what follows a place; `listed` in columns."""
        forms = self._data["message"]
        rest = regex(self._data["project-at-end"]).sub(b"", text.encode())
        rest = regex(r"^(?:\^+|[✖×⨯✘])\s+(\[?)").sub(rb"\1", rest) if not listed or b"[" in rest[:8] else rest
        if matches(forms["named"], rest):
            return _Message(ERROR, "", rest.decode("utf-8", "replace"), certain=True)
        match = regex(forms["severity"]).search(rest)
        if not match and listed:
            match = regex(forms["listed"]).search(rest)
        if match:
            found = named_groups(match)
            code, inner = found.get("code", ""), rest[match.end() :].strip()
            coded = None if code else regex(forms["code"]).search(inner)
            if coded and inner[coded.end() :]:
                code, inner = named_groups(coded)["code"], inner[coded.end() :]
            return _Message(_severity(found), code, inner.decode("utf-8", "replace"), certain=True)
        if coded := regex(forms["code"]).search(rest):
            rest, code = rest[coded.end() :], named_groups(coded)["code"]
            inner_match = regex(forms["severity"]).search(rest)
            severity = _severity(named_groups(inner_match)) if inner_match else UNRATED
            rest = rest[inner_match.end() :] if inner_match else rest
            return _Message(severity, code, rest.decode("utf-8", "replace"), certain=True)
        return _Message(UNRATED, "", rest.decode("utf-8", "replace"), certain=False)

    def _made(self, row: int, place: _Place, message: _Message) -> Finding | None:
        text = " ".join(message.text.split()).removeprefix(f"{place.line}:{place.column} ")
        if not text and not message.code:
            return None
        title = ": ".join(filter(None, (str(place), message.code, text)))
        lint = (
            self._matches("lint-code", message.code)
            or (message.severity == UNRATED and self._matches("rule-at-end", text))
            or (self._is_lint(row) and not self._matches("compiler-rule", text))
        )
        category = "lint" if lint else "code"
        return Finding("diagnostic", row, title, category, message.severity, place.file, str(place))  # type: ignore[arg-type]

    def _is_lint(self, row: int) -> bool:
        near = self._lines[max(0, row - _NEAR) : row + _NEAR]
        return self._command_is_lint or any(
            line[:2] in (b"$ ", b"> ", b"+ ") and self._matches("lint", line) for line in near
        )

    @cached_property
    def _command_is_lint(self) -> bool:
        return self._matches("lint", self._command)


def _rule_last(text: str) -> str:
    """Return the columns of a list as text, with the rule in the last one in parentheses."""
    message, columns, rule = text.rstrip().rpartition("  ")
    named = columns and matches(r"^@?[\w-]+(?:[./][\w./-]+)?$", rule.encode())
    return f"{message.rstrip()} ({rule})" if named and message.strip() else text


def _severity(found: Groups) -> Severity:
    if found.get("error") or found.get("make"):
        return FATAL if found["error"].lower().startswith("fatal") else ERROR
    if found.get("warning") or found.get("sign"):
        return WARNING
    if found.get("note", "").lower() in _OPINIONS:
        return WARNING
    return INFORMATION if found.get("note") else ERROR


def _is_warning(printed: str) -> bool:
    return matches(r"(?i)warning|notice|deprecated|note|style", printed.encode())


def _place(found: Groups) -> _Place:
    return _Place(found.get("file", "").removeprefix("./"), found.get("line", ""), found.get("column", ""))


def _without_bar(line: bytes) -> bytes:
    without: bytes = regex(r"^\s*[│|] ?").sub(b"", line)
    return without
