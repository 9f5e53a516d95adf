"""Recognizer of a missing thing: a command, file, module, package, header, key or variable that is not there.

missing.yaml has the forms in which shells, build systems, package managers and language runtimes say it.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from plugin.extract.finding import ERROR, WARNING, Finding, Severity
from plugin.extract.forms import groups, load_forms, matches, name_in, name_near, nonblank_below
from plugin.extract.regex import regex
from plugin.literals import LiteralIndex
from plugin.model.excerpt import Category
from plugin.model.message import Message

_LONGEST_SENTENCE = 140
"""Characters of a message that is a title as it is."""
_LIST_REACH = 3
"""Lines below a heading in which the first name of its list is."""
_QUOTED = "[`'\"‘“«„][^`'\"’”»“ ]{2,}[`'\"’”»“]|(?i:try installing)"
"""The name of a thing in a message, which is then no heading of a list."""
_SECOND_NOUN = "group|file|plugin|package|module|library|directory|key|variable|dependency|extension|image"
_FRAMES = 12
"""Lines above a file's name in which a stack frame of `subprocess` shows that it is a command."""


def read_missing(lines: Sequence[bytes], row: int) -> Finding | None:
    """Return what the line reports as missing."""
    data = _data()
    line = regex(data["prefix"]).sub(b"configure: error: ", _with_plain_colons(lines[row].strip()))
    if line.startswith(b"+ ") or not _words().possible(line) or matches(data["harmless"], line):
        return None
    if matches(data["refused"], line) and not matches(data["absent"], line):
        return None
    message = regex(data["lead"]).sub(b"", line) or line
    severity = WARNING if matches(data["warning"], line) else ERROR
    if (
        matches(data["heading"], message)
        and not matches(_QUOTED, message)
        and (finding := _listed(lines, row, message, severity))
    ):
        return finding
    for text in dict.fromkeys((message, line)):
        if finding := _stated(lines, row, text, severity):
            return finding
    return None


def _listed(lines: Sequence[bytes], row: int, message: bytes, severity: Severity) -> Finding | None:
    """Read the first entry of the list below a heading."""
    for below in nonblank_below(lines, row, _LIST_REACH)[:1]:
        if (entry := groups(_data()["entry"], lines[below])) and not matches(
            _data()["no-name"], entry["name"].encode()
        ):
            name = entry["name"]
            thing = _thing_in(message) or _by_shape(name) or "package"
            heading = _text(message.rstrip(b": "))
            return Finding("missing", below, f"{heading}: {name}", _category(thing), severity, thing=thing, name=name)
    return None


def _stated(lines: Sequence[bytes], row: int, message: bytes, severity: Severity) -> Finding | None:
    """Read a message that names the thing itself."""
    for form in _possible(message):
        found = groups(form["match"], message)
        if found is None:
            continue
        name = name_in(found) or (name_near(lines, row, form["near"]) if "near" in form else "")
        if not _is_name(name, message, general="thing" not in form):
            continue
        noun = found.get("noun", "")
        thing = form.get("thing") or _by_noun(noun)
        if noun and not thing:
            continue
        thing = thing or _by_shape(name) or ("package" if message.lower().startswith(b"configure") else "")
        if not thing and not (severity == ERROR and matches(_data()["error"], lines[row])):
            continue
        severity = ERROR if form.get("severity") == "error" else severity
        if thing == "file" and _is_command(lines, row, name):
            thing = "command"
        sentence = "thing" not in form or "sentence" in form
        return _finding(row, thing or "resource", name, severity, message, sentence=sentence)
    return None


def _is_name(name: str, message: bytes, *, general: bool) -> bool:
    """Return whether a text can be a name: no word of the sentence; in a `general` form, no noun or participle."""
    if not name or matches(_data()["no-name"], name.encode()):
        return False
    quoted = any(f"{quote}{name}".encode() in message for quote in "`'\"‘“«„")
    return quoted or not (name.lower() in _nouns() or (general and matches(r"^[a-z]{3,}ed$", name.encode())))


def _finding(row: int, thing: str, name: str, severity: Severity, message: bytes, *, sentence: bool) -> Finding:
    """Return the finding, with the message as its title where that is a short `sentence` and names the thing."""
    text = _text(message)
    short = sentence and len(text) <= _LONGEST_SENTENCE and name in text
    title = text if short else Message(_data()["things"][thing]["title"], name=name)
    relative = name.startswith((".", "/", "@/", "~/", "crate::", "self::", "super::"))
    module = thing == "module" and (relative or matches(_data()["source"], name.encode()))
    local = module or (relative and thing == "file" and matches(_data()["imports"], message))
    variable = thing == "variable" and not name.isupper() and not matches(_data()["settings"], message)
    category: Category = "code" if local or variable else _category(thing)
    if thing == "file" and (name.startswith(("http://", "https://")) or matches(_data()["fetched"], name.encode())):
        category = "dependency"
    if message.startswith(b"configure") and category == "code":
        category = "dependency"  # what a library has to provide
    return Finding("missing", row, title, category, severity, thing=thing, name=name)


def _with_plain_colons(line: bytes) -> bytes:
    """Return the line with the colons of French and East Asian messages written as in English ones."""
    if line.isascii():
        return line
    return line.replace("：".encode(), b": ").replace("\xa0:".encode(), b":").replace("（".encode(), b" (")


def _is_command(lines: Sequence[bytes], row: int, name: str) -> bool:
    """Return whether Python's subprocess reports the missing file, so that it is a command."""
    above = lines[max(0, row - _FRAMES) : row]
    return not {"/", "."}.intersection(name) and any(matches(_data()["subprocess"], line) for line in above)


def _by_noun(words: str) -> str:
    """Return the kind of thing that the last word, or the last two, name; empty if they name none."""
    last = words.lower().split()[-2:]
    for noun in (" ".join(last), *last[-1:]):
        for singular in (noun, noun.removesuffix("s"), noun.removesuffix("es")):
            if singular in _nouns():
                return _nouns()[singular]
    return ""


def _thing_in(message: bytes) -> str:
    words = _text(message).split()
    return next(filter(None, (_by_noun(word.strip(".,:()'\"")) for word in words)), "")


def _by_shape(name: str) -> str:
    return next((thing for thing, shape in _data()["shapes"].items() if matches(shape, name.encode())), "")


def _category(thing: str) -> Category:
    category: Category = _data()["things"][thing]["category"]
    return category


def _text(message: bytes) -> str:
    return " ".join(message.decode("utf-8", "replace").split())


def _data() -> Mapping[str, Any]:
    return load_forms("missing.yaml")


@cache
def _nouns() -> Mapping[str, str]:
    return {noun: thing for thing, entry in _data()["things"].items() for noun in entry.get("nouns", ())}


def _possible(message: bytes) -> Sequence[Mapping[str, Any]]:
    """Return the forms of which the message has a word, in order."""
    forms = _forms()
    return [forms[index] for index in sorted(_words().possible(message)) if index < len(forms)]


@cache
def _words() -> LiteralIndex:
    """Return the index of the words of which each line that reports a missing thing has one; the last are headings'."""
    return LiteralIndex([*(form["words"] for form in _forms()), _data()["heading-words"]])


@cache
def _forms() -> Sequence[Mapping[str, Any]]:
    nouns = f"(?:{'|'.join(sorted(_nouns(), key=lambda noun: -len(noun)))})(?: (?:{_SECOND_NOUN}))?"
    return [{**form, "match": form["match"].replace("{NOUN}", nouns)} for form in _data()["forms"]]
