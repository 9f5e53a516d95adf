"""Recognizer of what is refused: access, an option, a version, a patch, space, a port.

refused.yaml has the forms in which programs say it.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from plugin.extract.finding import ERROR, Finding
from plugin.extract.forms import groups, load_forms, matches, name_in, name_near
from plugin.extract.regex import regex
from plugin.literals import LiteralIndex

_LONGEST_SENTENCE = 140
"""Characters of a message that is a title as it is."""


def read_refused(lines: Sequence[bytes], row: int) -> Finding | None:
    """Return what the line reports as refused."""
    data = _data()
    line = lines[row].strip()
    if line.startswith(b"+ "):
        return None
    message = regex(load_forms("missing.yaml")["lead"]).sub(b"", line) or line
    for index in sorted(_words().possible(message)):
        form = data["forms"][index]
        found = groups(form["match"], message)
        name = name_in(found) if found is not None else ""
        if found is not None and not name and form.get("near"):
            name = name_near(lines, row, form["near"])
        if name and matches(data["harmless"], line):
            return None
        if name and not matches(data["no-name"], name.encode()):
            return _finding(row, form["thing"], name, message)
    return None


def _finding(row: int, thing: str, name: str, message: bytes) -> Finding:
    entry = _data()["things"][thing]
    text = " ".join(message.decode("utf-8", "replace").split())
    short = len(text) <= _LONGEST_SENTENCE and name in text
    message_only = thing == "space" and " " in name
    title = text if short else name if message_only else entry["title"].format(name=name)
    return Finding("refused", row, title, entry["category"], ERROR, thing=thing, name=name)


def _data() -> Mapping[str, Any]:
    return load_forms("refused.yaml")


@cache
def _words() -> LiteralIndex:
    """Return the index of the words of which each line that reports something refused has one, by form."""
    return LiteralIndex(form["words"] for form in _data()["forms"])
