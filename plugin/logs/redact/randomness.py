"""Distinction between generated values and words, versions, paths and the like."""

import re

from plugin.text.lazy_expression import lazily

_CLASS = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", b"U" * 26 + b"l" * 26 + b"0" * 10
)
_RUN = lazily(rb"[A-Za-z0-9]+")
_CAPITALIZED = lazily(rb"U(?=ll)")
_SYMBOLS = frozenset(b"!#%*?@~^$+&")
_CHANGE = lazily(rb"(?=U[l0]|l[U0]|0[Ul])")
_ORDINARY = lazily(
    rb"""(?:v|go|release)?\d+(?:\.\d+)+[\w.+~-]*$      # a version
      | \d{4}-\d\d-\d\d                                # a day
      | (?:sha\d+|md5)[:-]                             # a checksum that is named
      | (?:\.{1,2}|~|\w:|/[a-z._-]+)[/\\][\w.+-]*[/\\.]  # a path
      | (?:[\w-]+/)+[\w-]+\.[a-z]{1,5}$
      | [a-z][a-z0-9+.-]*://                           # an address
      | (?:[\w-]+\.)+(?:com|org|net|io|dev|local|internal)\b
      | (?:[\w-]+\.)+(?:md|jar|json|ya?ml|txt|log|xml|py|js|ts|go|rb|sh|so|zip|t?gz|war|deb|rpm|whl)\b
      | (?:[a-z]+[-_.])*[a-z]+$                        # words
    """,
    re.VERBOSE | re.IGNORECASE,
)
_UUID = lazily(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.IGNORECASE)
_BETWEEN = lazily(rb"[lU]0[lU]|0[lU]0")
_OFTEN = 0.2
"""Minimum share of changes between capitals, lower-case letters and digits. Words with a number have fewer."""
_LONG = 22
"""Number of letters and digits from which on the minimum number of changes stays the same."""
_LEAST = 3
_FAR = 16
"""Length of a run of lower-case letters and digits for which two changes suffice. Words are shorter."""


def looks_random(value: bytes) -> bool:
    """Return whether the value changes too often between kinds of characters to consist of words."""
    if _ORDINARY.match(value):
        return False
    if _UUID.match(value):
        return True
    if b"/" not in value and len(_SYMBOLS.intersection(value)) >= 2:
        return True
    runs = _RUN.findall(value)
    if len(value) >= _FAR and sum(1 for run in runs if _BETWEEN.search(run.translate(_CLASS))) > 1:
        return True
    if max(map(len, runs), default=0) >= 8:
        return any(map(_changes_often, runs))
    return len(value) >= 12 and _changes_often(b"".join(runs), often=0.3)


def _changes_often(run: bytes, often: float = _OFTEN) -> bool:
    """Return whether the run changes often between kinds. A capital before lower-case letters counts as one of them."""
    if run.isdigit():
        return len(run) >= 14 and len(set(run)) > 4
    kinds = _CAPITALIZED.sub(b"l", run.translate(_CLASS))
    least = 2 if len(run) >= _FAR and run.islower() else max(_LEAST, often * min(len(run), _LONG))
    return len(_CHANGE.findall(kinds)) >= least and len(set(run)) > 4
