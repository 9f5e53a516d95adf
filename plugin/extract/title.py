"""Make the title: one line that names the failure, and the line that its reason was taken from."""

from collections.abc import Sequence
from math import inf

from plugin.extract.blocks import block
from plugin.extract.catalogue import TEST_NAMES, Pattern, without_program_prefix
from plugin.extract.documents import GENERIC_FILE
from plugin.extract.evidence import Evidence, Title
from plugin.extract.finding import ERROR, UNRATED, WARNING, Finding, Severity
from plugin.extract.forms import load_forms, matches
from plugin.extract.more_findings import other_tests_as_text, others_as_text
from plugin.extract.naming import naming_row
from plugin.extract.regex import regex
from plugin.extract.streams import of_program
from plugin.extract.title_detail import with_detail
from plugin.extract.title_place import with_place
from plugin.extract.title_reason import chained_cause, continued, described, exception_below, last_cause
from plugin.extract.title_test import asserted, test_of
from plugin.extract.title_thing import LISTED, LONGEST_TITLE, naming, with_thing
from plugin.frozen import replace
from plugin.model.message import Message
from plugin.text.shorten import cut

_ABOVE = 40
"""Lines above a wrapper ("command failed") within which a line that says why names the failure."""
_BELOW = 12
"""Lines below a wrapper that is a heading ("Build failed with an exception") within which such a line is."""
_WORTH_NAMING = 6.0
"""Log-odds below the best line within which a line can be the title instead of a wrapper."""
_MARGIN = 2.0
"""Log-odds below the best line within which a line that says why can be the title where nothing is known."""
_CLOSED = ("infrastructure", "resource")
"""Categories of failures that lines below do not explain, but follow from."""
_CONTAINED = 12
"""Characters at the end of a message by which a title is known to contain it."""


def make_title(shown: Sequence[int], evidence: Evidence) -> Title:
    """Return the title of a log of which the rows `shown` are shown, best first; empty if there are none."""
    if not shown:
        return Title("")
    row = naming_row(shown, evidence)
    if row is not None and not _is_wrapper(row, evidence):
        return _title_of(row, shown, evidence)
    outer = None if row is None else _title_of(row, shown, evidence)
    explained = outer is not None and outer.row != row
    better = _better_row(shown, row, 0 if explained or row is None else _BELOW, evidence)
    title = _title_of(better, shown, evidence)
    rated = title.finding is not None and title.finding.severity >= ERROR
    if row is None or row == better or title.pattern or rated:
        return title
    return replace(title, pattern=evidence.patterns.get(row), finding=evidence.recognized.get(row), named_row=row)


def _is_wrapper(row: int, evidence: Evidence) -> bool:
    pattern = evidence.patterns.get(row)
    by_tool = pattern is not None and pattern.place != GENERIC_FILE
    if pattern and pattern.user_defined:
        return False
    finding = evidence.recognized.get(row)
    if _is_count(row, evidence):
        return True
    if by_tool and pattern and pattern.kind == "cause" and pattern.category != "unknown":
        return pattern.title.endswith("{error}") and _matches("exit", evidence.lines[row])
    if finding and (finding.kind == "diagnostic" or finding.thing):
        return False
    symptom = pattern is not None and pattern.kind == "symptom" and pattern.category == "unknown"
    message = finding.title.encode() if finding and finding.kind == "record" else evidence.lines[row].strip()
    return symptom or row in evidence.wrappers or _matches("wrapper", message)


def _better_row(shown: Sequence[int], wrapper: int | None, below: int, evidence: Evidence) -> int:
    """Return the best row that can be the title where no known row names the failure, or only a wrapper does.

    It can be one of `below` lines below a wrapper.
    """
    limit = evidence.scores[shown[0]] - _WORTH_NAMING
    first = shown[0] if wrapper is None else wrapper
    usable = [row for row in shown if _is_usable(row, evidence)]
    strict = wrapper is not None and _matches("strict", evidence.lines[wrapper])
    least = WARNING if strict else UNRATED
    reasons = [row for row in usable if evidence.scores[row] >= limit and _is_reason(row, evidence, least)]
    known = [row for row in reasons if _is_cause(row, evidence, least)]
    margin = inf if wrapper is not None else _MARGIN
    above = [
        row
        for row in reasons
        if -below <= first - row <= _ABOVE
        and evidence.scores[row] >= evidence.scores[first] - margin
        and _matches("reason", _plain(evidence.lines[row]).encode())
    ]
    led = wrapper is not None or (first in usable and first not in reasons)
    plain = [] if led else reasons
    fallback = [first] if led else []
    return next(iter((*known, *above, *plain, *fallback, *usable, *shown)))


