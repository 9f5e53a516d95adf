"""Find which features are best asked together: `python -m tools.quality.sets`.

RE2 makes the automaton of a set while it reads lines: a state for each combination of what a line has matched so far
and still may. Expressions that have nothing to do with each other make products of states, so signs are moved from set
to set, or exchanged, as long as that saves memory. Time goes with it.
"""

import ctypes
import gc
import json
import random
from functools import cache

from plugin.extract.candidates import choose_candidates
from plugin.extract.features import GROUPS_FILE, expressions
from plugin.extract.regex import LineSet
from tools.quality.cases import ROOT, corpus, own

LINES = 2000
TRIES = 10_000
"""Two minutes; more if something was saved at the end."""
_WORTH_IT = 4000
"""Bytes; the same set may be measured twice and differ by half of it."""

PLACE = ROOT / "plugin" / "extract" / GROUPS_FILE

Names = tuple[str, ...]


def main() -> None:
    lines = _lines()
    gc.collect()
    gc.disable()  # what it frees between two looks at the books would count as saved
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
    """The sets without signs that are gone, and new signs in the smallest."""
    known = [[name for name in names if name in expressions()] for names in json.loads(PLACE.read_bytes())]
    min(known, key=len).extend(expressions().keys() - {name for names in known for name in names})
    return [tuple(sorted(names)) for names in known]


def _lines() -> tuple[bytes, ...]:
    """Of all real logs that are at hand."""
    found = [line for case in (*corpus(), *own()) for line in choose_candidates(case.log).lines]
    return tuple(random.Random(1).sample(found, min(LINES, len(found))))


def _moved(giver: Names, taker: Names, chance: random.Random) -> tuple[Names, Names]:
    """One sign of the giver's goes over; now and then one comes back for it."""
    given = set(chance.sample(giver, min(1, len(giver))))
    back = set(chance.sample(taker, min(chance.randrange(2), len(taker))))
    return tuple(sorted({*giver, *back} - given)), tuple(sorted({*taker, *given} - back))


@cache
def _memory(names: Names, lines: tuple[bytes, ...]) -> int:
    """Bytes that RE2 takes for a set of signs, once it has read the lines."""
    before = _allocated()
    together = LineSet(expressions()[name] for name in names)
    for line in lines:
        together.matching(line)
    return _allocated() - before


class _Mallinfo(ctypes.Structure):
    _names = ("arena", "ordblks", "smblks", "hblks", "mapped", "usmblks", "fsmblks", "used", "fordblks", "keepcost")
    _fields_ = [(name, ctypes.c_size_t) for name in _names]


def _allocated() -> int:
    """Bytes that are in use, by glibc's books (mallinfo(3))."""
    asked = ctypes.CDLL(None).mallinfo2
    asked.restype = _Mallinfo
    told = asked()
    return int(told.used + told.mapped)


if __name__ == "__main__":
    main()
