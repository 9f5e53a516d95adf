"""Woodpecker 0.15: Drone 0.8 in other clothes."""

import pytest

from plugin.errors import ServerError
from plugin.model.build import State, culprits
from tests.ci.conftest import Start
from tests.ci.reach import reach, step
from tests.fakes.servers.truth import Fate, TrueBuild, TrueStep, build, job

TEST = TrueStep("test", code=2)


def test_is_not_taken_for_drone_by_the_variables_it_copies(start: Start) -> None:
    fake = start("woodpecker-0.15", build(TEST))
    environ = fake.environ()

    found = reach(fake).build()

    assert {"DRONE_BUILD_STATUS", "DRONE_JOB_NUMBER", "DRONE_SYSTEM_NAME"} <= environ.keys()
    assert [one.name for _, one in culprits(found)] == ["test"]
    assert found.url == f"{fake.url}/octo/demo/build/42"


def test_is_distinguished_from_later_versions_without_a_version(start: Start) -> None:
    """As a build of the developers: no version in the environment."""
    fake = start("woodpecker-0.15", build(TEST))
    environ = {name: value for name, value in fake.environ().items() if "VERSION" not in name}

    assert [one.name for _, one in culprits(reach(fake, environ=environ).build())] == ["test"]
    assert fake.asked("version") == []


def test_first_entry_of_a_log_has_no_place(start: Start) -> None:
    fake = start("woodpecker-0.15", build(TEST))

    assert b'"pos":0' not in fake.answer_to("/api/repos/octo/demo/logs/42/3").body
    assert reach(fake).log("test").data == TEST.text


def test_jobs_have_names(start: Start) -> None:
    jobs = job(TEST, name="lint"), job(TEST, name="test", current=False)

    assert [one.name for one in reach(start("woodpecker-0.15", TrueBuild(jobs=jobs))).build().jobs] == [
        "lint",
        "test",
    ]


def test_missing_build_reads_500(start: Start) -> None:
    fake = start("woodpecker-0.15", build(TEST))
    client = reach(fake, build=9)

    with pytest.raises(ServerError, match="a build that does not exist"):
        client.build()


def test_what_will_be_skipped_is_pending(start: Start) -> None:
    found = reach(start("woodpecker-0.15", build(TEST, TrueStep("deploy", fate=Fate.PASSED)))).build()

    assert step(found, "deploy")[1].state is State.PENDING
