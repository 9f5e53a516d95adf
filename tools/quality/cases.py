"""Takes the corpus and the project's own real logs, gives cases: a log, the lines that explain it, its project."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import yaml

from plugin.extract.candidates import MARK
from plugin.logs.readable import readable
from plugin.logs.redact.redactor import Redactor
from tools.quality.held_out import is_held_out

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"
OWN = ROOT / "tests" / "logs"
MAIN = ("human", "ai+author", "mapped-here")
"""The corpus' tiers whose truth can be relied on."""


@dataclass(frozen=True)
class Case:
    """A failing log and the truth about it. Line numbers are 1-based."""

    id: str
    source: str
    project: str
    ci: str
    path: Path
    truth: frozenset[int]
    alternatives: tuple[frozenset[int], ...] = ()
    escape_markdown: frozenset[int] = frozenset()
    green: Path | None = None
    exit_code: int | None = None
    first: int = 0
    pattern: str = ""
    text: bytes | None = None
    """The log itself where it was made from another."""

    @cached_property
    def log(self) -> bytes:
        """Clean and redacted."""
        return readable(self.path.read_bytes(), Redactor()) if self.text is None else self.text

    @property
    def right(self) -> frozenset[int]:
        return self.truth.union(*self.alternatives)


def corpus() -> Iterator[Case]:
    """Yield the corpus' MAIN cases without the held-out ones; nothing where the corpus is not there."""
    index = CORPUS / "cases.jsonl"
    for row in map(json.loads, index.read_text("utf-8").splitlines()) if index.exists() else ():
        if row["tier"] in MAIN and not is_held_out(row):
            green = row.get("baseline_log_path")
            yield Case(
                row["id"],
                row["source"],
                row["project"],
                row["ci"],
                CORPUS / row["log_path"],
                _numbers(row["truth"]),
                tuple(map(_numbers, row.get("alts", ()))),
                _numbers(row.get("neutral", ())),
                CORPUS / green if green else None,
            )


def own() -> Iterator[Case]:
    """The logs of `tests/logs`, labelled by those who made them."""
    for labels in sorted(OWN.glob("*/labels.yaml")):
        for name, label in (yaml.safe_load(labels.read_text("utf-8")) or {}).items():
            green = label.get("green")
            yield Case(
                f"own/{labels.parent.name}/{name}",
                "own",
                f"own/{labels.parent.name}",
                "drone",
                labels.parent / f"{name}.log",
                _numbers(label["cause"]),
                green=labels.parent / green if green else None,
                exit_code=label.get("exit_code"),
                first=label.get("first", 0),
                pattern=label.get("pattern") or "",
            )


def as_step(case: Case) -> Case:
    """The case cut to the shape of a Drone step's log: nothing of the CI behind the failing command's output."""
    lines = case.log.split(b"\n")
    last = max(case.truth)
    end = next((row for row in range(last, len(lines)) if re.match(MARK.encode(), lines[row])), None)
    if end is None:
        return case
    start = 0
    for row in range(min(case.truth) - 1, max(0, min(case.truth) - 4000), -1):
        if re.match(rb"^(?:\$ |##\[group\]|\[command\]|travis_time:start|\+ )", lines[row]):
            start = row
            break
    cut = [re.sub(rb"^\$ ", b"+ ", line) for line in lines[start:end]]
    keep = range(start + 1, end + 1)

    def moved(numbers: frozenset[int]) -> frozenset[int]:
        return frozenset(n - start for n in numbers if n in keep)

    return replace(
        case,
        id=f"{case.id}#step",
        truth=moved(case.truth),
        alternatives=tuple(filter(None, map(moved, case.alternatives))),
        escape_markdown=moved(case.escape_markdown),
        text=b"\n".join(cut) + b"\n",
        green=None,
    )


def _numbers(ranges: Iterable[tuple[int, int]]) -> frozenset[int]:
    return frozenset(number for first, last in ranges for number in range(first, last + 1))
