"""Takes text that strangers wrote, gives Markdown in which it is only text, whichever forge reads it.

Step names, titles, commands, branch names and log lines come from whoever opened the pull request. A forge makes
links, mentions, references, emoji and mathematics out of plain words, and some of that happens after Markdown was
parsed, where a backslash or an entity no longer protects. What no forge touches is code. So a word that a forge could
make something of is shown as code, which is also how people like to read paths and addresses; the rest is escaped.
"""

import re
from urllib.parse import quote

from plugin.text.shorten import LONGEST_TEXT, single_line

_WORD = re.compile(r"(?:`[^`\s](?:[^`]*[^`\s])?`|\S)+")
"""A run without white space; what stands between two backticks belongs together."""
_QUOTED = re.compile(r"(`[^`]+`)")
_LIVE = re.compile(
    r"""  @ | // | \$ | (?i:www\.)                    # mentions, addresses, mathematics
        | \w\.[^\W\d]                               # bare host names, and so file names
        | [#!%&~^]["\w] | \[\w+: | [\[{][+-]        # references and inline diffs of GitLab; issues of all
        | :[\w+-]+:                                 # emoji, as in app.py:100:1
        | \b[A-Z][A-Z0-9]*-\d | \b(?i:gh)-\d        # issues of outside trackers
        | \b(?=[a-f]*\d)[0-9a-f]{7,64}\b            # commits
    """,
    re.VERBOSE,
)
_ESCAPES = str.maketrans(
    {"\\": "&#92;", "`": "&#96;", "~": "&#126;", "|": "&#124;", "<": "&lt;", ">": "&gt;", "&": "&amp;"}
    | {character: f"\\{character}" for character in "*_[]"}
)
_BLOCK_START = re.compile(r"^(?:[-+=#/]|\d+(?=[.)]))")
_OPENING = "([{<\"'"
_CLOSING = ")]}>\"'.,;:!?"


def escape_markdown(text: str, longest: int = LONGEST_TEXT) -> str:
    """One line of Markdown that shows `text` outside fences; words between backticks stay code."""
    words = _WORD.findall(single_line(text, longest))
    return _BLOCK_START.sub(_unblock, " ".join(map(_word, words)))


def inline_code(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return inline code that shows `text`; empty for empty text.

    Every code span is between single backticks, and what could be taken for a part of a delimiter stands between two
    spans, as an entity: backticks, and backslashes before them. While they look for the end of emphasis, blackfriday
    (Gogs) does not recognize longer delimiters and marked takes a backslash in code for an escape; then what is code
    becomes Markdown.
    """
    return "".join(map(_span, _DELIMITER.split(single_line(text, longest))))


_DELIMITER = re.compile(r"(\\*`|\\+$)")


def _span(text: str) -> str:
    """Return one code span, or entities; blanks at the ends stay outside, as some engines drop them."""
    core = text.strip()
    if not core or _DELIMITER.fullmatch(text):
        return text.translate(_ESCAPES)
    start = text.index(core)
    return f"{text[:start]}`{core}`{text[start + len(core) :]}"


def code_block(text: str, language: str = "") -> str:
    """A block of code whose fence is longer than any run of backticks in it, however that is indented or quoted."""
    ticks = "`" * max(3, _longest_run(text) + 1)
    return f"{ticks}{language}\n{text}\n{ticks}"


def link(markdown: str, address: str) -> str:
    """A link on Markdown that is neutral already; the bare text where the address is not one of the web."""
    if not address.startswith(("http://", "https://")):
        return markdown
    return f"[{markdown}]({quote(address, safe=_ADDRESS)})"


_ADDRESS = "/:?#@!$&*+,;=%~-._"
"""Characters that an address may keep; brackets, quotes, spaces and angle brackets would end a Markdown link."""


def _word(word: str) -> str:
    parts = _QUOTED.split(word)
    if "``" in word or _LIVE.search(" ".join(parts[::2])):
        return _as_code(word)
    return "".join(inline_code(part[1:-1]) if _QUOTED.fullmatch(part) else part.translate(_ESCAPES) for part in parts)


def _as_code(word: str) -> str:
    """The word as code, but for the brackets and punctuation around it."""
    opened = word.lstrip(_OPENING)
    core = opened.rstrip(_CLOSING)
    if not core:
        return word.translate(_ESCAPES)
    before, after = word[: len(word) - len(opened)], opened[len(core) :]
    return before.translate(_ESCAPES) + inline_code(core) + after.translate(_ESCAPES)


def _unblock(start: re.Match[str]) -> str:
    """What would begin a list, a heading or a quick action (`/close` on GitLab) at the start of a line."""
    return f"{start[0]}\\" if start[0].isdigit() else f"&#{ord(start[0])};"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
