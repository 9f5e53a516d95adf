"""Takes samples, gives rankers that have never seen the logs on which they are then measured."""

import zlib
from collections.abc import Callable, Mapping, Sequence

from plugin.extract.trees import Ranker
from quality.cases import Case
from quality.train import Sample, learn

FOLDS = 5


def by_project(found: Sequence[Sample]) -> Callable[[Case], Ranker]:
    """For each case the ranker that was learnt without its project (and four fifths of the others)."""
    rankers = [learn([one for one in found if _fold(one.case) != fold]) for fold in range(FOLDS)]
    return lambda case: rankers[_fold(case)]


def without(found: Sequence[Sample], left_out: Callable[[Case], bool]) -> Callable[[Case], Ranker]:
    """One ranker, learnt without all cases that are `left_out`."""
    ranker = learn([one for one in found if not left_out(one.case)])
    return lambda _: ranker


def _fold(case: Case) -> int:
    return zlib.crc32(case.project.encode()) % FOLDS


SOURCES: Mapping[str, Callable[[Case], bool]] = {
    "whole jobs of GitHub Actions, learnt without any": lambda case: case.ci == "github-actions",
    "whole jobs of Jenkins, Zuul and RPM builds, learnt without any": lambda case: (
        case.ci not in ("travis", "github-actions", "drone")
    ),
    "own logs of steps, learnt without any": lambda case: case.source == "own",
}
"""Kinds of logs that the corpus' other logs know nothing of."""
