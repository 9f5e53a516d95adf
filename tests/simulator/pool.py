"""Real logs of failures, in families of one project or tool whose failures are easily confused.

They come from `tests/logs`, from the commands that `tools/quality/fingerprint` ran twice, and from the corpus where it
is present. Held-out logs are left out. Which failures of a family differ was labeled by people: by the pattern that an
author named, by the name of the run, by the groups of `corpus.yaml`. No fingerprint decides it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from plugin.extract.pattern_files import built_in
from tools.quality.cases import corpus, project_logs
from tools.quality.fingerprint.make import FOLDER, RUNS

LARGEST = 200_000
"""Bytes of a log; larger ones would make a history of hundreds of builds slow."""
FEWEST = 4
"""Failures of a family."""
OF_THE_CODE = frozenset({"code", "test", "lint"})
OF_INFRASTRUCTURE = frozenset({"infrastructure"})
_CONTAINED = frozenset(
    {
        ("own/checks", "biome-format"),  # the log of biome-finding reports the same file as not formatted
        ("own/c", "ctest-failed"),  # the log of googletest-failure is of the same run of ctest
    }
)
"""Failures that the log of another one of the family shows, too: beside that one they are not new."""


@dataclass(frozen=True)
class Failure:
    """One failure of a family, with the logs of its runs."""

    family: str
    name: str
    logs: tuple[bytes, ...]

    @property
    def id(self) -> str:
        return f"{self.family}: {self.name}"

    @property
    def of_whole_job(self) -> bool:
        """Whether its logs are those of whole CI jobs, which print more than one command."""
        return self.family.startswith("corpus/")


@cache
def families() -> Mapping[str, tuple[Failure, ...]]:
    """Return the families of failures that a change to the code can cause, by name."""
    return _grouped((*_own(OF_THE_CODE), *_runs(), *_corpus()))


@cache
def outages() -> tuple[Failure, ...]:
    """Return the failures of infrastructure."""
    return tuple(failure for family in _grouped(_own(OF_INFRASTRUCTURE)).values() for failure in family)


def files() -> Iterator[Path]:
    """Yield every file that may be drawn."""
    for _, _, path in (*_own(OF_THE_CODE), *_own(OF_INFRASTRUCTURE), *_runs(), *_corpus()):
        yield path


_Found = tuple[str, str, Path]
"""Family, failure, log."""


def _grouped(found: Iterable[_Found]) -> dict[str, tuple[Failure, ...]]:
    grouped: dict[str, dict[str, list[bytes]]] = defaultdict(lambda: defaultdict(list))
    for family, name, path in found:
        if path.stat().st_size <= LARGEST:
            grouped[family][name].append(path.read_bytes())
    return {
        family: tuple(Failure(family, name, tuple(logs)) for name, logs in sorted(names.items()))
        for family, names in sorted(grouped.items())
        if len(names) >= FEWEST
    }


def _own(categories: frozenset[str]) -> Iterator[_Found]:
    """Yield one log for each pattern that the authors named, if its category is one of these."""
    category = {pattern.id: pattern.category for pattern in built_in().patterns}
    seen: set[tuple[str, str]] = set()
    for case in project_logs():
        failure = case.project, case.pattern or ""
        if category.get(case.pattern) in categories and failure not in seen | _CONTAINED:
            seen.add(failure)
            yield case.project, case.pattern, case.path


def _runs() -> Iterator[_Found]:
    for path in sorted(RUNS.glob("*/*.log")):
        yield f"runs/{path.parent.name}", path.name.partition(".")[0], path


def _corpus() -> Iterator[_Found]:
    groups: Mapping[str, list[list[str]]] = yaml.safe_load((FOLDER / "corpus.yaml").read_text("utf-8"))
    place = {
        (project, name): str(number)
        for project, some in groups.items()
        for number, one in enumerate(some)
        for name in one
    }
    for case in corpus():
        name = place.get((case.project, case.id.partition("/")[2]))
        if name:
            yield f"corpus/{case.project}", name, case.path
