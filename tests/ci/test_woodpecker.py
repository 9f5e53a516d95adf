"""Woodpecker 1.x to 3.x: the traps of section 4 of what is known about servers."""

import json
from base64 import b64encode
from collections.abc import Collection

import pytest

from plugin.errors import ServerError
from plugin.model.build import State, StepKind, culprits
from tests.ci.conftest import Start
from tests.ci.reach import reach, step
from tests.fakes.servers import FAKES, FakeServer, Reply
from tests.fakes.servers.truth import Fate, TrueBuild, TrueStep, TrueUnit, build, job
from tests.fakes.servers.woodpecker import WoodpeckerFake

TEST = TrueStep("test", code=2)
ALL = [name for name in FAKES if name.startswith("woodpecker-") and not name.endswith("0.15")]


def entries(*lines: bytes, kind: int = 0) -> Reply:
    found = [
        {"id": 1, "step_id": 2, "time": 0, "line": number, "data": b64encode(line).decode(), "type": kind}
        for number, line in enumerate(lines)
    ]
    return Reply(200, json.dumps(found).encode(), "application/json; charset=utf-8")


class TestRepository:
    def test_id_is_looked_up_in_1(self, start: Start) -> None:
        """There the page in the environment is the forge's."""
        fake = start("woodpecker-1.0", build(TEST))

        reach(fake).build()

        assert fake.asked("lookup") == ["/api/repos/lookup/octo/demo"]

    def test_id_stands_in_the_page_since_2(self, start: Start) -> None:
        fake = start("woodpecker-2.5", build(TEST))

        reach(fake).build()

        assert fake.asked("lookup") == []

    def test_subgroups_are_looked_up_with_their_slashes(self, start: Start) -> None:
        fake = start("woodpecker-3.17", build(TEST), repo="Grp/sub/r")

        found = reach(fake, environ={}, server=fake.url, server_kind="woodpecker", repo="grp/sub/r", build=42).build()

        assert fake.asked("lookup") == ["/api/repos/lookup/grp/sub/r"]
        assert [one.name for _, one in culprits(found)] == ["test"]

    def test_renamed_one_is_found_by_its_old_name(self, start: Start) -> None:
        fake = start("woodpecker-3.17", build(TEST))
        assert isinstance(fake, WoodpeckerFake)
        fake.old_name = "octo/was"

        found = reach(fake, environ={}, server=fake.url, server_kind="woodpecker", repo="octo/was", build=42).build()

        assert [one.name for _, one in culprits(found)] == ["test"]

    def test_word_bearer_is_needed(self, start: Start) -> None:
        fake = start("woodpecker-3.17", build(TEST))

        reach(fake).build()

        assert {request.headers["Authorization"] for request in fake.requests} == {f"Bearer {fake.token}"}

    def test_an_unknown_path_is_html_and_an_error(self, start: Start) -> None:
        """Asked as if it were Drone: every unknown path is the web page, with 200."""
        fake = start("woodpecker-3.17", build(TEST))

        with pytest.raises(ServerError, match="text/html instead of JSON"):
            reach(fake, server_kind="harness", pipeline="p").build()


