"""What is shown of a log: which rows, in which blocks, under which title."""

from collections.abc import Collection, Mapping, Sequence
from math import inf

from plugin.extract.candidates import Candidates
from plugin.extract.evidence import Evidence, Title
from plugin.extract.excerpt_blocks import grow_blocks
from plugin.extract.features import Features, quoted_source
from plugin.extract.knowledge import SAYS_NO_REASON
from plugin.extract.select import SelectionPolicy, demote_repeats, ranked, with_rows, without_small_gaps
from plugin.extract.title import make_title
from plugin.frozen import frozen, replace


@frozen
class Arrangement:
    """The rows that are shown, and the title."""

    blocks: list[range]
    """The blocks that are shown first."""
    shown: list[int]
    """All rows that are shown, best first."""
    showable: dict[int, int]
    """The rows that may be shown, by line number."""
    title: Title


@frozen
class Arranger:
    """Arranges one log by the scores of its rows."""

    features: Features
    evidence: Evidence
    blank: set[int]
    """The rows without text."""
    doubted: Collection[int]
    """Rows that name the failure only if no other row is shown."""
    max_lines: int

    def __call__(self, scores: Sequence[float]) -> Arrangement:
        """Return what is shown if the rows have these scores in log-odds."""
        candidates, blank = self.features.candidates, self.blank
        demoted = without_repeats(scores, self.features)
        blocks = grow_blocks(demoted, candidates.numbers, blank, self.max_lines, attached=quoted_source(self.features))
        showable = {number: row for row, number in enumerate(candidates.numbers) if demoted[row] > -inf or row in blank}
        shown = _selected(demoted, [row for one in blocks for row in one], blank, candidates, showable, self.max_lines)
        title = make_title(
            [row for row in shown if row not in self.doubted] or shown,
            replace(self.evidence, scores=_naming_scores(scores, self.evidence.wrappers)),
        )
        return Arrangement(blocks, shown, showable, title)


def _selected(
    scores: Sequence[float],
    first: Sequence[int],
    blank: set[int],
    candidates: Candidates,
    showable: Mapping[int, int],
    most: int,
) -> list[int]:
    """Return at most `most` rows to show, best first, `first` among them; no single line between them is left out."""
    ranking = with_rows(ranked(scores, most, SelectionPolicy(), blank), first, most)
    numbers = without_small_gaps(
        [candidates.numbers[row] for row in ranking],
        {candidates.numbers[row] for row in first},
        most,
        showable,
        candidates.total,
    )
    return [showable[number] for number in numbers]


def without_repeats(scores: Sequence[float], features: Features) -> list[float]:
    """Return the scores, lower for rows that repeat what better ones say."""
    ids = {row: pattern.id for row, pattern in features.patterns.items()}
    return demote_repeats(scores, features.forms, ids, SelectionPolicy())


def _naming_scores(scores: Sequence[float], wrappers: Collection[int]) -> list[float]:
    """Return the scores for choosing a title: where nothing better is near, a wrapper names the failure."""
    return [score - SAYS_NO_REASON if row in wrappers else score for row, score in enumerate(scores)]
