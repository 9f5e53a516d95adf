"""Recognizer of log records: lines that a logging library wrote with a level, as JSON, as key=value or as text.

The message of a record with the level of an error is a title; a record with the level of information is never a cause.
records.yaml has the names of levels and keys, and the forms of text.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from plugin.extract.finding import ERROR, FATAL, WARNING, Finding, Severity
from plugin.extract.forms import groups, load_forms, matches
from plugin.extract.regex import regex

_AROUND = 8
"""Lines around one value of a JSON text in which its level is."""
_LONGEST = 1000
"""Characters of a title here; the title is shortened where it is shown."""
_PAIR = r"""([A-Za-z_@][\w.@/-]*)=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S*))"""
_INNER_KEYS = ("message", "msg", "reason", "detail", "error")


def read_record(lines: Sequence[bytes], row: int) -> Finding | None:
    """Return the severity and message of a log record."""
    line = lines[row].strip()
    if not matches(_data()["gate"], line):
        return None
    return (
        _ansible(lines, row, line) or _json(lines, row, line) or _pairs_with_level(row, line) or _text(lines, row, line)
    )


def read_call(lines: Sequence[bytes], row: int) -> Finding | None:
    """Return the record of a line that names the place of the call that wrote it, which is no place of an error."""
    found = groups(_data()["zap"], lines[row].strip()) if b"\t" in lines[row] else None
    return _record(row, _level(found["level"]), _message(found["message"])) if found else None


def _record(row: int, severity: Severity | None, title: str, place: str = "") -> Finding | None:
    text = " ".join(title.split())[:_LONGEST]
    return Finding("record", row, text, "code", severity, place=place) if severity is not None and text else None


def _json(lines: Sequence[bytes], row: int, line: bytes) -> Finding | None:
    if b":" not in line or b'"' not in line:
        return None
    if found := groups(_data()["json"], line):
        fields = _object(found["json"])
        if fields.get("reason") == "compiler-message" and isinstance(fields.get("message"), dict):
            return _cargo(row, fields["message"])
        if isinstance(fields.get("spans"), list):
            return _cargo(row, fields)  # rustc itself
        if "action" in fields and "output" in fields:
            return _go_test(lines, row, fields)
        levels = (_level(fields.get(key)) for key in _data()["level-keys"])
        severity = next((level for level in levels if level is not None), ERROR if fields.get("problem") else None)
        text, place = _joined(_first(fields, "message-keys"), _first(fields, "error-keys")), _place(fields)
        if fields or severity is not None:
            return _record(row, severity, f"{place}: {text}" if place else text, place)
    if found := groups(_data()["json-message"], line):
        return _cut_json(row, line, found["message"])
    if found := groups(_data()["json-row"], line):
        around = b"\n".join(_object_around(lines, row))
        beside = groups(_data()["json-row-level"], around)
        severity = _level(beside["level"]) if beside else None
        if severity is None and found["key"] in ("problem", "error"):
            severity = ERROR
        error = groups(_data()["json-row-error"], around) if found["key"] == "message" else None
        return _record(row, severity, _joined(_unquoted(found["value"]), _unquoted(error["error"]) if error else ""))
    return None


def _object_around(lines: Sequence[bytes], row: int) -> Sequence[bytes]:
    """Return the lines of the JSON object around one of its values, at most some on each side."""
    start, end = row, row + 1
    while start > max(0, row - _AROUND) and not lines[start - 1].strip().startswith((b"{", b"}")):
        start -= 1
    while end < min(len(lines), row + _AROUND + 1) and not lines[end].strip().startswith((b"{", b"}")):
        end += 1
    return lines[start:end]


def _place(fields: Mapping[str, Any]) -> str:
    """Return the file and line that a linter's record names; empty without a line."""
    file = next((value for key in _data()["file-keys"] if isinstance(value := fields.get(key), str)), "")
    at = next((value for key in ("location", "start", "range") if isinstance(value := fields.get(key), dict)), fields)
    line = next((value for key in ("line", "row", "line_number", "lineno") if isinstance(value := at.get(key), int)), 0)
    return f"{file}:{line}" if file and line else ""


def _cut_json(row: int, line: bytes, message: str) -> Finding | None:
    """Read the first message of JSON that is an array, or that was cut, with its file."""
    found = groups(_data()["json-level"], line)
    severity = _level(found["level"]) if found else None
    file = groups(_data()["json-file"], line)
    text = _unquoted(message)
    place = _unquoted(file["file"]) if file else ""
    return _record(row, ERROR if severity is None else severity, f"{place}: {text}" if place else text, place)


