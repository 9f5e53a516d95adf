"""Whether a log reports a failure at all. Only a log without any sign of one counts as a log without."""

from plugin.extract.regex import regex
from plugin.model.excerpt import Excerpt, Line

MEASURED_LINES = 60
"""Lines of an excerpt that the rule was measured with; an excerpt of fewer lines may lack the sign."""
_WORDS = (
    r"(?i)\b(?:errors?|fail(?:s|ed|ures?|ing)?|fatal|exceptions?|traceback|panic(?:ked)?|abort(?:ed|ing)?|killed"
    r"|denied|refused|cannot|can't|could ?n[o']t|unable|not found|no such|missing|invalid|unexpected|expected"
    r"|tim(?:ed|es) ?out|timeout|mismatch\w*|because|violat\w*|undefined|unresolved|unsatisf\w*|conflicts?|wrong"
    r"|reject(?:ed)?|unauthori[sz]ed|forbidden|exit(?:ed|ing)?\b.{0,30}[1-9]|broken|crash(?:ed)?|illegal|not ok"
    r"|waiting)\b|\w(?:Error|Exception)\b|✗|✖|❌"
)
"""Words that a failing program prints. A word too many only makes the rule more careful."""
_HARMLESS = (
    r"(?i)\b(?:0|no|zero|without(?: any)?)\s+(?:\w+\s+)?(?:errors?|fail\w*|issues?|conflicts?)\b"
    r"|\b(?:errors?|failures?|failed)\s*[:=]\s*0\b"
    r"|--?[\w-]*(?:error|fail)[\w-]*"
    r"|[\w/.-]*(?:error|fail|exception|missing|conflict)[\w-]*[./][\w/.-]*"
)
"""Counts of zero, options and names of files with such words."""
_NOT_OUTPUT = r"^\s*(?:\+ |ok \d|✓|✔|--- PASS|=== RUN|# Subtest)"
"""Commands of a trace, and names of tests that pass."""
_TRACE = "+"


def reports_no_failure(excerpt: Excerpt) -> bool:
    """Return whether nothing in the log reports a failure.

    False where a pattern, a recognizer or the ranker finds a cause, where a shown line has a word of failure, and where
    the last line is a command: it may have failed without a word.
    """
    if excerpt.pattern or excerpt.hidden or not excerpt.lines:
        return False
    lines = sorted(excerpt.lines, key=lambda line: line.number)
    return (
        not any(line.kind == "cause" or _has_word(line) for line in lines)
        and lines[-1].number >= excerpt.total_lines - 1
        and not lines[-1].text.startswith(_TRACE)
    )


def _has_word(line: Line) -> bool:
    text = line.text.encode()
    if regex(_NOT_OUTPUT).search(text):
        return False
    return bool(regex(_WORDS).search(regex(_HARMLESS).sub(b"", text)))
