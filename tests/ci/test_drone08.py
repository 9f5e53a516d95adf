"""Drone 0.8: what was recorded from a real server, and the traps that the recordings do not hold."""

import json

import pytest

from plugin.errors import ServerError
from plugin.model.build import State, culprits, unfinished_jobs
from tests.ci.conftest import Start
from tests.ci.reach import reach, step
from tests.fakes.servers import RecordedFake, Reply
from tests.fakes.servers.drone08 import Drone08Fake
from tests.fakes.servers.recorded import recorded, replayed
from tests.fakes.servers.truth import Fate, TrueBuild, TrueStep, TrueUnit, build, green, job

TEST = TrueStep("test", code=2)


class TestRecorded:
    def test_second_matrix_job_sees_both(self) -> None:
        with RecordedFake("during-build-3-job-2") as fake:
            client = reach(fake, job=2)
            found = client.build()
            logs = [client.server.log(*one).data.decode() for one in culprits(found)]

        assert [(job.axes["PYTHON"], one.name, one.state, one.exit_code) for job, one in culprits(found)] == [
            ("3.8", "lint", State.FAILURE, 1),
            ("3.8", "oom", State.KILLED, 137),
            ("3.11", "lint", State.FAILURE, 1),
            ("3.11", "oom", State.KILLED, 137),
        ]
        assert [(job.number, one.name) for job in found.jobs for one in job.steps if one.current] == [(2, "nested")]
        assert [one.state for one in found.jobs] == [State.FAILURE, State.RUNNING]
        assert "src/app.py:10:1: F401 os imported but unused\n" in logs[0]
        assert logs[1].endswith("about to die\nKilled\n")
        assert logs[3].startswith("Killed\n+ sh -c")
        assert step(found, "lint")[1].url == f"{fake.url}/octo/demo/3/4"

    def test_first_matrix_job_sees_the_second_pending(self) -> None:
        with RecordedFake("during-build-3-job-1") as fake:
            found = reach(fake).build()

        assert [(job.number, one.name) for job, one in culprits(found)] == [(1, "lint"), (1, "oom")]
        assert [(one.number, one.state) for one in unfinished_jobs(found)] == [(2, State.PENDING)]

    def test_step_to_be_skipped_is_pending(self) -> None:
        with RecordedFake("during-build-1") as fake:
            job = {"CI": "drone", "DRONE_REPO": "octo/demo", "DRONE_BUILD_NUMBER": "1", "DRONE_JOB_NUMBER": "1"}
            client = reach(fake, environ={**job, "CI_SYSTEM_LINK": fake.url})
            found = client.build()
            log = client.log("test", found)

        assert [one.name for _, one in culprits(found)] == ["test"]
        assert step(found, "never")[1].state is State.PENDING
        assert step(found, "summary")[1].current
        assert log.data.endswith(b"ValueError: boom in test\n")

    def test_kind_follows_from_the_version(self) -> None:
        with RecordedFake("finished") as fake:
            found = reach(fake, environ={}, server=fake.url, repo="octo/demo", build=3).build()

        assert (found.state, len(culprits(found))) == (State.FAILURE, 4)

    def test_build_that_could_not_start(self) -> None:
        with RecordedFake("finished") as fake:
            found = reach(fake, environ={}, server=fake.url, server_kind="drone08", repo="octo/demo", build=2).build()

        assert (found.state, found.jobs) == (State.ERROR, ())
        assert found.errors[0].startswith("Cannot unmarshal 'map[sh -c")

    def test_missing_build(self) -> None:
        with RecordedFake("during-build-3-job-2") as fake:
            fake.fault("/builds/9", replayed(recorded("errors")["missing build"]), times=99)
            client = reach(fake, build=9)
            with pytest.raises(ServerError, match="this is its answer for a build that does not exist, check `build`"):
                client.build()

    def test_fake_shows_the_fields_of_the_real_one(self) -> None:
        """Field by field, in order; what is left out when it is zero, too."""
        real = json.loads(recorded("during-build-3-job-2")["GET /api/repos/octo/demo/builds/3"]["body"])
        ended, running = (
            job(
                TrueStep("lint", code=1),
                TrueStep("unit", together=True),
                TrueStep("oom", code=137),
                *((TrueStep("nested"),) if fate is Fate.ENDED else ()),
                current=fate is Fate.RUNNING,
                fate=fate,
                axes={"PYTHON": "3"},
            )
            for fate in (Fate.ENDED, Fate.RUNNING)
        )
        shown = Drone08Fake().shown(
            TrueBuild(number=3, jobs=(ended, running), event="pull_request", pull=42, source="f")
        )

        assert _shape(shown) == _shape(real)

    def test_fake_writes_logs_as_the_real_one(self) -> None:
        real = recorded("during-build-3-job-2")["GET /api/repos/octo/demo/logs/3/7"]
        truth = build(TrueStep("nested", log="recorded\n"))

        body = Drone08Fake(truth).answer_to("/api/repos/octo/demo/logs/42/3")

        assert (body.body.decode(), body.kind) == (real["body"], real["headers"]["Content-Type"])


