"""A seeded sample of all mutations; `make fuzz` tries them all."""

import random
from functools import cache

import pytest

from tests.mutations.fields import REPLACEMENTS, replaced
from tests.mutations.tape import DEMO, RECORDED, Tape, of_all_fakes, recorded
from tests.mutations.trial import Mutation, broken_promises, mutations

PARTS = 6
EACH = 25


@cache
def all_mutations(source: str) -> list[Mutation]:
    return list(mutations({"demo": lambda: recorded(DEMO), "recorded": recorded, "fakes": of_all_fakes}[source]()))


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("source", ["demo", "recorded", "fakes"])
def test_one_changed_field_costs_no_more_than_what_it_tells(source: str, part: int) -> None:
    if source == "recorded" and not RECORDED.exists():
        pytest.skip(
            f"no recorded answers of other servers in {RECORDED.parent.name}/{RECORDED.name} beside the repository"
        )
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
def test_only_the_field_is_replaced(by: str, text: str) -> None:
    assert replaced('{"a": 7, "b": [1]}', ("a",), REPLACEMENTS[by]) == text


def test_a_tape_of_the_demo_leads_to_a_report() -> None:
    """So the sample starts from runs that read all of their answers."""
    tape: Tape = recorded(DEMO)[0]
    assert broken_promises(Mutation(tape, next(iter(tape.replies)), ("no such field",), "null")) == []
