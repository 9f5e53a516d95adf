"""Corrections of the labels in the collections beside the checkout: `label_corrections.yaml`, with a reason for each.

The collections are shared and stay as they are. Labels of held-out logs are not corrected: nobody reads those logs.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_suffix(".yaml")

Numbers = frozenset[int]


def corrected(case: str, core: Numbers, same: Numbers) -> tuple[Numbers, Numbers]:
    """Return the lines of a case that state the cause, inside and outside its label, after all corrections."""
    wrong, missing = (corrections()[kind].get(case, frozenset()) for kind in ("not_cause", "same"))
    return core - wrong, (same - wrong) | missing


@cache
def corrections() -> Mapping[str, Mapping[str, Numbers]]:
    """Return the corrected lines of each case, by kind of correction."""
    kinds: dict[str, dict[str, Numbers]] = {"not_cause": {}, "same": {}}
    for group in _groups():
        for kind, cases in kinds.items():
            for case, ranges in group.get(kind, {}).items():
                cases[case] = cases.get(case, frozenset()) | line_numbers(ranges)
    return kinds


def line_numbers(ranges: Iterable[Sequence[int]]) -> Numbers:
    """Return the numbers in ranges, each with its first and last number."""
    return frozenset(number for first, last in ranges for number in range(first, last + 1))


def _groups() -> Sequence[Mapping[str, Any]]:
    groups: Sequence[Mapping[str, Any]] = yaml.safe_load(FILE.read_bytes())
    return groups