def _shape(value: object) -> object:
    """Return the keys of all objects, and only those values that follow from the state."""
    if isinstance(value, dict):
        return [
            (key, item if key in ("state", "status", "pid", "ppid", "pgid") else _shape(item))
            for key, item in value.items()
        ]
    return [_shape(item) for item in value] if isinstance(value, list) else type(value)


class TestLateLogs:
    def test_come_seconds_after_the_state(self, start: Start) -> None:
        fake = start("drone-0.8", build(TrueStep("test", code=2, late=5)))
        client = reach(fake)

        log = client.log("test")

        assert (log.data, log.reason) == (TEST.text, "")
        assert client.clock.naps == [0.5, 1, 2, 4, 8]

    def test_are_not_waited_for_without_end(self, start: Start) -> None:
        fake = start("drone-0.8", build(TrueStep("test", code=2, late=99)))
        fake.fault("/stream/", Reply(404), times=1)
        client = reach(fake)

        log = client.log("test")

        assert log.data == b""
        assert sum(client.clock.naps) == 30

    def test_of_a_job_that_ended_are_not_late(self, start: Start) -> None:
        jobs = job(TrueStep("test", code=2, late=9), current=False, fate=Fate.ENDED), job(name="notify")
        client = reach(start("drone-0.8", TrueBuild(jobs=jobs)), job=2)

        assert client.log("test").reason == "the server has no log of it"
        assert client.clock.naps == []

    def test_are_read_from_the_stream_of_the_job_at_last(self, start: Start) -> None:
        """A child's own stream ends at once, and the unit's mixes the lines of all its steps."""
        other = TrueStep("compile", log="+ compile\nfine\n")
        fake = start("drone-0.8", build(other, TrueStep("test", code=2, late=99)))

        log = reach(fake).log("test")

        assert log.data == TEST.text
        assert log.reason.startswith("read from the live stream")
        assert fake.asked("/stream/") == ["/stream/logs/octo/demo/42/1"]


class TestCutLogs:
    def test_head_is_kept(self, start: Start) -> None:
        text = b"a line of forty bytes, that is how long\n" * 60_000 + b"the error\n"
        log = reach(start("drone-0.8", build(TrueStep("test", code=2, log=text)))).log("test")

        assert text.startswith(log.data)
        assert (log.complete, log.reason) == (
            False,
            "the end is lost: the agent keeps the first 2 MB of a log",
        )

    def test_just_below_is_whole(self, start: Start) -> None:
        text = b"a line of forty bytes, that is how long\n" * 49_000
        log = reach(start("drone-0.8", build(TrueStep("test", code=2, log=text)))).log("test")

        assert (len(log.data), log.complete) == (len(text), True)


