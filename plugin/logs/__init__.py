"""Takes the raw bytes of a log, gives the text that a person would have seen, line for line, without secrets."""

from plugin.logs.clean import clean
from plugin.logs.decode import decode
from plugin.logs.environment import secrets_of
from plugin.logs.long_lines import shorten
from plugin.logs.parts import Parts
from plugin.logs.prefix import without_prefix
from plugin.logs.redact import Redactor, guarded

__all__ = ["Parts", "Redactor", "clean", "decode", "readable", "secrets_of"]


def readable(raw: str | bytes, redact: Redactor) -> bytes:
    """The log decoded, without its CI's line prefix, cleaned, redacted, over-long lines cut: valid UTF-8.

    It has exactly as many lines as the decoded log: line numbers are the raw log's. Linear in the size of the log.
    """
    lines = raw.count("\n") if isinstance(raw, str) else raw.count(b"\n")
    return guarded(lambda: shorten(redact(clean(without_prefix(decode(raw))))), lines)
