"""Takes failures, gives groups of those that tell the same story in several units, as the legs of a matrix do."""

from collections.abc import Iterable

from plugin.model.report import Failure
from plugin.render.excerpt_rows import causes


def group_failures(failures: Iterable[Failure]) -> tuple[tuple[Failure, ...], ...]:
    """Groups in the order of their first failure; all of a group have the same step, title, exit code and cause."""
    groups: dict[tuple[object, ...], list[Failure]] = {}
    for failure in failures:
        groups.setdefault(group_key(failure), []).append(failure)
    return tuple(map(tuple, groups.values()))


def group_key(failure: Failure) -> tuple[object, ...]:
    """Equal for failures that tell the same story; one without a log or without a known cause is only like itself."""
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
