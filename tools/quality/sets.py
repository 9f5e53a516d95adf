"""Find groups of expressions that are cheap to match together: `python -m tools.quality.sets [TRIES]`.

RE2 builds the automaton of a set while it reads lines, with a state for each combination of matches. Unrelated
expressions multiply the number of states, so expressions are moved between groups as long as that saves memory, and
with it time.
"""

import ctypes
import gc
import json
import random
import sys
from collections.abc import Iterable
from functools import cache, cached_property

from plugin.extract.candidates import choose_candidates
from plugin.extract.catalogue import Catalogue
from plugin.extract.features import GROUPS_FILE, Features, expressions, quoted_source, without_reason
from plugin.extract.ranker import built_in_ranker
from plugin.extract.regex import LineSet
from tools.quality.cases import ROOT, corpus, project_logs

LINES = 2000
TRIES = 10_000
"""Two minutes; more if something was saved at the end."""
_WORTH_IT = 4000
"""Bytes; two measurements of the same set may differ by half of it."""

PLACE = ROOT / "plugin" / "extract" / GROUPS_FILE

Names = tuple[str, ...]


def main(tries: int) -> None:
    """Write the groups to feature_groups.json. With 0 tries, only separate what a new ranker does not use."""
    lines = _lines() if tries else ()
    gc.collect()
    gc.disable()  # memory that it frees between two measurements would count as saved
    chance = random.Random(1)
    sets = _now()
    before = sum(_memory(one, lines) for one in sets)
    for _ in range(tries):
        first, second = chance.sample(range(len(sets)), 2)
        pair = _moved(sets[first], sets[second], chance)
        saved = sum(_memory(sets[place], lines) for place in (first, second)) - sum(_memory(one, lines) for one in pair)
        if saved > _WORTH_IT:
            sets[first], sets[second] = pair
    after = sum(_memory(one, lines) for one in sets)
    PLACE.write_text(json.dumps(_separated(sets), indent=1) + "\n", encoding="utf-8")
    print(f"{PLACE.relative_to(ROOT)}: {before / 1e6:.1f} MB before, {after / 1e6:.1f} MB after")


def _now() -> list[Names]:
    """Return the current groups without removed expressions; new ones are added to the smallest group."""
    known = [[name for name in names if name in expressions()] for names in json.loads(PLACE.read_bytes())]
    min(known, key=len).extend(expressions().keys() - {name for names in known for name in names})
    return [tuple(sorted(names)) for names in known]


def _separated(sets: Iterable[Names]) -> list[list[str]]:
    """Return the groups with the expressions that the ranker does not use in groups of their own."""
    used = _used()
    parts = [[name for name in names if (name in used) is wanted] for wanted in (True, False) for names in sets]
    return [names for names in parts if names]


def _used() -> frozenset[str]:
    """Return the expressions that the ranker uses, or the code."""
    features = _Recorded(choose_candidates(b"+ make\nerror\n"), Catalogue(()))
    built_in_ranker().scores(features)
    without_reason(features)
    quoted_source(features)
    return frozenset(features.asked)


class _Recorded(Features):
    """Features of which it is recorded which ones are asked for."""

    def __getitem__(self, feature: str) -> int:
        self.asked.add(feature)
        return super().__getitem__(feature)

    @cached_property
    def asked(self) -> set[str]:
        return set()


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
    main(int(sys.argv[1]) if sys.argv[1:] else TRIES)
