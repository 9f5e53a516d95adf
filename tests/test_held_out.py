"""The held-out logs are drawn by a seed and reach neither training nor the lists of cases that people look at."""

import pytest

from tools.quality.cases import SHARED, corpus, own_tools, public_cases, training_cases
from tools.quality.held_out import draw, held_out, is_held_out


def test_the_list_has_projects_and_cases_of_three_collections() -> None:
    kinds = [line.partition(" ")[0] for line in held_out()]
    assert (kinds.count("project"), kinds.count("case")) == (20, 28)


def test_a_row_of_a_held_out_project_is_held_out() -> None:
    project = next(line.removeprefix("project ") for line in sorted(held_out()) if line.startswith("project "))
    assert is_held_out({"id": "x/1", "project": project})
    assert not is_held_out({"id": "x/1", "project": f"{project}-other"})


_with_collections = pytest.mark.skipif(not SHARED.exists(), reason="the collections are not beside the checkout")


@_with_collections
def test_the_seed_draws_the_committed_list() -> None:
    assert frozenset(draw()) == held_out()


@_with_collections
def test_no_held_out_case_is_among_the_cases_to_learn_from() -> None:
    cases = [case.id.partition("#")[0] for case in training_cases()]
    every = [case.id for load in (corpus, public_cases, own_tools) for case in load(held_out=True)]
    assert len(every) > 100
    assert set(cases).isdisjoint(every)


@_with_collections
def test_what_is_held_out_is_the_rest() -> None:
    for load in (corpus, public_cases, own_tools):
        known, held = {case.id for case in load()}, {case.id for case in load(held_out=True)}
        assert known
        assert held
        assert known.isdisjoint(held)
