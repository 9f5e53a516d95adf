"""Escape untrusted text for Markdown, so that every forge shows it as plain text.

Step names, titles, commands, branch names and log lines come from the author of the pull request. A forge turns plain
words into links, mentions, references, emoji and mathematics, and does some of it after parsing Markdown, where a
backslash or an entity no longer protects. No forge changes code. So a word that a forge could interpret is shown as
code, which also suits paths and URLs; the rest is escaped.
"""

import re
from collections.abc import Iterator
from urllib.parse import quote

from plugin.text.lazy_expression import lazily
from plugin.text.shorten import LONGEST_TEXT, single_line

_WORD = lazily(r"(?:`[^`\s](?:[^`]*[^`\s])?`|\S)+")
"""A run without white space; text between two backticks is one word."""
_QUOTED = lazily(r"(`[^`]+`)")
_LIVE = lazily(
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
_BLOCK_START = lazily(r"^(?:[-+=#/]|\d+(?=[.)]))")
_OPENING = "([{<\"'"
_CLOSING = ")]}>\"'.,;:!?"
_WIDE = lazily(r"[、。（），：；！？]+|(?:`[^`]+`|[^、。（），：；！？])+")
"""Punctuation of Chinese, which has no spaces around it, and what is between."""
_BRACKETS = {")": "(", "]": "[", "}": "{", ">": "<"}
_LONGEST_EXPRESSION = 12
"""Words of an expression that is shown as one piece of code."""


def escape_markdown(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return one line of Markdown that shows `text` outside fences; words between backticks stay code."""
    words = _WORD.findall(single_line(text, longest))
    return _BLOCK_START.sub(_unblock, " ".join(map(_word, _expressions(words))))


def inline_code(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return inline code that shows `text`; empty for empty text.

    Every code span is between single backticks. Backticks and the backslashes before them are entities between two
    spans: while looking for the end of emphasis, blackfriday (Gogs) does not recognize longer delimiters, and marked
    reads a backslash in code as an escape; then code becomes Markdown.
    """
    return "".join(map(_span, _DELIMITER.split(single_line(text, longest))))


_DELIMITER = lazily(r"(\\*`|\\+$)")


def _span(text: str) -> str:
    """Return one code span, or entities; spaces at the ends stay outside, as some engines drop them."""
    core = text.strip()
    if not core or _DELIMITER.fullmatch(text):
        return text.translate(_ESCAPES)
    start = text.index(core)
    return f"{text[:start]}`{core}`{text[start + len(core) :]}"


def code_block(text: str, language: str = "") -> str:
    """Return a code block whose fence is longer than any run of backticks in it, even an indented or quoted one."""
    ticks = "`" * max(3, _longest_run(text) + 1)
    return f"{ticks}{language}\n{text}\n{ticks}"


def link(markdown: str, url: str) -> str:
    """Return a link whose text is escaped Markdown; only the text if the URL is not http or https."""
    if not url.startswith(("http://", "https://")):
        return markdown
    return f"[{markdown}]({quote(url, safe=_URL_CHARACTERS)})"


_URL_CHARACTERS = "/:?#@!$&*+,;=%~-._"
"""Characters that are not quoted; brackets, quotes, spaces and angle brackets would end a Markdown link."""


def _expressions(words: list[str]) -> Iterator[str]:
    """Yield the words; one to be shown as code that opens a bracket is joined with the words up to its end."""
    start = 0
    while start < len(words):
        end = start + 1
        if _is_live(words[start]) and _open_brackets(words[start]) > 0:
            end = next((at for at in range(end + 1, start + _LONGEST_EXPRESSION) if _is_whole(words[start:at])), end)
        yield " ".join(words[start:end])
        start = end


def _is_whole(words: list[str]) -> bool:
    joined = " ".join(words)
    return "`" not in joined and _open_brackets(joined) <= 0


def _open_brackets(text: str) -> int:
    """Return how many brackets are open at the end, without those that stand before all else."""
    text = text.lstrip(_OPENING)
    return sum(map(text.count, _BRACKETS.values())) - sum(map(text.count, _BRACKETS))


def _is_live(word: str) -> bool:
    return "``" in word or bool(_LIVE.search(" ".join(_QUOTED.split(word)[::2])))


def _word(word: str) -> str:
    return "".join(map(_piece, _WIDE.findall(word)))


def _piece(word: str) -> str:
    parts = _QUOTED.split(word)
    if _is_live(word):
        return _as_code(word)
    return "".join(inline_code(part[1:-1]) if _QUOTED.fullmatch(part) else part.translate(_ESCAPES) for part in parts)


def _as_code(word: str) -> str:
    """Return the word as code, without the punctuation around it and without brackets that are not its own."""
    opened = word.lstrip(_OPENING)
    core = opened
    while core and core[-1] in _CLOSING and not _closes(core):
        core = core[:-1]
    if not core:
        return word.translate(_ESCAPES)
    before, after = word[: len(word) - len(opened)], opened[len(core) :]
    return before.translate(_ESCAPES) + inline_code(core) + after.translate(_ESCAPES)


def _closes(core: str) -> bool:
    """Return whether the text ends with a bracket that it opens."""
    opening = _BRACKETS.get(core[-1], "")
    return bool(opening) and core.count(opening) >= core.count(core[-1])


def _unblock(start: re.Match[str]) -> str:
    """Escape the start of a line that would begin a list, a heading or a quick action (`/close` on GitLab)."""
    return f"{start[0]}\\" if start[0].isdigit() else f"&#{ord(start[0])};"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
