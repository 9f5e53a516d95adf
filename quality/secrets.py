"""Count the secrets that leak and the lines that are changed by mistake."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from plugin.logs import Redactor, readable
from quality.cases import CORPUS, OWN
from quality.secret_samples import Sample, near_misses, secrets

COUNT = 5_000
SEED = 20_261_129
"""Of the figure; the rules were written with others."""
MOST_LEAKS, MOST_MISTAKES = 0.03, 0.001
_TELLING = 10
"""Characters of a secret that tell it, side by side."""


def leaks(sample: Sample) -> bool:
    """Return whether a part of a secret is still there."""
    shown = readable(sample.text, Redactor()).decode()
    return any(
        secret[at : at + _TELLING] in shown
        for secret in sample.secrets
        for at in range(max(1, len(secret) - _TELLING + 1))
    )