class TestStates:
    @pytest.mark.parametrize(
        ("generation", "state"), [("woodpecker-3.13", State.KILLED), ("woodpecker-3.17", State.FAILURE)]
    )
    def test_137_reads_killed_up_to_3_13(self, generation: str, state: State, start: Start) -> None:
        found = reach(start(generation, build(TrueStep("test", code=137)))).build()

        assert (step(found, "test")[1].state, step(found, "test")[1].exit_code) == (state, 137)

    @pytest.mark.parametrize(("generation", "code"), [("woodpecker-3.13", 126), ("woodpecker-3.17", None)])
    def test_cannot_start_is_126_and_later_0_with_an_error(
        self, generation: str, code: int | None, start: Start
    ) -> None:
        """A step that never ran has no exit code, whatever the server writes."""
        found = reach(start(generation, build(TrueStep("test", fate=Fate.NO_START, why="no image")))).build()

        _, test = step(found, "test")
        assert (test.state, test.exit_code, test.error) == (State.ERROR, code, "no image")

    def test_exit_code_126_without_an_error_comes_from_the_program(self, start: Start) -> None:
        found = reach(start("woodpecker-3.13", build(TrueStep("test", code=126)))).build()

        assert (step(found, "test")[1].state, step(found, "test")[1].exit_code) == (State.FAILURE, 126)

    @pytest.mark.parametrize(
        ("generation", "state"), [("woodpecker-3.13", State.PENDING), ("woodpecker-3.17", State.SKIPPED)]
    )
    def test_what_will_be_skipped_is_pending_up_to_3_13(self, generation: str, state: State, start: Start) -> None:
        found = reach(start(generation, build(TEST, TrueStep("deploy", fate=Fate.PASSED)))).build()

        assert step(found, "deploy")[1].state is state

    def test_killed_that_never_started_did_not_run(self, start: Start) -> None:
        """From 3.14 it is what is left over when a workflow ends."""
        jobs = job(TEST, TrueStep("rest", fate=Fate.NEVER_RUN), current=False, fate=Fate.ENDED), job(name="notify")
        fake = start("woodpecker-3.17", TrueBuild(jobs=jobs))

        found = reach(fake, job=2).build()

        assert b'"state":"killed"' in fake.answer_to("/api/repos/17/pipelines/42").body
        assert [one.name for _, one in culprits(found)] == ["test"]
        assert step(found, "rest")[1].state is State.SKIPPED

    @pytest.mark.parametrize("generation", ["woodpecker-1.0", "woodpecker-2.8", "woodpecker-3.13"])
    def test_out_of_memory_is_an_error_of_the_workflow_once_it_ended(self, generation: str, start: Start) -> None:
        jobs = job(TrueStep("test", fate=Fate.OOM), current=False, fate=Fate.ENDED), job(name="notify")
        found = reach(start(generation, TrueBuild(jobs=jobs)), job=2).build()

        assert "received oom kill" in step(found, "test")[1].error
        assert "uuid" not in step(found, "test")[1].error

    @pytest.mark.parametrize("generation", ["woodpecker-2.5", "woodpecker-3.13"])
    def test_exit_code_as_a_workflows_error_is_noise(self, generation: str, start: Start) -> None:
        jobs = job(TEST, current=False, fate=Fate.ENDED), job(name="notify")
        fake = start(generation, TrueBuild(jobs=jobs))

        found = reach(fake, job=2).build()

        assert b": exit code 2" in fake.answer_to("/api/repos/17/pipelines/42").body
        assert found.jobs[0].error == ""

    def test_canceled_steps_are_not_failed(self, start: Start) -> None:
        killed = TrueUnit(steps=(TrueStep("test", fate=Fate.NEVER_RUN),), fate=Fate.CANCELED)
        found = reach(start("woodpecker-3.17", TrueBuild(jobs=(killed,)))).build()

        assert (found.state, step(found, "test")[1].state) == (State.CANCELED, State.CANCELED)

    @pytest.mark.parametrize("generation", ["woodpecker-0.15", *ALL])
    def test_78_is_a_failure_as_any_other(self, generation: str, start: Start) -> None:
        """Only Drone since 1.0 takes it for success."""
        found = reach(start(generation, build(TrueStep("test", code=78)))).build()

        assert [(one.name, one.exit_code) for _, one in culprits(found)] == [("test", 78)]

    @pytest.mark.parametrize("generation", ALL)
    def test_warnings_are_no_errors(self, generation: str, start: Start) -> None:
        warned = TrueBuild(jobs=(job(),), warnings=("`pipeline:` is called `steps:` now",))

        assert reach(start(generation, warned)).build().errors == ()

    def test_kinds_of_steps(self, start: Start) -> None:
        database = TrueStep("database", fate=Fate.RUNNING, kind="service")
        found = reach(start("woodpecker-2.8", build(database, TEST))).build()

        assert [one.kind for one in found.jobs[0].steps] == [
            StepKind.CLONE,
            StepKind.SERVICE,
            StepKind.COMMANDS,
            StepKind.PLUGIN,
        ]


