"""Load labeled failing logs as cases: the collections beside the checkout, and the project's own logs."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import yaml

from plugin.extract.candidates import MARK
from plugin.logs.readable import readable
from plugin.logs.redact.redactor import Redactor
from tools.quality.held_out import is_held_out
from tools.quality.label_corrections import corrected, line_numbers

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
CORPUS = SHARED / "corpus"
PUBLIC = SHARED / "public-cases"
OWN_TOOLS = SHARED / "own-tools"
OWN = ROOT / "tests" / "logs"
RELIABLE = ("human", "ai+author", "mapped-here", "judged")
"""Tiers of the collections whose truth can be relied on."""


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
    unjudged: frozenset[int] = frozenset()
    core: frozenset[int] = frozenset()
    """Lines of the truth that state the cause; empty where they were not separated from wrappers and stack frames."""
    same: frozenset[int] = frozenset()
    """Lines outside the truth that say the same."""
    green: Path | None = None
    exit_code: int | None = None
    first: int = 0
    pattern: str = ""
    categories: tuple[str, ...] = ()
    """Accepted categories, the best one first; empty where nobody labeled them."""
    text: bytes | None = None
    """The log itself where it was made from another."""

    @cached_property
    def log(self) -> bytes:
        """Return the clean and redacted log."""
        return readable(self.path.read_bytes(), Redactor()) if self.text is None else self.text

    @property
    def right(self) -> frozenset[int]:
        """Return the labeled lines, those of other places that say the same included."""
        return self.truth.union(*self.alternatives)

    @property
    def cause(self) -> frozenset[int]:
        """Return the lines that state the cause, inside and outside the truth."""
        return self.core | self.same or self.truth


def corpus(*, held_out: bool = False) -> Iterator[Case]:
    """Yield the corpus' MAIN cases, or those held out; nothing where the corpus is not there."""
    return _collection(CORPUS, held_out=held_out)


def public_cases(*, held_out: bool = False) -> Iterator[Case]:
    """Yield the failing output of public threads and repositories, or what is held out of it."""
    return _collection(PUBLIC, held_out=held_out)


def own_tools(*, held_out: bool = False) -> Iterator[Case]:
    """Yield the failing runs of common tools, or those held out."""
    return _collection(OWN_TOOLS, held_out=held_out)


def _collection(folder: Path, *, held_out: bool) -> Iterator[Case]:
    index, labels = folder / "cases.jsonl", folder / "core.json"
    core = json.loads(labels.read_text("utf-8")) if labels.exists() else {}
    for row in map(json.loads, index.read_text("utf-8").splitlines()) if index.exists() else ():
        if row.get("tier", "judged") in RELIABLE and is_held_out(row) is held_out:
            green = row.get("baseline_log_path")
            label = core.get(row["id"], {})
            core_lines, same = corrected(
                row["id"], line_numbers(label.get("core", ())), line_numbers(label.get("same", ()))
            )
            yield Case(
                row["id"],
                row.get("source", folder.name),
                row.get("project", row["id"]),
                row.get("ci") or "drone",
                folder / row["log_path"],
                line_numbers(row["truth"]),
                tuple(map(_place, row.get("alts", ()))),
                line_numbers(row.get("neutral", ())),
                core_lines,
                same,
                green=folder / green if green else None,
                exit_code=row.get("exit_code"),
                categories=_texts(row.get("category")),
            )


def project_logs() -> Iterator[Case]:
    """Yield the logs of `tests/logs`, labeled by their authors."""
    for labels in sorted(OWN.glob("*/labels.yaml")):
        for name, label in (yaml.safe_load(labels.read_text("utf-8")) or {}).items():
            green = label.get("green")
            yield Case(
                f"own/{labels.parent.name}/{name}",
                "own",
                f"own/{labels.parent.name}",
                "drone",
                labels.parent / f"{name}.log",
                line_numbers(label["cause"]),
                green=labels.parent / green if green else None,
                exit_code=label.get("exit_code"),
                first=label.get("first", 0),
                pattern=label.get("pattern") or "",
            )


def training_cases() -> Iterator[Case]:
    """Yield each case that may be learned from as it is, and as the step of a Drone build."""
    for case in (*corpus(), *public_cases(), *own_tools(), *project_logs()):
        yield from {one.id: one for one in (case, as_step(case))}.values()


def as_step(case: Case) -> Case:
    """Return the case cut to the shape of a Drone step's log: it ends with the output of the failing command."""
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
        unjudged=moved(case.unjudged),
        core=moved(case.core),
        same=moved(case.same),
        text=b"\n".join(cut) + b"\n",
        green=None,
    )


def _texts(value: str | list[str] | None) -> tuple[str, ...]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def _place(place: Sequence[Sequence[int]] | Sequence[int]) -> frozenset[int]:
    """Return the numbers of one other place: a range, or several."""
    return line_numbers([place] if isinstance(place[0], int) else place)  # type: ignore[list-item, arg-type]  # JSON