def _object(text: str) -> dict[str, Any]:
    """Return the fields of a JSON object by lower-case name, those of an inner `fields` included; empty if invalid."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(value, dict):
        return {}
    inner = value.get("fields")  # of Rust's tracing
    return {key.lower(): one for key, one in (value | (inner if isinstance(inner, dict) else {})).items()}


def _cargo(row: int, message: Mapping[str, Any]) -> Finding | None:
    """Read a compiler message of `cargo --message-format json`."""
    spans = message.get("spans")
    first = spans[0] if isinstance(spans, list) and spans and isinstance(spans[0], dict) else {}
    place = ":".join(str(first[key]) for key in ("file_name", "line_start", "column_start") if key in first)
    text = message.get("message")
    title = f"{place}: {text}" if place else str(text)
    return _record(row, _level(message.get("level")), title, place) if isinstance(text, str) else None


def _go_test(lines: Sequence[bytes], row: int, fields: Mapping[str, Any]) -> Finding | None:
    """Read what a failed test printed at its place in the file, from `go test -json`."""
    test, output = fields.get("test"), fields.get("output")
    if not (isinstance(test, str) and isinstance(output, str) and matches(_data()["go-output"], output.encode())):
        return None
    name = f'"Test":{json.dumps(test)}'.encode()
    failed = any(b'"Action":"fail"' in line and name in line for line in lines[row:])
    return _record(row, ERROR if failed else 0, f"{test}: {output}")


def _pairs_with_level(row: int, line: bytes) -> Finding | None:
    found = groups(_data()["logfmt"], line) if b"=" in line else None
    if not found:
        return None
    pairs = _pairs(line)
    title = _joined(_first(pairs, "message-keys"), _first(pairs, "error-keys"))
    rest = regex(_data()["logfmt"]).sub(b" ", line).decode("utf-8", "replace")
    return _record(row, _level(found["level"]), title or rest)


def _text(lines: Sequence[bytes], row: int, line: bytes) -> Finding | None:
    for name, expression in _data()["text"].items():
        found = groups(expression, line)
        if not found:
            continue
        level, message = found["level"], found["message"]
        severity = _data()["text-levels"].get(level, _level(level))
        if severity is None:
            continue
        if name.startswith("below"):
            below = lines[row + 1].decode("utf-8", "replace").strip() if row + 1 < len(lines) else ""
            return _record(row + bool(below), severity, below or message)
        if severity == ERROR and name in ("leading", "labeled"):
            severity = WARNING
        return _record(row, severity, _message(message))
    return None


def _message(text: str) -> str:
    """Return a text record's message, with the reason among the fields behind it and without its logger."""
    text = regex(_data()["place-at-end"]).sub(b"", text.encode()).decode("utf-8", "replace")
    logger = regex(_data()["logger"]).search(text.encode())
    if logger and not matches(_data()["file"], logger[0]):
        text = text.encode()[logger.end() :].decode("utf-8", "replace")
    text = text.lstrip(": ").replace("\t", " ")
    start, brace, fields = text.partition(' {"')
    if brace and (values := _object(f'{{"{fields}')):
        return _joined(start, _first(values, "error-keys"))
    pairs = _pairs(text.encode())
    unquoted = groups(r"\s(?:error|err|reason)=(?P<detail>[^\s\"'=][^=]*?)(?:\s+[\w.]+=.*)?$", text.encode())
    detail = next((pairs[key] for key in ("error", "err", "reason") if pairs.get(key)), "")
    detail = unquoted["detail"] if unquoted else detail
    if not detail:
        return text
    quoted = groups(r'^"(?P<message>(?:[^"\\]|\\.)*)"', text.encode())
    return _joined(quoted["message"] if quoted else regex(r"\s\w+=.*").sub(b"", text.encode(), 1).decode(), detail)


def _ansible(lines: Sequence[bytes], row: int, line: bytes) -> Finding | None:
    found = groups(_data()["ansible"], line) if b"FAILED" in line or b"UNREACHABLE" in line else None
    if not found:
        return None
    rest = found["rest"].strip()
    message = ""
    if rest.startswith("{"):
        fields = _object(rest)
        keys = ("stderr", "msg") if fields.get("msg") == "non-zero return code" else ("msg", "stderr", "reason")
        message = next((value for key in keys if isinstance(value := fields.get(key), str) and value.strip()), "")
        if not message and (quoted := groups(_data()["ansible-message"], rest.encode())):
            message = _unquoted(quoted["message"])
    elif rest:
        message = rest.removeprefix("(stdout) ").replace("\\n", " ")
    elif row + 1 < len(lines):
        message = lines[row + 1].decode("utf-8", "replace")
    return _record(row, ERROR, f"{found['host']}: {message}") if message.strip() else None


def _pairs(line: bytes) -> dict[str, str]:
    return {
        key.decode().lower(): _unquoted(quoted.decode("utf-8", "replace"))
        or (single or bare).decode("utf-8", "replace")
        for key, quoted, single, bare in regex(_PAIR).findall(line)
    }


def _first(fields: Mapping[str, Any], names: str) -> str:
    """Return the first text among the keys of a list in records.yaml; of an object, its message."""
    for key in _data()[names]:
        value = fields.get(key)
        if isinstance(value, dict):
            code = value.get("code")
            value = next((text for inner in _INNER_KEYS if isinstance(text := value.get(inner), str)), "")
            value = f"{code}: {value}" if value and isinstance(code, str) and code.isidentifier() else value
        if isinstance(value, list) and value:
            value = value[-1]
        if isinstance(value, str) and value.strip():
            return _without_trace(value) if names == "error-keys" else value.strip()
    return ""


def _without_trace(text: str) -> str:
    """Return the line of a stack trace that has the error: Python's last line, the first of others."""
    stated = [line.strip() for line in text.splitlines() if line.strip()]
    return stated[-1] if stated[0].startswith("Traceback") else stated[0]


def _joined(message: str, detail: str) -> str:
    message, detail = " ".join(message.split()), " ".join(detail.split())
    if not detail or detail in message:
        return message
    return f"{message.rstrip('.:')}: {detail}" if message else detail


def _unquoted(value: str) -> str:
    try:
        return str(json.loads(f'"{value}"'))
    except ValueError:
        return value


def _level(value: object) -> Severity | None:
    return _levels().get(str(value).lower()) if isinstance(value, str | int) and not isinstance(value, bool) else None


@cache
def _levels() -> Mapping[str, Severity]:
    levels: dict[str, Severity] = {}
    for severity, names in _data()["levels"].items():
        levels |= dict.fromkeys(names, min(FATAL, int(severity)))
    return levels


def _data() -> Mapping[str, Any]:
    return load_forms("records.yaml")
