"""Removal of the time stamps that other CI systems add to each line of a job's log.

GitHub Actions and Azure Pipelines print `2026-01-31T09:59:59.1234567Z `, Jenkins `[2026-01-31T09:59:59.123Z] `,
Taskcluster `[task 2026-01-31T09:59:59.123Z] `; GitHub's command line adds job and step before it, with tabs. The pages
of these systems do not show them, and a carriage return moves to the column after them.
"""

import re

import re2

_PREFIX = re.compile(
    rb"(?P<day>\d{4}-\d\d-\d\dT)\d\d:\d\d:\d\d\.\d{7}Z "
    rb"|(?P<named>[^\t\n]+\t[^\t\n]+\t\d{4}-\d\d-\d\dT)\d\d:\d\d:\d\d\.\d{7}Z "
    rb"|(?P<bracketed>\[(?:task )?\d{4}-\d\d-\d\dT)\d\d:\d\d:\d\d\.\d{3}Z\] ",
)
_ON_A_LATER_DAY = re2.compile(rb"\n(?:" + _PREFIX.pattern + rb")")
_HEAD = 64
"""Number of lines at the head of the log of which most must have the prefix."""
_DAYS = 30
"""Maximum number of days (and steps) whose prefix is removed."""


def without_prefix(text: bytes) -> bytes:
    """Return the log without the CI's prefixes. The number of lines stays."""
    prefix = _usual_prefix(text)
    done: list[bytes] = []
    for _ in range(_DAYS):
        if not prefix:
            break
        text = _without(text, prefix)
        later = _ON_A_LATER_DAY.search(text)
        start = later.start() + 1 if later else len(text)
        done.append(text[:start])
        text = text[start:]
        prefix = _PREFIX.match(text)
    return b"".join((*done, text))


def _usual_prefix(text: bytes) -> re.Match[bytes] | None:
    """Return the first line's prefix if most lines of the head have one."""
    head = [line for line in text[: _HEAD * 200].split(b"\n") if line][:_HEAD]
    matches = [match for match in map(_PREFIX.match, head) if match]
    return matches[0] if len(matches) * 2 > len(head) else None


def _without(text: bytes, prefix: re.Match[bytes]) -> bytes:
    """Return the text without the prefix in lines that start with the prefix's day."""
    day = prefix["day"] or prefix["named"] or prefix["bracketed"]
    rest = len(prefix[0]) - len(day)
    end = prefix[0][-2:]
    head, *pieces = (b"\n" + text).split(b"\n" + day)
    others = [piece[rest:] if piece[rest - 2 : rest] == end else day + piece for piece in pieces]
    return b"\n".join([head, *others])[1:]
