"""Recall and precision of keys over pairs of failures: `python -m tools.quality.fingerprint` prints them.

Recall: of two logs of the same failure, how often the keys are equal. Precision: of two logs of one tool or project
with equal keys, how often they show the same failure. A log without a key is equal to none.

Hidden: of two failures that one step prints, how often the key is that of one of them alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import yaml

from plugin.extract.analyze import analyze
from plugin.fingerprint.fingerprint import fingerprint
from plugin.logs.readable import LazyLog
from plugin.logs.redact.redactor import Redactor
from tools.quality.cases import corpus, project_logs
from tools.quality.fingerprint.make import FOLDER, RUNS

RECALL, PRECISION = 0.90, 0.99
"""Bars for pairs of real runs."""


@dataclass(frozen=True)
class Labeled:
    """A log with its key, and which failure it shows; failures are compared within a group only."""

    name: str
    group: str
    failure: str
    key: str


@dataclass(frozen=True)
class Figures:
    """What the pairs of some logs show."""

    same: int
    joined: int
    """Pairs of the same failure with equal keys."""
    wrong: Sequence[tuple[str, str]]
    """Pairs of different failures with equal keys."""
    missed: Sequence[tuple[str, str]]
    different: int
    without_key: int
    logs: int

    @property
    def recall(self) -> float:
        """Return the part of the pairs of one failure that is joined."""
        return self.joined / max(1, self.same)

    @property
    def precision(self) -> float:
        """Return the part of the joined pairs that is of one failure."""
        return self.joined / max(1, self.joined + len(self.wrong))


def measured(logs: Iterable[Labeled]) -> Figures:
    """Return the figures over all pairs within each group."""
    logs = tuple(logs)
    pairs = [(one, other) for one, other in combinations(logs, 2) if one.group == other.group]
    same = [pair for pair in pairs if pair[0].failure == pair[1].failure]
    different = [pair for pair in pairs if pair[0].failure != pair[1].failure]
    return Figures(
        same=len(same),
        joined=sum(map(_equal, same)),
        wrong=[(one.name, other.name) for one, other in different if _equal((one, other))],
        missed=[(one.name, other.name) for one, other in same if not _equal((one, other))],
        different=len(different),
        without_key=sum(not log.key for log in logs),
        logs=len(logs),
    )


def _equal(pair: tuple[Labeled, Labeled]) -> bool:
    return bool(pair[0].key) and pair[0].key == pair[1].key


def runs() -> Iterable[Labeled]:
    """Yield the logs of the commands that were run twice."""
    for path in sorted(RUNS.glob("*/*.log")):
        tool, failure = path.parent.name, path.name.partition(".")[0]
        yield Labeled(f"{tool}/{path.name}", tool, failure, key_of(path, "build"))


def labeled_corpus() -> Iterable[Labeled]:
    """Yield the labeled logs of the corpus; nothing where the corpus is not there."""
    labels: Mapping[str, list[list[str]]] = yaml.safe_load((FOLDER / "corpus.yaml").read_text("utf-8"))
    failures = {
        (project, name): str(number)
        for project, groups in labels.items()
        for number, group in enumerate(groups)
        for name in group
    }
    for case in corpus():
        failure = failures.get((case.project, case.id.partition("/")[2]))
        if failure:
            yield Labeled(case.id, case.project, failure, key_of(case.path, "build", case.exit_code))


def key_of(path: Path, step: str, exit_code: int | None = 1) -> str:
    """Return the key of a step that printed this log."""
    return _key(path.read_bytes(), step, exit_code)


def _key(log: bytes, step: str = "build", exit_code: int | None = 1) -> str:
    return fingerprint(analyze(LazyLog(log, Redactor()), exit_code=exit_code), step)


def hidden_in_runs() -> Mapping[tuple[str, str, str], bool]:
    """Return whether the key hides a failure, for each two failures of a command that was run twice."""
    return dict(_hidden({(path.parent.name, path.name.partition(".")[0]): path for path in sorted(RUNS.glob("*/*"))}))


def hidden_in_projects() -> Mapping[tuple[str, str, str], bool]:
    """Return the same for the patterns that the authors of `tests/logs` named, by project."""
    return dict(_hidden({(case.project, case.pattern or ""): case.path for case in project_logs() if case.pattern}))


def _hidden(paths: Mapping[tuple[str, str], Path]) -> Iterator[tuple[tuple[str, str, str], bool]]:
    """Yield each two failures of a group, and whether one step with both has the key of one of them alone."""
    groups: dict[str, dict[str, bytes]] = defaultdict(dict)
    for (group, failure), path in paths.items():
        groups[group][failure] = path.read_bytes()
    for group, logs in groups.items():
        keys = {failure: _key(log) for failure, log in logs.items()}
        for one, other in combinations(logs, 2):
            yield (group, one, other), _key(_one_step(logs[one], logs[other])) in {keys[one], keys[other]} - {""}


def _one_step(first: bytes, second: bytes) -> bytes:
    """Return the log of a command that fails for both reasons, as with `make --keep-going`."""
    without_command = (line for line in second.split(b"\n") if not line.startswith(b"+ "))
    return b"\n".join((first.rstrip(b"\n"), *without_command))


def table() -> list[str]:
    """Return the figures as Markdown."""
    rows = [
        "| pairs of | logs | same failure | recall | different failures | precision | without key |",
        "|" + "---|" * 7,
    ]
    for name, figures in {"commands run twice": measured(runs()), "corpus": measured(labeled_corpus())}.items():
        if figures.logs:
            rows.append(
                f"| {name} | {figures.logs} | {figures.same} | {figures.recall:.3f} | {figures.different} | "
                f"{figures.precision:.3f} | {figures.without_key} |"
            )
    return rows


def table_of_hidden() -> Iterator[str]:
    """Yield how often a second failure of a step is hidden."""
    for name, hidden in {"commands run twice": hidden_in_runs(), "tests/logs": hidden_in_projects()}.items():
        yield f"Of two failures in one step, one is hidden ({name}): {sum(hidden.values())} of {len(hidden)}"
