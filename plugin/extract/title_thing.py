"""Name the missing or refused thing in the title that a tool's general message makes."""

from plugin.extract.blocks import block
from plugin.extract.catalogue import Pattern
from plugin.extract.documents import GENERIC_FILE
from plugin.extract.evidence import Evidence
from plugin.extract.finding import ERROR, REFUSALS, Finding
from plugin.extract.forms import load_forms, matches

LONGEST_TITLE = 200
LISTED = 12
"""Lines below a general message within which the missing thing is named."""
_DETAILED = 140
"""Characters above which a title says enough."""
_LINES_ABOVE = 4
"""Lines above a general message within which the missing thing is named."""
_MESSAGES = frozenset(("file", "error", "message", "summary", "count", "gone", "code", "package", "place", "line"))
"""Names of the parts that patterns capture of messages that may not name the thing that is missing."""
_PLACES = frozenset(("file", "line", "place"))
_TELLING = 4
"""Characters of a file's name without its folder by which a text is known to name the file."""


def with_thing(
    text: str, row: int, pattern: Pattern | None, finding: Finding | None, evidence: Evidence
) -> tuple[str, int] | None:
    """Return a tool's general message with the thing that its line, its block or a line near it reports as missing."""
    if pattern is None or pattern.place == GENERIC_FILE or pattern.category == "test":
        return None
    if not pattern.captures(evidence.lines[row]).keys() <= _MESSAGES:
        return None
    if finding and finding.thing:
        return naming(text, finding)
    if not _leaves_open(text, pattern, evidence.lines[row]):
        return None
    wrapper = matches(load_forms("title.yaml")["wrapper"], text.encode())
    inside = block(pattern, row, evidence.lines)
    below = range(row + 1, min(len(evidence.lines), max(inside.stop, row + 1 + LISTED)))
    above = range(row - 1, max(-1, row - 1 - _LINES_ABOVE), -1)
    for other in (*below, *above):
        near = evidence.recognized.get(other)
        if (
            near
            and near.names_thing
            and near.severity >= ERROR
            and (wrapper or near.thing == "version" or near.thing not in REFUSALS)
        ):
            return naming(text, near)
    return None


def _leaves_open(text: str, pattern: Pattern, line: bytes) -> bool:
    """Return whether a title says that something failed or is missing, but not what, so that a line near it may."""
    if len(text) > _DETAILED:
        return False
    if pattern.kind == "symptom" or matches(load_forms("title.yaml")["absent"], text.encode()):
        return True
    if pattern.category == "code":
        return pattern.captures(line).keys() <= _PLACES
    return pattern.category not in ("infrastructure", "lint", "resource")


def naming(text: str, finding: Finding) -> tuple[str, int] | None:
    """Return the text with the thing that the finding names; None if it names it already or has no room."""
    base = finding.name.rpartition("/")[2]
    if finding.name in text or (len(base) >= _TELLING and base in text):
        return None
    refused = finding.kind == "refused" and finding.thing not in ("tool", "version", "port")
    full = finding.thing == "space" and " " not in finding.name
    known = refused or full or matches(load_forms("title.yaml")["absent"], text.encode())
    only_message = finding.kind == "refused" or finding.title == finding.name
    if finding.thing == "space" and " " in finding.name and only_message:
        return None  # the message itself
    start = text.rstrip(" .:")
    longer = [f"{start}: {words}" for words in ((finding.name,) if known else (finding.title, finding.name))]
    fitting = next((words for words in longer if len(words) <= LONGEST_TITLE), None)
    return None if fitting is None else (fitting, finding.row)
