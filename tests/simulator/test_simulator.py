"""A reduced run of the simulator, and what makes its histories worth believing. `make quality` plays whole ones."""

import random

import pytest

from plugin.fingerprint.mask import SOURCES
from tests.simulator.mutator import vary
from tests.simulator.play import HISTORY_REQUESTS
from tests.simulator.pool import FEWEST, families, files, outages
from tests.simulator.score import Score, score, table
from tests.simulator.world import STEPS, Origin, World
from tools.quality.cases import CORPUS, OWN, corpus
from tools.quality.fingerprint.make import RUNS
from tools.quality.held_out import held_out
from tools.quality.simulator import SEEDS, histories

BUILDS = 60
LOG = b"""+ pytest
2026-11-29T10:00:00.123Z start of worker 0xdeadbeef12
cache /tmp/pytest-of-ci/x restored
tests/a.py ... ok
tests/b.py ... ok
tests/c.py ... ok
connected to 127.0.0.1:43121 in 12.5s as /home/ci/app
FAILED tests/test_cart.py::test_total - assert 9 == 12
commit 0a1b2c3d4e5f
"""


@pytest.fixture(scope="module")
def found() -> Score:
    return score(histories(BUILDS, SEEDS))


def test_no_failure_of_a_change_is_called_known_flaky_or_not_mine(found: Score) -> None:
    assert found.own > 5
    assert found.wrong == [], "\n".join(table(found))


def test_no_run_makes_more_requests_than_allowed(found: Score) -> None:
    assert 0 < found.most_requests <= HISTORY_REQUESTS


@pytest.mark.parametrize("merges", [True, False])
def test_the_same_seed_plays_the_same_history_and_another_one_does_not(*, merges: bool) -> None:
    one, same, other = (list(World(families(), outages(), seed, merges=merges).builds(40)) for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_a_history_has_every_kind_of_failure() -> None:
    builds = list(World(families(), outages(), 1, merges=True).builds(500))
    failed = [step for played in builds for step in played.failed.values()]
    origins = {fault.origin for step in failed for fault in step.faults}
    assert origins == set(Origin)
    assert any(len(step.faults) > 1 for step in failed), "two failures in one step"
    assert any(len(played.failed) > 1 for played in builds), "two failed steps"
    assert {step.step for step in failed} == set(STEPS)
    commits = [(played.build.pull, played.build.commit) for played in builds]
    assert len(set(commits)) < len(commits), "a commit is built again"
    own = [step for step in failed if step.own]
    assert {step.first for step in own} == {True, False}


def test_failures_of_a_family_are_different() -> None:
    assert len(families()) >= 2 * len(STEPS)
    for family in families().values():
        assert len(family) >= FEWEST
        logs = [log for failure in family for log in set(failure.logs)]
        assert len(set(logs)) == len(logs)


def test_no_held_out_log_is_drawn() -> None:
    assert not held_out() & {f"project {family.removeprefix('corpus/')}" for family in families()}
    drawn = set(files())
    assert drawn <= {path for folder in (OWN, RUNS, CORPUS) for path in folder.rglob("*.log*")}
    allowed = {case.path for case in corpus()}
    assert {path for path in drawn if path.is_relative_to(CORPUS)} <= allowed


def test_a_varied_log_keeps_its_cause_and_changes_the_rest() -> None:
    varied = {vary(LOG, random.Random(seed)) for seed in range(20)}  # noqa: S311
    assert len(varied) == 20
    for log in varied:
        lines = log.splitlines()
        assert lines[0] == b"+ pytest"
        assert b"FAILED tests/test_cart.py::test_total - assert 9 == 12" in lines
        for changed in (b"10:00:00.123", b"0xdeadbeef12", b"/tmp/pytest-of-ci", b":43121", b"/home/ci/", b"0a1b2c3d"):
            assert changed not in log
    assert len({tuple(line for line in log.splitlines() if line.endswith(b"ok")) for log in varied}) > 1


def test_the_variation_shares_no_expression_with_the_masks() -> None:
    masks = "\n".join(path.read_text("utf-8") for path in SOURCES)
    from tests.simulator import mutator

    own = [value.pattern.decode() for value in vars(mutator).values() if hasattr(value, "pattern")]
    assert len(own) >= 9
    assert [expression for expression in own if expression in masks] == []
