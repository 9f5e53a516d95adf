"""Count the secrets that leak and the lines that are changed by mistake."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from plugin.logs.clean import clean
from plugin.logs.decode import decode
from plugin.logs.prefixes import without_prefix
from plugin.logs.readable import readable
from plugin.logs.redact.redactor import Redactor
from tools.quality.cases import CORPUS, OWN
from tools.quality.secret_samples import Sample, near_misses, secrets

COUNT = 5_000
SEED = 20_261_129
"""Seed of the published figures; the rules were written with other seeds."""
MOST_LEAKS, MOST_MISTAKES = 0.03, 0.001
_LEAKED = 10
"""Number of adjacent characters of a secret that count as a leak."""

Change = tuple[str, str]
"""A text before and after."""


@dataclass(frozen=True)
class Figures:
    """What leaked and what was changed by mistake, of how many texts or lines."""

    name: str
    wrong: Sequence[Change]
    total: int
    most: float

    @property
    def share(self) -> float:
        """Return the share of wrong texts or lines."""
        return len(self.wrong) / self.total

    @property
    def holds(self) -> bool:
        """Return whether the share is within the bar."""
        return self.share <= self.most

    def __str__(self) -> str:
        verdict = "" if self.holds else ", too many"
        return (
            f"{self.name}: {len(self.wrong):,} of {self.total:,} ({self.share:.3%}; at most {self.most:.1%}{verdict})"
        )


def measured(seed: int = SEED, count: int = COUNT) -> list[Figures]:
    """Return the figures of generated secrets and near misses, and of the logs of successful steps and jobs."""
    made = list(secrets(seed, count))
    leaked = [(sample.text, _shown(sample.text)) for sample in made if leaks(sample)]
    pairs = ((text, _shown(text)) for text in near_misses(seed, count))
    changed = [(text, shown) for text, shown in pairs if shown != text]
    found = [
        Figures(f"generated secrets that leak (seed {seed})", leaked, count, MOST_LEAKS),
        Figures(f"generated near misses that are changed (seed {seed})", changed, count, MOST_MISTAKES),
    ]
    for name, paths in (("the corpus", corpus_green()), ("tests/logs", own_green())):
        lines = [pair for path in paths for pair in _lines(path)]
        if lines:
            wrong = [(before, after) for before, after in lines if before != after]
            found.append(
                Figures(f"lines of successful logs of {name} that are changed", wrong, len(lines), MOST_MISTAKES)
            )
        else:
            print(f"Successful logs of {name}: not here, not measured.")
    return found


def leaks(sample: Sample) -> bool:
    """Return whether a text still has enough of a secret to identify it."""
    shown = _shown(sample.text)
    pieces = (secret[at : at + _LEAKED] for secret in sample.secrets for at in range(max(1, len(secret) - _LEAKED + 1)))
    return any(piece in shown for piece in pieces)


def corpus_green() -> list[Path]:
    """Return the successful logs of the corpus; none where it is absent."""
    index = CORPUS / "cases.jsonl"
    rows = map(json.loads, index.read_text("utf-8").splitlines()) if index.exists() else ()
    return sorted({CORPUS / row["baseline_log_path"] for row in rows if row.get("baseline_log_path")})


def own_green() -> list[Path]:
    """Return the successful logs of tests/logs."""
    return sorted(OWN.rglob("*.green.log"))


def report(figures: Iterable[Figures], worst: int) -> Iterator[str]:
    """Yield the lines of the report, with so many examples of each kind of mistake."""
    for one in figures:
        yield str(one)
        yield from (f"    {before[:160]!r} -> {after[:160]!r}" for before, after in one.wrong[:worst])


def _shown(text: str) -> str:
    return readable(text, Redactor()).decode()


def _lines(path: Path) -> Iterator[Change]:
    text = clean(without_prefix(decode(path.read_bytes())))
    after = Redactor()(text)
    return zip(*(side.decode().split("\n") for side in (text, after)), strict=True)
