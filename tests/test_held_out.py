"""The held-out logs are drawn by a seed and reach neither training nor the lists of cases that people look at."""

import pytest

from tools.quality.cases import CORPUS, corpus
from tools.quality.held_out import draw, held_out, is_held_out


def test_the_list_has_projects_and_cases_of_three_collections() -> None:
    kinds = [line.partition(" ")[0] for line in held_out()]
    assert (kinds.count("project"), kinds.count("case")) == (20, 28)


def test_a_row_of_a_held_out_project_is_held_out() -> None:
    project = next(line.removeprefix("project ") for line in sorted(held_out()) if line.startswith("project "))
    assert is_held_out({"id": "x/1", "project": project})
    assert not is_held_out({"id": "x/1", "project": f"{project}-other"})


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not beside the checkout")
def test_the_seed_draws_the_committed_list() -> None:
    assert frozenset(draw()) == held_out()


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not beside the checkout")
def test_no_held_out_case_is_among_the_cases_to_learn_from() -> None:
    projects = {line.removeprefix("project ") for line in held_out() if line.startswith("project ")}
    cases = list(corpus())
    assert cases
    assert not [case.id for case in cases if case.project in projects]