def _is_usable(row: int, evidence: Evidence) -> bool:
    line = without_program_prefix(evidence.lines[row])
    return bool(line.strip()) and (row in evidence.recognized or not _matches("unusable", line))


def _is_reason(row: int, evidence: Evidence, least: Severity) -> bool:
    line = without_program_prefix(evidence.lines[row]).strip()
    finding = evidence.recognized.get(row)
    return (
        row not in evidence.wrappers
        and not (finding and finding.severity < least)
        and not _matches("wrapper", line)
        and not _matches("summary", line)
        and not _is_count(row, evidence)
    )


def _is_count(row: int, evidence: Evidence) -> bool:
    """Return whether the line counts what a tool printed above it."""
    finding = evidence.recognized.get(row)
    return not (finding and finding.kind == "diagnostic") and _matches("count", evidence.lines[row])


def _is_cause(row: int, evidence: Evidence, least: Severity) -> bool:
    pattern, finding = evidence.patterns.get(row), evidence.recognized.get(row)
    return bool(
        (finding and finding.severity >= (least if finding.kind == "diagnostic" or finding.thing else ERROR))
        or (pattern and pattern.kind == "cause")
    )


def _title_of(row: int, shown: Sequence[int], evidence: Evidence) -> Title:
    pattern, finding = evidence.patterns.get(row), evidence.recognized.get(row)
    line = evidence.lines[row]
    if pattern and pattern.user_defined:
        text = pattern.title_for(line)
        text, reason_row = (text, row) if pattern.untrusted else with_detail(text, row, pattern, evidence.lines)
        return Title(_short(text), reason_row, pattern, None, row)
    text, reason_row = pattern.title_for(line) if pattern else _plain(line), row
    detailed = False
    if finding and (not pattern or _adds_to(finding, text, pattern, row, line)):
        text, reason_row = finding.title, finding.row
    elif pattern:
        text, reason_row = with_detail(text, row, pattern, evidence.lines)
        detailed = reason_row != row
    program = replace(evidence, lines=of_program(evidence.lines, row))
    if not detailed:
        text, reason_row = _with_reason(text, row, reason_row, pattern, shown, program)
    if pattern and not detailed and pattern.kind == "cause" and pattern.captures(line).keys() <= {"file"}:
        reach = 1 if pattern.category in _CLOSED else LISTED
        detail = _with_finding_below(text, row, pattern.captures(line).get("file", ""), reach, evidence) or described(
            program.lines, row, text
        )
        text, reason_row = detail or (text, reason_row)
    named = reason_row != row and reason_row in evidence.recognized
    if not named and (detail := with_thing(text, row, pattern, finding, evidence)):
        text, reason_row = detail
    if not (finding and finding.file) and (_has_place(pattern) or not pattern):
        lint = pattern.category == "lint" if pattern else _is_linted(evidence)
        text = with_place(text, row, program.lines, lint=lint)
    reason = evidence.recognized.get(reason_row) if reason_row != row else None
    if reason and reason.names_thing and reason.name in text and _decides(reason, pattern):
        finding = reason
    return Title(_short(text, _others(text, pattern, finding, evidence)), reason_row, pattern, finding, row)


def _others(text: str, pattern: Pattern | None, finding: Finding | None, evidence: Evidence) -> Message | None:
    """Return the count of the other findings or failed tests; None if there are none."""
    if finding and finding.kind == "diagnostic" and not (pattern and pattern.category == "test"):
        return others_as_text(finding, evidence)
    if pattern and pattern.category == "test" and pattern.kind == "cause":
        return other_tests_as_text(text, evidence)
    return None


def _decides(reason: Finding, pattern: Pattern | None) -> bool:
    """Return whether the category is that of the missing thing that the title ends in."""
    known = pattern.category if pattern else "unknown"
    return known not in ("test", "lint") and (known != "code" or reason.misses_environment)


def _has_place(pattern: Pattern | None) -> bool:
    """Return whether what the pattern matches is about a place in a file."""
    return pattern is not None and pattern.kind == "cause" and pattern.category in ("code", "lint", "configuration")