class TestOwnStep:
    @pytest.mark.parametrize("generation", ALL)
    def test_is_not_confused_with_services_and_neighboring_steps(self, generation: str, start: Start) -> None:
        """Its name is known from 3.15 on, its number never."""
        running = TrueStep("slow", fate=Fate.RUNNING), TrueStep("database", fate=Fate.RUNNING, kind="service")
        current = TrueStep("summary", fate=Fate.RUNNING, kind="plugin")
        jobs = TrueUnit(steps=(TEST, *running, current))
        fake = start(generation, TrueBuild(jobs=(jobs,)))

        found = reach(fake).build()

        assert fake.environ()["CI_STEP_NUMBER"] == "0"
        assert [one.name for one in found.jobs[0].steps if one.current] == ["summary"]

    def test_runs(self, start: Start) -> None:
        """A plugin whose turn has not come is another one."""
        current = TrueStep("summary", fate=Fate.RUNNING, kind="plugin")
        jobs = TrueUnit(steps=(TEST, current, TrueStep("clean", fate=Fate.WAITING, kind="plugin")))

        found = reach(start("woodpecker-2.8", TrueBuild(jobs=(jobs,)))).build()

        assert [one.name for one in found.jobs[0].steps if one.current] == ["summary"]

    def test_may_have_commands(self, start: Start) -> None:
        """Run from its source; a service is none, wherever it stands."""
        current = TrueStep("summary", fate=Fate.RUNNING)
        jobs = TrueUnit(steps=(TEST, current, TrueStep("database", fate=Fate.RUNNING, kind="service")))

        found = reach(start("woodpecker-2.8", TrueBuild(jobs=(jobs,)))).build()

        assert [one.name for one in found.jobs[0].steps if one.current] == ["summary"]

    def test_by_name_among_several_plugins(self, start: Start) -> None:
        steps = TEST, TrueStep("upload", fate=Fate.RUNNING, kind="plugin")
        current = TrueStep("summary", fate=Fate.RUNNING, kind="plugin")
        environ = {"CI_STEP_NAME": "upload"}
        fake = start("woodpecker-3.17", TrueBuild(jobs=(TrueUnit(steps=(*steps, current)),)))

        found = reach(fake, environ={**fake.environ(), **environ}).build()

        assert [one.name for one in found.jobs[0].steps if one.current] == ["upload"]


class TestIgnored:
    LINT = TrueStep("lint", code=1, ignored=True)

    def test_is_read_off_the_pipeline_file(self, start: Start) -> None:
        fake = start("woodpecker-3.17", build(self.LINT, TEST))

        assert [one.name for _, one in culprits(reach(fake).build())] == ["test"]
        assert fake.asked("config") == ["/api/repos/17/pipelines/42/config"]

    def test_file_is_not_requested_without_a_failure(self, start: Start) -> None:
        fake = start("woodpecker-3.17", build(TrueStep("lint")))

        reach(fake).build()

        assert fake.asked("config") == []

    def test_file_is_requested_once(self, start: Start) -> None:
        fake = start("woodpecker-3.17", build(self.LINT))
        client = reach(fake)

        assert [culprits(client.build()) for _ in range(3)] == [(), (), ()]
        assert len(fake.asked("config")) == 1

    def test_file_is_not_needed_for_a_workflow_that_passed(self, start: Start) -> None:
        jobs = job(self.LINT, current=False, fate=Fate.ENDED), job(name="notify")
        fake = start("woodpecker-3.17", TrueBuild(jobs=jobs))

        assert culprits(reach(fake, job=2).build()) == ()
        assert fake.asked("config") == []

    @pytest.mark.parametrize(
        "answer",
        [Reply(404), Reply(200, b"null", "application/json"), Reply(200, b'[{"data":"!"}]', "application/json")],
        ids=["none", "null", "no base64"],
    )
    def test_without_the_file_it_counts(self, answer: Reply, start: Start) -> None:
        fake = start("woodpecker-3.17", build(self.LINT))
        fake.fault("config", answer)

        assert [one.name for _, one in culprits(reach(fake).build())] == ["lint"]


class TestLogs:
    @pytest.mark.parametrize("generation", ALL)
    def test_are_addressed_by_the_id_of_the_step(self, generation: str, start: Start) -> None:
        """Its `pid` is another number."""
        fake = start(generation, build(TEST))
        client = reach(fake)
        found = client.build()

        client.log("test", found)

        assert step(found, "test")[1].number == 3
        assert set(fake.asked("logs/")) == {"/api/repos/17/logs/42/13201"}

    def test_chunks_up_to_2_5_hold_their_line_ends(self, start: Start) -> None:
        fake = start("woodpecker-2.5", build(TEST))
        fake.fault("logs/", entries(b"10%\r", b"20%\r", b"done\nnext ", b"line\n"))

        assert reach(fake).log("test").data == b"10%\r20%\rdone\nnext line\n"

    def test_a_single_end_of_line_is_enough_to_know_chunks(self, start: Start) -> None:
        fake = start("woodpecker-2.5", build(TEST))
        fake.fault("logs/", entries(b"10%", b"20%", b"done\n"))

        assert reach(fake).log("test").data == b"10%20%done\n"

    def test_lines_from_2_6_have_lost_theirs(self, start: Start) -> None:
        fake = start("woodpecker-2.6", build(TEST))
        fake.fault("logs/", entries(b"10%\r20%", b"", b"\xff\xfe raw", b"end"))

        assert reach(fake).log("test").data == b"10%\r20%\n\n\xff\xfe raw\nend"

    def test_blank_lines_are_null_or_empty(self, start: Start) -> None:
        fake = start("woodpecker-3.17", build(TrueStep("test", code=1, log="one\n\n\nfour\n")))

        body = fake.answer_to("/api/repos/17/logs/42/13201").body

        assert b'"data":null' in body
        assert b'"data":""' in body
        assert reach(fake).log("test").data == b"one\n\n\nfour"

    def test_other_streams_than_output_are_left_out(self, start: Start) -> None:
        """Types 2 to 4 stand for exit codes, metadata and progress; no agent has sent one yet."""
        fake = start("woodpecker-2.6", build(TEST))
        fake.fault("logs/", entries(b"0", kind=2))

        assert reach(fake).log("test").data == b""

    def test_of_a_step_of_another_build_is_an_error(self, start: Start) -> None:
        fake = start("woodpecker-2.6", build(TEST))
        fake.fault("logs/", Reply(400))

        assert "400" in reach(fake).log("test").reason


