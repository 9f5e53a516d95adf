"""Drone 1.x and 2.x: the traps of section 3 of what is known about servers."""

import json

import pytest

from plugin.errors import ServerError
from plugin.model.build import State, StepKind, culprits
from tests.ci.conftest import Start
from tests.ci.reach import reach, step
from tests.fakes.servers import Reply
from tests.fakes.servers.logs import RUNNER_TAIL
from tests.fakes.servers.truth import Fate, TrueBuild, TrueStep, TrueUnit, build, green, job

TEST = TrueStep("test", code=2)
LONG = b"".join(b"%07d a line of some fifty bytes, that is how long\n" % number for number in range(120_000))


class TestStates:
    def test_78_is_success_that_skips_the_rest(self, start: Start) -> None:
        found = reach(start("drone-2", build(TrueStep("check", code=78), TrueStep("test", fate=Fate.PASSED)))).build()

        assert culprits(found) == ()
        assert (step(found, "check")[1].state, step(found, "check")[1].exit_code) == (State.SUCCESS, 78)

    def test_cannot_start_is_255_with_the_first_500_bytes_of_why(self, start: Start) -> None:
        broken = TrueStep("test", fate=Fate.NO_START, why="x" * 600)
        found = reach(start("drone-2", build(broken))).build()

        _, test = step(found, "test")
        assert (test.state, test.exit_code, test.error) == (State.ERROR, 255, "x" * 500)

    def test_old_agent_reports_only_255(self, start: Start) -> None:
        found = reach(start("drone-1-agent", build(TrueStep("test", fate=Fate.NO_START, why="no image")))).build()

        _, test = step(found, "test")
        assert (test.state, test.exit_code, test.error) == (State.FAILURE, 255, "")

    def test_old_agent_leaves_skipped_steps_pending(self, start: Start) -> None:
        found = reach(start("drone-1-agent", build(TEST, TrueStep("deploy", fate=Fate.PASSED)))).build()

        assert step(found, "deploy")[1].state is State.PENDING

    def test_old_agent_reports_out_of_memory_at_the_end_of_the_stage(self, start: Start) -> None:
        jobs = job(TrueStep("test", fate=Fate.OOM), current=False, fate=Fate.ENDED), job(name="notify")
        found = reach(start("drone-1-agent", TrueBuild(jobs=jobs)), job=2).build()

        assert step(found, "test")[1].error == "OOM kill signaled by host operating system"

    def test_ignored_stage_ignores_its_steps(self, start: Start) -> None:
        fake = start("drone-2", build(TEST))
        answer = fake.answer_to("/api/repos/octo/demo/builds/42").body.replace(
            b'"errignore":false', b'"errignore":true'
        )
        fake.fault("builds/42", Reply(200, answer, "application/json"))

        assert culprits(reach(fake).build()) == ()

    def test_stage_that_could_not_be_set_up(self, start: Start) -> None:
        jobs = TrueUnit(error="linter: duplicate step names", fate=Fate.ENDED), job(name="notify")
        found = reach(start("drone-2", TrueBuild(jobs=jobs)), job=2).build()

        assert (found.jobs[0].state, found.jobs[0].error) == (State.ERROR, "linter: duplicate step names")
        assert found.jobs[0].steps == ()

    def test_service_is_known_since_2_2(self, start: Start) -> None:
        database = TrueStep("database", fate=Fate.RUNNING, kind="service")

        assert step(reach(start("drone-2", build(database, TEST))).build(), "database")[1].kind is StepKind.SERVICE
        assert step(reach(start("drone-1", build(database, TEST))).build(), "database")[1].kind is StepKind.COMMANDS


class TestOwnStep:
    def test_of_the_kube_runner_is_known_by_its_name(self, start: Start) -> None:
        fake = start("drone-2-kube", build(TEST))

        assert "DRONE_STEP_NUMBER" not in fake.environ()
        assert [one.name for one in reach(fake).build().jobs[0].steps if one.current] == ["summary"]

    def test_is_not_reported_when_it_failed_before(self, start: Start) -> None:
        """Restarted, or a second look at the same build."""
        current = TrueStep("summary", code=1)
        found = reach(start("drone-2", TrueBuild(jobs=(TrueUnit(steps=(TEST, current)),)))).build()

        assert [one.name for _, one in culprits(found)] == ["test"]


