"""Places and messages of diagnostics: severity, code and text, in any order, in many languages."""

from collections.abc import Mapping
from typing import Any

from plugin.extract.finding import ERROR, FATAL, INFORMATION, UNRATED, WARNING, Severity
from plugin.extract.forms import Groups, load_forms, matches, named_groups
from plugin.extract.regex import regex
from plugin.frozen import frozen

_OPINIONS = ("style", "convention", "refactor")
"""Severities of linters that are no mere notes: nothing else is in their output."""


@frozen
class Place:
    """A file as printed, with line and column where they are known."""

    file: str
    line: str = ""
    column: str = ""

    def __str__(self) -> str:
        return ":".join(filter(None, (self.file, self.line, self.column)))


@frozen
class Message:
    """What a diagnostic says about its place."""

    severity: Severity
    code: str
    text: str
    certain: bool
    """Whether the severity or the code is printed."""


def place_of(found: Groups) -> Place:
    """Return the place in the groups of a form."""
    return Place(found.get("file", "").removeprefix("./"), found.get("line", ""), found.get("column", ""))


def stated_message(found: Groups) -> Message:
    """Return the message of a form that has severity and code in groups of their own."""
    printed = found.get("severity", "error").rpartition(".")[2]
    severity = UNRATED if printed == "info" else WARNING if _is_warning(printed) else ERROR
    text = found["message"].partition("%0A")[0]  # a line break in a command of GitHub Actions
    text = regex(r"^\S+:\d+:\d+: ").sub(b"", text.encode()).decode("utf-8", "replace")
    return Message(severity, found.get("code", ""), text.strip(), certain=True)


def parsed_message(text: str, *, listed: bool = False) -> Message:
    """Return severity, code and message of what follows a place; `listed` in columns."""
    data: Mapping[str, Any] = load_forms("diagnostics.yaml")
    forms = data["message"]
    rest = regex(data["project-at-end"]).sub(b"", text.encode())
    rest = regex(r"^(?:\^+|[✖×⨯✘])\s+(\[?)").sub(rb"\1", rest) if not listed or b"[" in rest[:8] else rest
    if matches(forms["named"], rest):
        return Message(ERROR, "", rest.decode("utf-8", "replace"), certain=True)
    match = regex(forms["severity"]).search(rest)
    if not match and listed:
        match = regex(forms["listed"]).search(rest)
    if match:
        found = named_groups(match)
        code, inner = found.get("code", ""), rest[match.end() :].strip()
        coded = None if code else regex(forms["code"]).search(inner)
        if coded and inner[coded.end() :]:
            code, inner = named_groups(coded)["code"], inner[coded.end() :]
        return Message(_severity(found), code, inner.decode("utf-8", "replace"), certain=True)
    if coded := regex(forms["code"]).search(rest):
        rest, code = rest[coded.end() :], named_groups(coded)["code"]
        inner_match = regex(forms["severity"]).search(rest)
        severity = _severity(named_groups(inner_match)) if inner_match else _severity_of_code(code)
        rest = rest[inner_match.end() :] if inner_match else rest
        return Message(severity, code, rest.decode("utf-8", "replace"), certain=True)
    return Message(UNRATED, "", rest.decode("utf-8", "replace"), certain=False)


def rule_last(text: str) -> str:
    """Return the columns of a list as text, with the rule in the last one in parentheses."""
    message, columns, rule = text.rstrip().rpartition("  ")
    named = columns and matches(r"^@?[\w-]+(?:[./][\w./-]+)?$", rule.encode())
    return f"{message.rstrip()} ({rule})" if named and message.strip() else text


def without_bar(line: bytes) -> bytes:
    """Return the line without the bar that frames a message."""
    without: bytes = regex(r"^\s*[│|] ?").sub(b"", line)
    return without


def _severity_of_code(code: str) -> Severity:
    """Return the severity that the code of a linter begins with: `E0611` of Pylint, `F:` of RuboCop."""
    return ERROR if matches(r"^[EF](?:\d{4}$|:)", code.encode()) else UNRATED


def _severity(found: Groups) -> Severity:
    if found.get("error") or found.get("make"):
        return FATAL if found["error"].lower().startswith("fatal") else ERROR
    if found.get("warning") or found.get("sign"):
        return WARNING
    if found.get("note", "").lower() in _OPINIONS:
        return WARNING
    return INFORMATION if found.get("note") else ERROR


def _is_warning(printed: str) -> bool:
    return matches(r"(?i)warning|notice|deprecated|note|style|^[wn]$", printed.encode())
