"""Descriptions of the ranker's features in words, for `analyze --explain`."""

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
"""Patterns of feature names (see `features.py`), each with the template of its description."""


def describe_feature(feature: str) -> str:
    """Return the description of a feature, or of its absence if the name starts with `not `."""
    negated = feature.startswith("not ")
    name = feature.removeprefix("not ")
    description = next(
        re.sub(r"\{(\d)\}", lambda placeholder: match[int(placeholder[1])], template)
        for pattern, template in _FORMS
        if (match := re.fullmatch(pattern, name))
    )
    return f"not {description}" if negated else description
