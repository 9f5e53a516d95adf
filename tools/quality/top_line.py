"""A loss for the line that leads: the probability that the best line states the cause, whichever of several does.

The softmax of a log's scores is a probability for each line; the loss is the negative logarithm of their sum over the
lines that state the cause. LambdaMART orders all lines of a label, and so raises a frame or a number that the label
contains by mistake as much as the message. This loss needs one line of the label above all others.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

_LEAST_HESSIAN = 1e-4
_WEIGHT = 10.0
"""Factor of the derivatives: LightGBM's limits on their sums suit larger ones than a log's share."""

_Floats: TypeAlias = npt.NDArray[np.float64]


class TopLine:
    """The derivatives of the loss, as an objective of LightGBM."""

    def __init__(self, logs: Sequence[int], states_cause: npt.NDArray[np.bool_], weights: _Floats) -> None:
        """Take the number of rows of each log, whether each row states the cause, and the weight of each row."""
        self._starts = np.concatenate([[0], np.cumsum(logs)[:-1]])
        self._log: npt.NDArray[np.int64] = np.repeat(np.arange(len(logs)), logs)
        self._cause = states_cause
        self._weights = weights * _WEIGHT

    def __call__(self, scores: _Floats, _: Any) -> tuple[_Floats, _Floats]:
        """Return the first and second derivative of the loss for each row."""
        highest = np.maximum.reduceat(scores, self._starts)
        odds = np.exp(scores - highest[self._log])
        share = odds / self._sums(odds)
        of_causes = self._sums(odds * self._cause)
        wanted = odds * self._cause / np.maximum(of_causes, np.finfo(float).tiny)
        return (share - wanted) * self._weights, np.maximum(share * (1 - share), _LEAST_HESSIAN) * self._weights

    def _sums(self, values: _Floats) -> _Floats:
        """Return for each row the sum over its log."""
        sums: _Floats = np.add.reduceat(values, self._starts)[self._log]
        return sums
