"""Takes a question of the ranker, gives it in words, for `analyze --explain`."""

import re

_FORMS = (
    (r"(\w+)\.(.+)<(\d+)", "within {3} lines from the {1} line with `{2}`"),
    (r"end<(\d+)", "among the last {1} lines"),
    (r"mark<(\d+)", "within {1} lines before the mark of a failed command"),
    (r"command<(\d+)", "within {1} lines after the last command"),
    (r"seen>(\d+)", "printed more than {1} times"),
    (r"mark", "before the mark of a failed command"),
    (r"block", "part of a known block"),
    (r"(.+)\^(\d+)", "`{1}` up to {2} above"),
    (r"(.+)_(\d+)", "`{1}` up to {2} below"),
    (r"(.+)~", "`{1}` in its paragraph"),
    (r"(.+)/", "`{1}` leads its indented lines"),
    (r"(.+)@", "`{1}` in its section"),
    (r"(.+)", "`{1}`"),
)
"""How a question is spelled (see columns.py), and what it says."""


def describe_feature(feature: str) -> str:
    """The question, or what was denied (`not ` before it), as a person would say it."""
    denied = feature.startswith("not ")
    name = feature.removeprefix("not ")
    said = next(
        re.sub(r"\{(\d)\}", lambda hole: found[int(hole[1])], words)
        for normalized, words in _FORMS
        if (found := re.fullmatch(normalized, name))
    )
    return f"not {said}" if denied else said
