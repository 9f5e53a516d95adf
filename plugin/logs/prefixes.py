"""Takes a whole job's log of another CI, gives its lines without the time that the CI set before each.

GitHub Actions and Azure Pipelines write `2026-01-31T09:59:59.1234567Z `, Jenkins `[2026-01-31T09:59:59.123Z] `,
Taskcluster `[task 2026-01-31T09:59:59.123Z] `; GitHub's command line puts job and step before it, with tabs. People
never see these on the CI's own page, and a carriage return means the column after them.
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
"""Lines at the head of the log of which most must bear the prefix."""
_DAYS = 30
"""A job that goes on longer, or has more steps, keeps the prefix of those after."""


def without_prefix(text: bytes) -> bytes:
    """The log without its CI's prefix, if it has one. The same number of lines."""
    found = _usual_prefix(text)
    done: list[bytes] = []
    for _ in range(_DAYS):
        if not found:
            break
        text = _without(text, found)
        later = _ON_A_LATER_DAY.search(text)
        start = later.start() + 1 if later else len(text)
        done.append(text[:start])
        text = text[start:]
        found = _PREFIX.match(text)
    return b"".join((*done, text))


def _usual_prefix(text: bytes) -> re.Match[bytes] | None:
    """The first line's prefix, if most lines of the head have one."""
    head = [line for line in text[: _HEAD * 200].split(b"\n") if line][:_HEAD]
    found = [match for match in map(_PREFIX.match, head) if match]
    return found[0] if len(found) * 2 > len(head) else None


def _without(text: bytes, found: re.Match[bytes]) -> bytes:
    """Split where a line starts with the prefix's day, and drop from each piece what the rest of the prefix takes."""
    day = found["day"] or found["named"] or found["bracketed"]
    rest = len(found[0]) - len(day)
    end = found[0][-2:]
    head, *pieces = (b"\n" + text).split(b"\n" + day)
    others = [piece[rest:] if piece[rest - 2 : rest] == end else day + piece for piece in pieces]
    return b"\n".join([head, *others])[1:]
