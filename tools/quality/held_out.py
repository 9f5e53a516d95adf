"""The logs that nothing may be tuned on: drawn once by a seed, listed in `held_out.txt`, never trained on or printed.

`python -m tools.quality.held_out` draws the list again and compares it with the committed one; `--write` replaces it.
"""

import json
import random
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

LIST = Path(__file__).with_name("held_out.txt")
_SHARED = Path(__file__).resolve().parents[3] / "shared"
_SEED = 20261129
_SECOND_ROUND = "second round"
"""What `given` says of the corpus' cases that version 0.1 never saw."""
_MAIN = ("human", "ai+author", "mapped-here")
_PROJECTS, _PUBLIC, _OWN_TOOLS = 20, 20, 8


@cache
def held_out() -> frozenset[str]:
    """Return the committed names: `project NAME` of the corpus, `case ID` of the other collections."""
    lines = LIST.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def is_held_out(row: Mapping[str, object]) -> bool:
    """Return whether a row of a `cases.jsonl` may only be measured."""
    return not held_out().isdisjoint((f"project {row['project']}" if "project" in row else "", f"case {row['id']}"))


def draw() -> list[str]:
    """Return the list, from the collections beside the checkout; only their indexes and one README are read."""
    chance = random.Random(_SEED)
    corpus, public, tools = (_rows(name) for name in ("corpus", "public-cases", "own-tools"))
    projects = {str(one["project"]) for one in corpus if one.get("given") == _SECOND_ROUND and one["tier"] in _MAIN}
    described = (_SHARED / "own-tools" / "README.md").read_text("utf-8")
    unnamed = [str(one["id"]) for one in tools if str(one["id"]).partition("/")[2] not in described]
    return [
        *_sample("project", projects, _PROJECTS, chance),
        *_sample("case", (str(one["id"]) for one in public), _PUBLIC, chance),
        *_sample("case", unnamed, _OWN_TOOLS, chance),
    ]


def _rows(collection: str) -> list[dict[str, object]]:
    index = _SHARED / collection / "cases.jsonl"
    return [json.loads(line) for line in index.read_text("utf-8").splitlines()]


def _sample(kind: str, names: Iterable[str], count: int, chance: random.Random) -> list[str]:
    return [f"{kind} {name}" for name in sorted(chance.sample(sorted(names), count))]


def main() -> int:
    """Return the exit code: 1 when the committed list is not the drawn one."""
    drawn = draw()
    if "--write" in sys.argv[1:]:
        LIST.write_text(
            f"# Drawn by `python -m tools.quality.held_out --write`, seed {_SEED}.\n" + "\n".join(drawn) + "\n"
        )
    return 0 if held_out() == frozenset(drawn) else 1


if __name__ == "__main__":
    sys.exit(main())
