"""Removal of a name, a level or a mark that a runner adds to all lines of one program, and of Docker's JSON.

The same text before all lines says nothing about any of them. Names of several programs stay: they say which one
printed the line. Levels of a build tool (`[ERROR] `) differ from line to line and stay as well.
"""

import json
from collections.abc import Sequence

import re2

_LABEL = re2.compile(
    (
        "^(?:"
        r"\[(?:pod/)?[\w@./:-]+(?: \d+/\d+)?\]:? (?:out: |err: )?"  # concurrently, Yarn, kubectl, pssh, Fabric
        r"|\([\w@./:-]{1,40}\) "
        r"|[\w@./:+|-]+ *[|│] "  # Compose, pm2, moon, Earthly, Tilt, Zuul
        r"|[\w.-]+-\w+ [\w.-]+ "  # stern
        r"|[\w.-]+\t"  # GNU parallel
        r"|(?:@[\w.-]+/[\w.-]+(?::[\w:-]+)?|[\w.-]+:[A-Za-z][\w:-]*|[\w.-]+/[\w./-]+ [a-z][\w:-]*): "  # pnpm
        r"|(?:remote|stderr|stdout): "
        r"|[|│>] "
        r"|(?:INFO|DEBUG|NOTICE|TRACE)(?::[\w.]+:)? *"
        r"|(?:- )?(?:[\w.]+ - )?(?:INFO|DEBUG)(?: -)? "
        r")"
    ).encode()
)
_NO_LABEL = re2.compile(
    r"(?i)^\[info\]|(?i)^\W*(?:error|warn(?:ing)?|fatal|fail(?:ed|ure)?|npm|gyp|e|err|make|cp|mv|rm|ls|cat|ld|cc|gcc|g\+\+|clang|go|git"
    r"|java|sh|bash|curl|wget|tar|docker|cmake|ninja|cargo|rustc|python\d?|node|perl|ruby|php|sed|grep|awk|ssh|scp|rsync"
    r"|apt|dpkg|configure)\b"
)
"""A tool's own name or level before its messages, which is part of them."""
_ANSIBLE = re2.compile(r"^[\w.-]+ \| (?:SUCCESS|CHANGED|FAILED|UNREACHABLE|SKIPPED)")
"""A host and its result: Ansible's one-line callback."""
_ENOUGH = 3
_DOCKER = b'{"log":"'


def without_label(text: bytes) -> bytes:
    """Return the clean log without what is the same before all lines of output. The number of lines stays."""
    lines = text.split(b"\n")
    output = [row for row, line in enumerate(lines) if line.strip() and line[:2] != b"+ "]
    if len(output) < _ENOUGH or lines[output[0]][:1] != lines[output[-1]][:1]:
        return text
    if _ANSIBLE.search(lines[output[0]]):
        return text
    if all(lines[row].startswith(_DOCKER) for row in output):
        return b"\n".join(_from_docker(line) if line.startswith(_DOCKER) else line for line in lines)
    label = _common([lines[row] for row in output])
    if not label:
        return text
    return b"\n".join(line[len(label) :] if line.startswith(label) else line for line in lines)


def _common(lines: Sequence[bytes]) -> bytes:
    """Return the label that all lines begin with; empty if they have none in common."""
    first, last = min(lines), max(lines)  # what they have in common, all lines have
    same = next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    found = _LABEL.search(first[:same])
    label = found[0] if found else b""
    return b"" if _NO_LABEL.search(label) else label


def _from_docker(line: bytes) -> bytes:
    """Return the program's line from one of Docker's json-file driver."""
    try:
        text = json.loads(line)["log"]
        return str(text).rstrip("\n").replace("\n", " ").encode("utf-8", "replace")
    except (ValueError, KeyError, TypeError, RecursionError):
        return line
