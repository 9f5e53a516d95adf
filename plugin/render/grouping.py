"""Groups of equal failures in several jobs, for example in matrix jobs."""

from collections.abc import Iterable

from plugin.model.report import Failure
from plugin.render.excerpt_rows import causes


def group_failures(failures: Iterable[Failure]) -> tuple[tuple[Failure, ...], ...]:
    """Return groups in the order of their first failure, each with equal step, title, exit code and cause."""
    groups: dict[tuple[object, ...], list[Failure]] = {}
    for failure in failures:
        groups.setdefault(group_key(failure), []).append(failure)
    return tuple(map(tuple, groups.values()))


def group_key(failure: Failure) -> tuple[object, ...]:
    """Return a key that is equal for equal failures, and unique without a log or a known cause."""
    excerpt = failure.excerpt
    if not failure.step or excerpt is None or excerpt.pattern is None:
        return (id(failure),)
    return (
        failure.step,
        failure.title,
        failure.exit_code,
        failure.state,
        excerpt.command,
        frozenset(line.text for line in causes(excerpt)),
    )