class TestLogs:
    def test_are_addressed_by_the_numbers_of_stage_and_step(self, start: Start) -> None:
        """`step_id` in a step is the stage's row, and `id` its own: neither is asked for."""
        jobs = job(name="lint"), job(TEST, name="test")
        fake = start("drone-2", TrueBuild(jobs=jobs))

        reach(fake, job=2).log("test")

        assert fake.asked("/logs/") == ["/api/repos/octo/demo/builds/42/logs/2/2"]

    def test_null_is_silence(self, start: Start) -> None:
        fake = start("drone-2", build(TrueStep("test", code=1, log=b"")))

        log = reach(fake).log("test")

        assert fake.answer_to("/api/repos/octo/demo/builds/42/logs/1/2").body == b"null\n"
        assert (log.data, log.complete, log.reason) == (b"", True, "")

    def test_a_missing_log_is_requested_once_more(self, start: Start) -> None:
        fake = start("drone-2", build(TrueStep("test", code=2, late=1)))

        log = reach(fake).log("test")

        assert log.data == TEST.text
        assert len(fake.asked("/logs/")) == 2

    def test_a_log_that_was_never_uploaded_costs_two_requests_and_one_for_the_stream(self, start: Start) -> None:
        fake = start("drone-2", build(TrueStep("test", code=2, stored=False)))
        client = reach(fake)

        log = client.log("test")

        assert log.reason.startswith("the server has no log of it: never uploaded, purged, or larger than its database")
        assert (len(fake.asked("/logs/")), len(fake.asked("/stream/"))) == (2, 1)
        assert sum(client.clock.naps) == 1

    def test_404_of_a_log_store_elsewhere_is_a_missing_log_too(self, start: Start) -> None:
        fake = start("drone-2", build(TEST))
        message = json.dumps({"message": "NoSuchKey: The specified key does not exist."}).encode()
        fake.fault("/logs/", Reply(404, message, "application/json"), times=9)

        assert reach(fake).log("test").reason.startswith("the server has no log of it")

    def test_runner_keeps_the_tail(self, start: Start) -> None:
        log = reach(start("drone-2", build(TrueStep("test", code=2, log=LONG)))).log("test")

        assert len(log.data) <= RUNNER_TAIL
        assert LONG.endswith(log.data)
        assert (log.complete, log.reason) == (
            False,
            "only the end is available: the runner keeps the last 5 MiB of a log",
        )

    def test_a_single_lost_line_is_reported(self, start: Start) -> None:
        fake = start("drone-2", build(TEST))
        fake.fault("/logs/", Reply(200, b'[{"pos":1,"out":"second\\n","time":0}]', "application/json"))

        assert reach(fake).log("test").reason.startswith("only the end is available")

    def test_old_agent_keeps_the_head(self, start: Start) -> None:
        log = reach(start("drone-1-agent", build(TrueStep("test", code=2, log=LONG)))).log("test")

        assert log.data.startswith(LONG[:1_000_000])
        assert (log.complete, log.reason) == (
            False,
            "the end is lost: the runner kept the first 5 MiB only",
        )

    def test_a_last_line_without_end_hints_at_lost_ones(self, start: Start) -> None:
        log = reach(start("drone-2", build(TrueStep("test", code=2, log="+ make\nhalf a li")))).log("test")

        assert log.data == b"+ make\nhalf a li"
        assert (log.complete, log.reason) == (False, "the end may be missing: the last line is not finished")

    def test_long_lines_come_in_pieces_and_some_are_empty(self, start: Start) -> None:
        fake = start("drone-2", build(TEST))
        entries = [
            {"pos": 0, "out": "a" * 16384, "time": 0},
            {"pos": 1, "out": "a\n", "time": 0},
            {"pos": 2, "out": ""},
        ]
        fake.fault("/logs/", Reply(200, json.dumps(entries).encode(), "application/json"))

        log = reach(fake).log("test")

        assert (log.data, log.complete) == (b"a" * 16385 + b"\n", True)


def test_unknown_path_under_api_is_no_page(start: Start) -> None:
    """Asked as if it were Drone 0.8: what it says is 404 in plain text, and no HTML."""
    fake = start("drone-2", build(TEST))

    with pytest.raises(ServerError, match="404"):
        reach(fake, server_kind="woodpecker", server_version="3.0").build()


def test_green_log_is_that_of_the_same_names(start: Start) -> None:
    """With two failed steps there is a request to look at the green build, whose numbers were other ones."""
    before = green(41, TrueStep("lint", log="lint fine\n"), TrueStep("added"), TrueStep("test", log="fine\n"))
    client = reach(start("drone-2", build(TrueStep("lint", code=1), TEST), before))

    assert client.green("test").data == b"fine\n"
