"""Find groups of expressions that are cheap to match together: `python -m tools.quality.sets`.

RE2 builds the automaton of a set while it reads lines, with a state for each combination of matches. Unrelated
expressions multiply the number of states, so expressions are moved between groups as long as that saves memory, and
with it time.
"""

import ctypes
import gc
import json
import random
from functools import cache

from plugin.extract.candidates import choose_candidates
from plugin.extract.features import GROUPS_FILE, expressions
from plugin.extract.regex import LineSet
from tools.quality.cases import ROOT, corpus, project_logs

LINES = 2000
TRIES = 10_000
"""Two minutes; more if something was saved at the end."""
_WORTH_IT = 4000
"""Bytes; two measurements of the same set may differ by half of it."""

PLACE = ROOT / "plugin" / "extract" / GROUPS_FILE

Names = tuple[str, ...]


def main() -> None:
    """Write the groups to feature_groups.json."""
    lines = _lines()
    gc.collect()
    gc.disable()  # memory that it frees between two measurements would count as saved
    chance = random.Random(1)
    sets = _now()
    before = sum(_memory(one, lines) for one in sets)
    for _ in range(TRIES):
        first, second = chance.sample(range(len(sets)), 2)
        pair = _moved(sets[first], sets[second], chance)
        saved = sum(_memory(sets[place], lines) for place in (first, second)) - sum(_memory(one, lines) for one in pair)
        if saved > _WORTH_IT:
            sets[first], sets[second] = pair
    after = sum(_memory(one, lines) for one in sets)
    PLACE.write_text(json.dumps(sorted(sets), indent=1) + "\n", encoding="utf-8")
    print(f"{PLACE.relative_to(ROOT)}: {before / 1e6:.1f} MB before, {after / 1e6:.1f} MB after")


def _now() -> list[Names]:
    """Return the current groups without removed expressions; new ones are added to the smallest group."""
    known = [[name for name in names if name in expressions()] for names in json.loads(PLACE.read_bytes())]
    min(known, key=len).extend(expressions().keys() - {name for names in known for name in names})
    return [tuple(sorted(names)) for names in known]


def _lines() -> tuple[bytes, ...]:
    """Return a sample of lines of all available logs."""
    found = [line for case in (*corpus(), *project_logs()) for line in choose_candidates(case.log).lines]
    return tuple(random.Random(1).sample(found, min(LINES, len(found))))


def _moved(source: Names, target: Names, chance: random.Random) -> tuple[Names, Names]:
    """Return both groups after moving one expression, or exchanging two."""
    moved = set(chance.sample(source, min(1, len(source))))
    back = set(chance.sample(target, min(chance.randrange(2), len(target))))
    return tuple(sorted({*source, *back} - moved)), tuple(sorted({*target, *moved} - back))


@cache
def _memory(names: Names, lines: tuple[bytes, ...]) -> int:
    """Return the bytes that RE2 uses for a group after reading the lines."""
    before = _allocated()
    together = LineSet(expressions()[name] for name in names)
    for line in lines:
        together.matching(line)
    return _allocated() - before


class _Mallinfo(ctypes.Structure):
    _names = ("arena", "ordblks", "smblks", "hblks", "mapped", "usmblks", "fsmblks", "used", "fordblks", "keepcost")
    _fields_ = [(name, ctypes.c_size_t) for name in _names]


def _allocated() -> int:
    """Return the bytes in use according to glibc (mallinfo(3))."""
    mallinfo = ctypes.CDLL(None).mallinfo2
    mallinfo.restype = _Mallinfo
    info = mallinfo()
    return int(info.used + info.mapped)


if __name__ == "__main__":
    main()