def _is_linted(evidence: Evidence) -> bool:
    command = b"" if evidence.command is None else evidence.lines[evidence.command]
    return matches(load_forms("diagnostics.yaml")["lint"], command)


def _adds_to(finding: Finding, text: str, pattern: Pattern, row: int, line: bytes) -> bool:
    """Return whether the finding says more than a pattern's title: file and message, or the message of a record."""
    if finding.names_thing:
        return pattern.place == GENERIC_FILE
    if finding.kind == "record":
        message = finding.title.removeprefix(finding.place).lstrip(": ")
        return pattern.place == GENERIC_FILE or (_is_data(line) and message[:_CONTAINED] not in text)
    if pattern.category == "test":
        return False
    if finding.place == finding.file and pattern.place != GENERIC_FILE:
        return False  # about a whole file
    file = finding.file.replace("\\", "/").rpartition("/")[2]
    return file not in text or (finding.row != row and finding.title[-_CONTAINED:].rstrip(" .)]") not in text)


def _with_reason(
    text: str, row: int, reason_row: int, pattern: Pattern | None, shown: Sequence[int], evidence: Evidence
) -> tuple[str, int]:
    """Return the title with the reason that is in other lines, and the row of that."""
    lines = evidence.lines
    if pattern is None or pattern.category != "test" or pattern.kind != "cause":
        if cause := last_cause(lines, row) or chained_cause(lines, row, text):
            return cause
        if (finding := evidence.recognized.get(row)) and finding.kind == "record" and finding.severity >= ERROR:
            return exception_below(lines, reason_row, text) or continued(lines, reason_row, text) or (text, reason_row)
        return continued(lines, reason_row, text) or (text, reason_row)
    inside = block(pattern, row, lines)
    causes = [
        other
        for other in shown
        if other in inside and (one := evidence.patterns.get(other)) and one.kind == "cause" and one is not pattern
    ]
    if causes:
        best = max(causes, key=lambda other: evidence.scores[other])
        cause_text, cause_row = last_cause(lines, best) or (evidence.patterns[best].title_for(lines[best]), best)
        return f"{text}: {cause_text}", cause_row
    if below := continued(lines, row, text):
        return below
    captures = pattern.captures(lines[row])
    test = next((captures[name] for name in TEST_NAMES if captures.get(name)), "")
    if assertion := asserted(lines, row, text, test):
        found, found_row = assertion
        cause_text, cause_row = last_cause(lines, found_row) or continued(lines, found_row, found) or assertion
        return f"{text}: {cause_text}", cause_row
    anonymous = not test and any(_matches("assertion", one) for one in (text.encode(), lines[row]))
    name = test_of(lines, row, text) if anonymous else ""
    return (f"{name} failed: {text}" if name else text), reason_row


def _with_finding_below(text: str, row: int, file: str, reach: int, evidence: Evidence) -> tuple[str, int] | None:
    """Return a title that is the same for all failures of its kind, or in a `file`, with what a line below names.

    The line is one of `reach`, that of the row included.
    """
    for below in range(row, min(len(evidence.lines), row + reach)):
        finding = evidence.recognized.get(below)
        if finding and finding.names_thing and not file and (named := naming(text, finding)):
            return named
        if finding and finding.kind == "diagnostic" and finding.severity >= UNRATED and below > row:
            if finding.file in text:
                return finding.title, finding.row
            if not file:
                return f"{text}: {finding.title}", finding.row
    return None


def _plain(line: bytes) -> str:
    """Return the line without what is in front of its message."""
    message = regex(load_forms("title.yaml")["lead"]).sub(b"", without_program_prefix(line)) or line
    return " ".join(message.decode("utf-8", "replace").split())


def _is_data(line: bytes) -> bool:
    return line.lstrip().startswith((b"{", b'"')) or b"level=" in line or b'{"' in line


def _matches(name: str, line: bytes) -> bool:
    return matches(load_forms("title.yaml")[name], line)


def _short(text: str, several: Message | None = None) -> str:
    """Return the title, cut to what leaves room for the number of other findings."""
    most = LONGEST_TITLE - len(several) - len(" ()") if several else LONGEST_TITLE
    shortened = cut(text.rstrip(" :"), most)
    title = text if shortened == text else shortened  # a message stays one
    return Message("{title} ({others})", title=title, others=several) if several else title
