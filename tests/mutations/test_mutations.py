"""Run a seeded sample of all mutations; `make fuzz` runs all of them."""

import random
from collections.abc import Callable, Mapping
from functools import cache, partial

import pytest

from tests.mutations.fields import REPLACEMENTS, replaced
from tests.mutations.tape import DEMO, RECORDED, Player, Tape, of_all_fakes, recorded
from tests.mutations.trial import Mutation, broken_by, broken_promises, mutations

PARTS = 6
EACH = 5
SOURCES: Mapping[str, Callable[[], list[Tape]]] = {
    "demo": partial(recorded, DEMO),
    "recorded": recorded,
    "fakes": of_all_fakes,
}


def tapes(source: str) -> list[Tape]:
    if source == "recorded" and not RECORDED.exists():
        pytest.skip("no recorded answers of other servers in shared/recorded beside the repository")
    return SOURCES[source]()


@cache
def all_mutations(source: str) -> list[Mutation]:
    return list(mutations(tapes(source)))


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("source", SOURCES)
def test_changed_field_breaks_no_promise_of_the_run(source: str, part: int) -> None:
    chosen = random.Random(part).sample(all_mutations(source), EACH)  # noqa: S311 — it chooses samples
    broken = {str(mutation): broken_promises(mutation) for mutation in chosen}
    assert {mutation: promises for mutation, promises in broken.items() if promises} == {}


def test_every_field_and_every_replacement_is_tried() -> None:
    fields = {(one.tape.name, one.key, one.path) for one in all_mutations("fakes")}
    assert len(all_mutations("fakes")) == len(fields) * len(REPLACEMENTS)
    assert any("procs" in path for _, _, path in fields)
    assert any("user" in path for _, _, path in fields)


@pytest.mark.parametrize(
    ("by", "text"),
    [("missing", '{"b": [1]}'), ("1e400", '{"a": 1e400, "b": [1]}'), ("list", '{"a": [], "b": [1]}')],
)
def test_replacement_changes_only_the_field(by: str, text: str) -> None:
    assert replaced('{"a": 7, "b": [1]}', ("a",), REPLACEMENTS[by]) == text


@pytest.mark.parametrize("source", SOURCES)
def test_unchanged_tape_leads_to_a_complete_run(source: str) -> None:
    """Else a changed field may be one that the program never reads."""
    for tape in tapes(source):
        player = Player(tape.replies)
        assert broken_by(player, tape) == [], tape.name
        assert player.asked.keys() & tape.replies.keys(), tape.name