def beside(step: TrueStep) -> TrueBuild:
    """Return a build with this step and, in another workflow, one that keeps printing."""
    return TrueBuild(jobs=(job(step), job(TrueStep("chatty", fate=Fate.RUNNING), current=False)))


class TestGrowingLogs:
    """From 2.8 the state comes first, and the lines when nothing on the agent has printed for a second."""

    LATE = TrueStep("test", code=2, log="".join(f"line {number}\n" for number in range(5)), late=3)

    def test_are_read_until_they_stay_the_same(self, start: Start) -> None:
        client = reach(start("woodpecker-2.8", beside(self.LATE)))

        log = client.log("test")

        assert (log.data, log.reason) == (self.LATE.text.rstrip(b"\n"), "")
        assert client.clock.naps == [1.5] * 4

    def test_null_is_not_their_end(self, start: Start) -> None:
        """The first look found nothing; a log with no line at all is not taken for a settled one."""
        fake = start("woodpecker-3.17", beside(self.LATE))
        fake.fault("logs/", Reply(200, b"null", "application/json; charset=utf-8"), times=2)

        assert reach(fake).log("test").data == self.LATE.text.rstrip(b"\n")

    def test_lines_that_were_read_survive_a_failed_request(self, start: Start) -> None:
        fake = start("woodpecker-3.17", build(TEST))
        client = reach(fake)
        found = client.build()
        sleep = client.clock.sleep

        def sleeping(pause: float) -> None:
            sleep(pause)
            fake.fault("logs/", Reply(404), times=9)

        client.deadline._sleep = sleeping
        fake.fault("logs/", Reply(200, fake.answer_to("/api/repos/17/logs/42/13201").body, "application/json"))

        log = client.log("test", found)

        assert (log.data, log.complete) == (TEST.text.rstrip(b"\n"), False)

    def test_without_end_are_reported_as_cut(self, start: Start) -> None:
        client = reach(start("woodpecker-3.17", beside(TrueStep("test", code=2, log="line\n" * 99, late=99))))

        log = client.log("test")

        assert client.clock.naps == [1.5] * 12
        assert (log.complete, log.reason) == (False, "it was still growing, so the end may be missing")
        assert log.data.startswith(b"line\nline")

    def test_are_read_once_when_the_agent_has_had_time_to_send_them(self, start: Start) -> None:
        earlier = TrueStep("lint", code=1, log="one\n")
        client = reach(start("woodpecker-3.17", build(earlier, TrueStep("build"), TrueStep("pack"), TrueStep("sign"))))

        assert client.log("lint").complete
        assert client.clock.naps == []

    @pytest.mark.parametrize(
        ("late", "pauses"),
        [(0, [0.75, 0.75]), (1, [0.75, 0.25]), (2, [0.75, 0.25, 0.5])],
        ids=["it had all lines at once", "it grew", "it grew twice"],
    )
    def test_of_the_step_just_before_are_read_until_the_agent_has_sent_them(
        self, late: int, pauses: list[float], start: Start
    ) -> None:
        """The agent sends what it has when no step has printed for a second, and not before."""
        fake = start("woodpecker-3.17", build(TrueStep("test", code=1, log="one\ntwo\nthree\n", late=late)))
        client = reach(fake)

        log = client.log("test")

        assert (log.data, log.complete) == (b"one\ntwo\nthree", True)
        assert client.clock.naps == pauses

    def test_of_a_step_in_another_workflow_are_waited_for_from_the_answer_that_shows_its_end(
        self, start: Start
    ) -> None:
        """It may have ended after our own step started, whose start then shows nothing."""
        here = job(TrueStep("lint"), TrueStep("summary", fate=Fate.RUNNING, kind="plugin", began=27), current=False)
        there = job(TrueStep("test", code=1, log="one\ntwo\n", ended=30), current=False, name="there")
        client = reach(start("woodpecker-3.17", TrueBuild(jobs=(here, there))))

        log = client.log("test")

        assert (log.data, log.complete) == (b"one\ntwo", True)
        assert client.clock.now == 1.5

    def test_larger_than_one_batch_are_read_until_they_stay_the_same(self, start: Start) -> None:
        large = TrueStep("lint", code=1, log="x" * 1000 * 1000)
        client = reach(start("woodpecker-3.17", build(large, TrueStep("build"), TrueStep("pack"), TrueStep("sign"))))

        assert client.log("lint").complete
        assert client.clock.naps == [1.5]

    def test_are_read_once_before_2_8(self, start: Start) -> None:
        fake = start("woodpecker-2.6", build(TEST))

        reach(fake).log("test")

        assert len(fake.asked("logs/")) == 1

    def test_are_read_once_after_the_end_of_the_build(self, start: Start) -> None:
        fake = start("woodpecker-3.17", TrueBuild(jobs=(job(TEST, current=False, fate=Fate.ENDED),)))

        reach(fake).log("test")

        assert len(fake.asked("logs/")) == 1

    def test_of_a_container_that_did_not_start_are_not_waited_for(self, start: Start) -> None:
        fake = start("woodpecker-3.17", build(TrueStep("test", fate=Fate.NO_START, why="no image")))
        client = reach(fake)

        assert client.log("test").data == b""
        assert client.clock.naps == []

    @pytest.mark.parametrize("version", ["next-9fceb02d", "dev", ""])
    def test_a_development_build_is_newer_than_all(self, version: str, start: Start) -> None:
        fake = start("woodpecker-3.17", build(TEST))
        fake.fault(
            "/version", Reply(200, b'{"source":"https://github.com/woodpecker-ci/woodpecker"}', "application/json")
        )
        environ = {**fake.environ(), "CI_SYSTEM_VERSION": version}

        reach(fake, environ=environ).log("test")

        assert len(fake.asked("logs/")) > 1


