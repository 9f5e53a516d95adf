"""Cut Markdown of our own renderer so that every fence and fold is closed."""

import re
from collections.abc import Iterator

from plugin.text.language import ngettext

_FENCE = re.compile(r" {0,3}(?P<run>`{3,}|~{3,})(?P<rest>.*)")
_CODE = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)")
"""A code span: what it contains is text. CommonMark 0.31, section 6.1."""
_FOLD = re.compile(r"<(?P<end>/?)details\b", re.IGNORECASE)


def outside(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines outside fenced code, each with its offset in the text. CommonMark 0.31, section 4.5."""
    place, fence = 0, ""
    for line in text.split("\n"):
        before, fence = fence, _next_fence(fence, line)
        if not before and not fence:
            yield place, line
        place += len(line) + 1


def cut(text: str, lines: int) -> str:
    """Return the first `lines` lines, with everything closed that they open, and the number of lines left out."""
    every = text.split("\n")
    if lines >= len(every):
        return text
    kept, fence = every[:lines], ""
    for line in kept:
        fence = _next_fence(fence, line)
    if fence:
        kept.append(fence)
    left_out = len(every) - lines
    more = ngettext("… {number:,} more line", "… {number:,} more lines", left_out)
    return "\n".join([*kept, *_ends(kept), "", f"_{more}_"])


def closed(text: str) -> str:
    """Return the text with everything closed that it opens: fences, HTML comments and folds."""
    lines, fence = text.rstrip().split("\n"), ""
    for line in lines:
        fence = _next_fence(fence, line)
    if fence:
        lines.append(fence)
    prose = "\n".join(line for _, line in outside("\n".join(lines)))
    if "<!--" in prose.rpartition("-->")[2]:
        lines.append("-->")
    return "\n".join([*lines, *_ends(lines)])


def _ends(lines: list[str]) -> list[str]:
    """Return the end tags of the folds that are open after these lines. No fence is open there."""
    folds = 0
    for _, line in outside("\n".join(lines)):
        for found in _FOLD.finditer(_CODE.sub("", line)):
            folds += -1 if found["end"] else 1
    return ["", "</details>"] * max(0, folds)


def _next_fence(fence: str, line: str) -> str:
    """Return the fence that is open after the line, empty if none is."""
    found = _FENCE.match(line)
    if not found:
        return fence
    run, rest = found["run"], found["rest"]
    if fence:
        closes = run[0] == fence[0] and len(run) >= len(fence) and not rest.strip()
        return "" if closes else fence
    return "" if run[0] == "`" and "`" in rest else run
