"""Figures of the collected logs: what a reader meets, and whether the title and the category are right."""

import re
from collections.abc import Callable, Iterable, Iterator
from statistics import fmean

from plugin.extract.analyze import analyze
from plugin.extract.ranker import Ranker
from plugin.model.excerpt import Excerpt
from tools.quality import reading
from tools.quality.collected import DEVELOPMENT, FRESH, CollectedCase, collected, missing

_TITLED = {
    DEVELOPMENT: "development half, which may be tuned on",
    FRESH: "fresh half: nobody looked at it after labeling",
}


def tables() -> Iterator[str]:
    """Yield the figures of both halves, or why there are none."""
    yield "\nCollected logs of public repositories:\n"
    if message := missing():
        yield f"{message}\n"
    yield f"| | {' | '.join((*reading.COLUMNS, 'title', 'category'))} |"
    yield f"|---|{'---|' * (len(reading.COLUMNS) + 2)}"
    for half, name in _TITLED.items():
        if found := figures(collected(half)):
            read, title, category = found
            yield f"{reading.row(name, read)} {title:.2f} | {category:.2f} |"


def figures(
    cases: Iterable[CollectedCase], model_of: Callable[[CollectedCase], Ranker | None] = lambda _: None
) -> tuple[tuple[float, ...], float, float] | None:
    """Return the reading figures, and the shares of right titles and categories; None without cases."""
    measures, titles, categories = [], [], []
    for case in cases:
        excerpt = analyze(case.log, max_lines=reading.MOST, exit_code=case.exit_code, model=model_of(case))
        measures.append(reading.measure_excerpt(case, excerpt.ranked, [line.number for line in excerpt.shown]))
        titles.append(title_is_right(case, excerpt))
        categories.append(excerpt.category in case.categories)
    return (reading.figures(measures), fmean(titles), fmean(categories)) if measures else None


def title_is_right(case: CollectedCase, excerpt: Excerpt) -> bool:
    """Return whether the title has one of the words that a good title has."""
    return re.search(case.title, excerpt.title, re.IGNORECASE) is not None