class TestContainerThatCannotStart:
    BROKEN = TrueStep("compile", fate=Fate.NO_START, why="no such image")

    def test_is_the_suspect_when_the_environment_says_failure(self, start: Start) -> None:
        client = reach(start("drone-0.8", build(self.BROKEN, TrueStep("test", fate=Fate.PASSED))))
        found = client.build()

        assert [one.name for _, one in culprits(found)] == ["compile"]
        assert client.log("compile", found).reason == "its container did not start, so it has no log"

    def test_a_service_is_none(self, start: Start) -> None:
        """It runs before the steps and as long as they do."""
        database = TrueStep("database", fate=Fate.RUNNING, kind="service")

        assert culprits(reach(start("drone-0.8", build(database, TrueStep("test")))).build()) == ()
        assert [one.name for _, one in culprits(reach(start("drone-0.8", build(database, TEST))).build())] == ["test"]

    def test_nor_is_one_that_runs_beside_this_program(self, start: Start) -> None:
        beside = TrueStep("slow", fate=Fate.RUNNING, together=False)
        current = TrueStep("summary", fate=Fate.RUNNING, together=True)
        jobs = TrueUnit(steps=(TrueStep("clone"), TrueStep("test", code=1), beside, current))

        assert [one.name for _, one in culprits(reach(start("drone-0.8", TrueBuild(jobs=(jobs,)))).build())] == ["test"]

    def test_reads_success_once_the_job_ended_and_the_job_has_the_error(self, start: Start) -> None:
        jobs = job(self.BROKEN, current=False, fate=Fate.ENDED), job(name="notify")
        found = reach(start("drone-0.8", TrueBuild(jobs=jobs)), job=2).build()

        assert step(found, "compile")[1].state is State.SUCCESS
        assert (found.jobs[0].state, found.jobs[0].error) == (State.FAILURE, "no such image")


def test_out_of_memory_is_an_error_of_the_job_once_it_ended(start: Start) -> None:
    steps = TrueStep("lint", code=1), TrueStep("test", fate=Fate.OOM)
    jobs = job(*steps, current=False, fate=Fate.ENDED), job(name="notify")
    found = reach(start("drone-0.8", TrueBuild(jobs=jobs)), job=2).build()

    assert [one.error for one in found.jobs[0].steps] == ["", "", "test : received oom kill"]


def test_own_step_is_the_last_that_runs(start: Start) -> None:
    database = TrueStep("database", fate=Fate.RUNNING, kind="service")
    found = reach(start("drone-0.8", build(database, TEST))).build()

    assert [one.name for one in found.jobs[0].steps if one.current] == ["summary"]


def test_own_step_is_the_one_that_the_setting_names(start: Start) -> None:
    beside = TrueStep("slow", fate=Fate.RUNNING, together=True)
    jobs = TrueUnit(steps=(TEST, TrueStep("summary", fate=Fate.RUNNING), beside))
    found = reach(start("drone-0.8", TrueBuild(jobs=(jobs,))), step_name="summary").build()

    assert [one.name for one in found.jobs[0].steps if one.current] == ["summary"]


def test_green_log_is_found_by_the_name_of_the_step(start: Start) -> None:
    """Its number was another one then."""
    before = green(41, TrueStep("added later"), TrueStep("test", log="fine\n"))
    client = reach(start("drone-0.8", build(TEST), before))

    assert client.green("test").data == b"fine\n"


def test_purged_log(start: Start) -> None:
    ended = TrueBuild(jobs=(job(TrueStep("test", code=1, purged=True), current=False, fate=Fate.ENDED),))

    assert reach(start("drone-0.8", ended)).log("test").reason == "the log was purged on the server"


def test_names_with_signs_find_their_green_log(start: Start) -> None:
    odd = TrueStep("unit tests/py 3", code=1)
    client = reach(start("drone-0.8", build(odd), green(41, TrueStep("unit tests/py 3", log="fine\n"))))

    assert client.green("unit tests/py 3").data == b"fine\n"