class TestLostLines:
    """woodpecker#7085: entries are lost on the way, and the `line` fields jump."""

    @staticmethod
    def lose(fake: FakeServer, numbers: Collection[int]) -> None:
        entries = json.loads(fake.answer_to("/api/repos/17/logs/42/13201").body)
        kept = json.dumps([entry for entry in entries if entry["line"] not in numbers]).encode()
        fake.fault("logs/", Reply(200, kept, "application/json"), times=9)

    @pytest.mark.parametrize(
        ("numbers", "reason"),
        [
            (range(0), ""),
            ((2,), "1 line never arrived at the server"),
            ((0, 1, 3), "3 lines never arrived at the server"),
        ],
    )
    def test_are_counted_and_the_others_keep_their_numbers(
        self, numbers: Collection[int], reason: str, start: Start
    ) -> None:
        text = [f"line {number}" for number in range(5)]
        fake = start("woodpecker-3.17", build(TrueStep("test", code=2, log="\n".join((*text, "")))))
        self.lose(fake, numbers)

        log = reach(fake).log("test")

        assert log.data.decode().split("\n") == ["" if place in numbers else line for place, line in enumerate(text)]
        assert (log.complete, log.reason) == (not reason, reason)

    def test_of_an_impossible_number_are_not_counted(self, start: Start) -> None:
        fake = start("woodpecker-3.17", build(TrueStep("test", code=2, log="one\n")))
        body = b'[{"data": "b25l", "line": 9007199254740991, "type": 0}]'
        fake.fault("logs/", Reply(200, body, "application/json"), times=9)

        assert reach(fake).log("test").data == b"one"


@pytest.mark.parametrize("generation", ALL)
def test_false_success_in_the_environment_decides_nothing(generation: str, start: Start) -> None:
    fake = start(generation, build(TEST))
    environ = {**fake.environ(), "DRONE_BUILD_STATUS": "success", "CI_PIPELINE_STATUS": "success"}

    assert [one.name for _, one in culprits(reach(fake, environ=environ).build())] == ["test"]
