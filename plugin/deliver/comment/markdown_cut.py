"""Takes Markdown as our renderer writes it, knows what is open on each line, and cuts it so that all is closed."""

import re
from collections.abc import Iterator

_FENCE = re.compile(r" {0,3}(?P<run>`{3,}|~{3,})(?P<rest>.*)")
_FOLD = re.compile(r"<(?P<end>/?)details\b", re.IGNORECASE)


def outside(text: str) -> Iterator[tuple[int, str]]:
    """The lines that stand in no block of code, each with the place of its first character. CommonMark 0.31, 4.5."""
    place, fence = 0, ""
    for line in text.split("\n"):
        before, fence = fence, _next_fence(fence, line)
        if not before and not fence:
            yield place, line
        place += len(line) + 1


def cut(text: str, lines: int) -> str:
    """The first so many lines, everything closed that they opened, and a mark that says how many are left out."""
    every = text.split("\n")
    if lines >= len(every):
        return text
    kept, fence = every[:lines], ""
    for line in kept:
        fence = _next_fence(fence, line)
    if fence:
        kept.append(fence)
    left_out = len(every) - lines
    return "\n".join([*kept, *_ends(kept), "", f"_… {left_out:,} more line{'s' * (left_out > 1)}_"])


def _ends(lines: list[str]) -> list[str]:
    """The ends of the folds that are open behind these lines, which leave no fence open."""
    folds = 0
    for _, line in outside("\n".join(lines)):
        for found in _FOLD.finditer(line):
            folds += -1 if found["end"] else 1
    return ["", "</details>"] * max(0, folds)


def _next_fence(fence: str, line: str) -> str:
    """The fence that is open behind the line, empty if none is."""
    found = _FENCE.match(line)
    if not found:
        return fence
    run, client = found["run"], found["rest"]
    if fence:
        closes = run[0] == fence[0] and len(run) >= len(fence) and not client.strip()
        return "" if closes else fence
    return "" if run[0] == "`" and "`" in client else run
