"""One suite for every generation: the same events lead to the same build, whatever the server's API looks like."""

from pathlib import Path

import pytest

from plugin.about import USER_AGENT
from plugin.ci.connect import SERVERS
from plugin.errors import OutOfTime, ServerError
from plugin.http.deadline import Deadline
from plugin.model.build import Build, State, beside, culprits, unfinished_jobs
from tests.ci.conftest import Start
from tests.ci.reach import reach, step
from tests.fakes.servers import FAKES
from tests.fakes.servers.server import Fault, Reply
from tests.fakes.servers.truth import START, Fate, TrueBuild, TrueStep, TrueUnit, build, green, job

TEST = TrueStep("test", code=2)
OLD = ("drone-0.8", "woodpecker-0.15")


def names(found: Build) -> list[str]:
    return [one.name for _, one in culprits(found)]


@pytest.mark.parametrize("kind", SERVERS)
def test_every_kind_has_a_fake_and_cases_of_its_own(kind: str) -> None:
    assert kind in {fake().kind for fake in FAKES.values()}, f"tests/fakes/servers has no fake of {kind}"
    assert (Path(__file__).parent / f"test_{kind}.py").exists(), f"tests/ci/test_{kind}.py is missing"


class TestBuild:
    def test_is_found_by_the_environment_alone(self, generation: str, start: Start) -> None:
        fake = start(generation, build(TEST, event="pull_request", pull=7, source="fix"))

        found = reach(fake).build()

        assert (found.repo, found.number, found.event, found.branch) == (fake.repo, 42, "pull_request", "main")
        assert found.commit == fake.now.commit
        assert fake.asked("version") == []

    def test_while_this_program_runs(self, generation: str, start: Start) -> None:
        fake = start(generation, build(TrueStep("compile"), TEST, TrueStep("deploy", fate=Fate.PASSED)))

        found = reach(fake).build()

        assert [(one.name, one.exit_code) for _, one in culprits(found)] == [("test", 2)]
        assert step(found, "test")[1].state is State.FAILURE
        assert step(found, "compile")[1].state is State.SUCCESS
        assert step(found, "deploy")[1].state in (State.PENDING, State.SKIPPED)
        assert found.state is State.RUNNING
        assert [one.name for one in found.jobs[0].steps if one.current] == ["summary"]

    def test_without_a_failure(self, generation: str, start: Start) -> None:
        found = reach(start(generation, build(TrueStep("compile")))).build()

        assert culprits(found) == ()
        assert found.jobs[0].current

    def test_from_a_workstation_after_the_end(self, generation: str, start: Start) -> None:
        ended = TrueBuild(jobs=(job(TrueStep("test", code=2), current=False, fate=Fate.ENDED),))
        fake = start(generation, ended)
        kind, pipeline = fake.kind, "build-and-test" if fake.kind == "harness" else ""

        client = reach(fake, environ={}, server=fake.url, server_kind=kind, repo=fake.repo, build=42, pipeline=pipeline)
        found = client.build()

        assert (found.state, names(found)) == (State.FAILURE, ["test"])
        assert not any(one.current for job in found.jobs for one in job.steps)
        assert client.log("test", found).data.rstrip() == TEST.text.rstrip()

    def test_times_are_seconds(self, generation: str, start: Start) -> None:
        found = reach(start(generation, build(TEST))).build()

        _, test = step(found, "test")
        assert 0 <= test.started - START < 100
        assert test.finished - test.started == 10
        assert found.started == START

    def test_has_pages_on_its_server(self, generation: str, start: Start) -> None:
        fake = start(generation, build(TEST))

        found = reach(fake).build()

        assert found.url.startswith(fake.url + "/")
        assert step(found, "test")[1].url.startswith(found.url)

    def test_of_a_server_under_a_path(self, generation: str) -> None:
        fake = FAKES[generation](build(TEST))
        fake.below = "/ci"
        with fake:
            client = reach(fake, server=fake.url)
            found = client.build()

            assert names(found) == ["test"]
            assert client.log("test", found).data.rstrip() == TEST.text.rstrip()
            assert found.url.startswith(fake.url + "/")

    def test_pages_contain_no_password(self, generation: str, start: Start) -> None:
        fake = start(generation, build(TEST))
        secret = fake.url.replace("//", "//amy:hunter2@")

        found = reach(fake, server=secret).build()

        urls = [found.url, *(one.url for one in found.jobs), *(one.url for job in found.jobs for one in job.steps)]
        assert not any("hunter2" in url for url in urls)
        assert all(url.startswith(fake.url) for url in urls)

    def test_clone_step_has_its_own_kind(self, generation: str, start: Start) -> None:
        found = reach(start(generation, build(TEST))).build()

        assert step(found, "clone")[1].kind == "clone"

    def test_could_not_be_planned(self, generation: str, start: Start) -> None:
        found = reach(start(generation, build(error="yaml: line 3: did not find expected key"))).build()

        assert found.errors == ("yaml: line 3: did not find expected key",)
        assert (found.state, found.jobs) == (State.ERROR, ())

    @pytest.mark.parametrize("fate", [Fate.BLOCKED, Fate.DECLINED], ids=lambda fate: fate.name.lower())
    def test_waits_for_approval_or_was_refused(self, fate: Fate, generation: str, start: Start) -> None:
        held = TrueBuild(jobs=(TrueUnit(steps=(TrueStep("test", fate=Fate.WAITING),), fate=fate),))

        found = reach(start(generation, held)).build()

        assert found.state == fate.name.lower()
        assert culprits(found) == ()


class TestSteps:
    @pytest.mark.parametrize("code", [1, 126, 130, 137, 143, 255])
    def test_failed_with(self, code: int, generation: str, start: Start) -> None:
        found = reach(start(generation, build(TrueStep("test", code=code)))).build()

        assert [(one.name, one.exit_code) for _, one in culprits(found)] == [("test", code)]

    def test_out_of_memory(self, generation: str, start: Start) -> None:
        found = reach(start(generation, build(TrueStep("test", fate=Fate.OOM)))).build()

        assert [(one.name, one.exit_code) for _, one in culprits(found)] == [("test", 137)]

    def test_container_could_not_start(self, generation: str, start: Start) -> None:
        broken = TrueStep("test", fate=Fate.NO_START, why="no such image: golang:0")
        fake = start(generation, build(broken))

        client = reach(fake)
        found = client.build()
        (_, culprit), *more = culprits(found)

        assert (culprit.name, more) == ("test", [])
        if generation in OLD:
            assert "could not be pulled or started" in culprit.suspect
        elif generation == "drone-1-agent":
            assert (culprit.exit_code, culprit.error) == (255, "")
        else:
            assert (culprit.state, culprit.error) == (State.ERROR, "no such image: golang:0")
        log = client.log("test", found)
        assert bool(log.data) == (generation == "woodpecker-1.0"), "only there the engine's error is in the log, too"
        assert ("did not start" in log.reason) == (generation not in ("woodpecker-1.0", "drone-1-agent"))

    def test_ignored_failure_does_not_count(self, generation: str, start: Start) -> None:
        """The two oldest servers know no such thing."""
        ignored = TrueStep("lint", code=1, ignored=generation not in OLD)
        found = reach(start(generation, build(ignored, TEST))).build()

        assert names(found) == (["lint", "test"] if generation in OLD else ["test"])

    def test_matrix_values(self, generation: str, start: Start) -> None:
        """Drone knows no matrix since 1.0, nor does Harness."""
        matrix = tuple(job(TrueStep("test", code=code), axes={"GO": go}) for go, code in (("1.21", 0), ("1.22", 1)))
        found = reach(start(generation, TrueBuild(jobs=matrix)), job=2).build()

        if not generation.startswith("drone-") or generation == "drone-0.8":
            assert generation == "harness" or [dict(one.axes) for one in found.jobs] == [
                {"GO": "1.21"},
                {"GO": "1.22"},
            ]
        assert [(job.number, one.name) for job, one in culprits(found)] == [(2, "test")]


class TestOtherUnits:
    def test_failed_elsewhere(self, generation: str, start: Start) -> None:
        """A notify pipeline: its own unit is healthy, another one failed."""
        jobs = (job(TEST, current=False, name="tests", fate=Fate.ENDED), job(name="notify"))
        found = reach(start(generation, TrueBuild(jobs=jobs)), job=2).build()

        assert [(job.number, one.name) for job, one in culprits(found)] == [(1, "test")]
        assert [one.number for one in found.jobs if one.current] == [2]
        assert unfinished_jobs(found) == ()

    def test_some_still_run_or_wait(self, generation: str, start: Start) -> None:
        jobs = (
            job(TEST, name="here"),
            job(TrueStep("slow", fate=Fate.RUNNING), current=False, name="there"),
            TrueUnit(name="later", steps=(TrueStep("deploy", fate=Fate.WAITING),), fate=Fate.WAITING),
        )
        found = reach(start(generation, TrueBuild(jobs=jobs))).build()

        assert [one.number for one in unfinished_jobs(found)] == [2, 3]
        assert [one.state for one in unfinished_jobs(found)] == [State.RUNNING, State.PENDING]
        assert names(found) == ["test"]

    def test_a_job_in_which_a_copy_of_this_program_runs_counts_as_known(self, generation: str, start: Start) -> None:
        matrix = tuple(job(TrueStep("test"), name="test", axes={"GO": go}) for go in ("1.21", "1.22"))
        found = reach(start(generation, TrueBuild(jobs=matrix))).build()

        assert unfinished_jobs(found) == ()

    def test_step_of_the_own_job_that_runs_beside(self, generation: str, start: Start) -> None:
        """It is known to be neither a service nor detached only where the server says which steps are."""
        steps = TrueStep("database", fate=Fate.RUNNING, kind="service"), TrueStep("test", fate=Fate.RUNNING)
        found = reach(start(generation, build(*steps))).build()

        told = ["test"] if generation in ("drone-2", "drone-2-kube", "harness") else []
        assert [one.name for one in beside(found)] == told

    def test_could_not_be_set_up(self, generation: str, start: Start) -> None:
        jobs = (job(name="here"), TrueUnit(name="there", fate=Fate.ENDED, error="linter: no such secret"))
        found = reach(start(generation, TrueBuild(jobs=jobs))).build()

        assert [(one.error, one.state.failed) for one in found.jobs] == [("", False), ("linter: no such secret", True)]
        assert culprits(found) == ()

    def test_canceled_steps_are_not_failed(self, generation: str, start: Start) -> None:
        """What never ran is no culprit."""
        killed = TrueUnit(
            steps=(TrueStep("test", fate=Fate.CANCELED), TrueStep("deploy", fate=Fate.NEVER_RUN)), fate=Fate.CANCELED
        )
        found = reach(start(generation, TrueBuild(jobs=(killed,)))).build()

        assert names(found) in ([], ["test"])
        assert not step(found, "deploy")[1].state.failed


def test_names_may_be_of_any_language(generation: str, start: Start) -> None:
    odd = TrueStep("prüfen 試験 🧪", code=1)
    client = reach(start(generation, TrueBuild(jobs=(job(odd, name="naïve"),), branch="größer")))

    found = client.build()

    assert (names(found), found.branch) == ([odd.name], "größer")
    assert client.log(odd.name, found).data.rstrip() == odd.text.rstrip()


TEXTS = {
    "lines": b"+ make\nboom\n",
    "colours and progress": b"10%\r50%\r100%\n\x1b[31mred\x1b[0m\n",
    "signs that JSON escapes": b'<a href="x">&\\</a>\n\xc3\xbc\xe2\x82\xac\n',
    "empty lines": b"one\n\n\ntwo\n\nthree\n\n\n\nfour\n",
    "many lines": b"".join(b"line %d\n" % number for number in range(1000)),
}


class TestLogs:
    @pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
    def test_is_whole(self, text: bytes, generation: str, start: Start) -> None:
        log = reach(start(generation, build(TrueStep("test", code=1, log=text)))).log("test")

        assert log.data.rstrip(b"\n") == text.rstrip(b"\n")
        assert (log.complete, log.reason) == (True, "")

    def test_of_a_silent_step(self, generation: str, start: Start) -> None:
        log = reach(start(generation, build(TrueStep("test", code=1, log=b"")))).log("test")

        assert log.data == b""

    def test_of_a_step_that_did_not_run(self, generation: str, start: Start) -> None:
        fake = start(generation, build(TEST, TrueStep("deploy", fate=Fate.PASSED)))

        log = reach(fake).log("deploy")

        assert (log.data, log.complete, log.reason) == (b"", False, "the step did not run, so it has no log")
        assert fake.asked("logs/") == []

    def test_that_never_reached_the_server(self, generation: str, start: Start) -> None:
        log = reach(start(generation, build(TrueStep("test", code=1, stored=False)))).log("test")

        if generation in OLD:  # whose stream still holds the lines of the unit
            assert (log.data, log.complete) == (TEST.text, False)
        else:
            assert (log.data, log.complete) == (b"", False)
        assert log.reason

    def test_that_was_purged(self, generation: str, start: Start) -> None:
        ended = TrueBuild(jobs=(job(TrueStep("test", code=1, purged=True), current=False, fate=Fate.ENDED),))
        log = reach(start(generation, ended)).log("test")

        assert (log.data, log.complete) == (b"", False)
        assert log.reason

    def test_of_the_same_step_in_two_jobs(self, generation: str, start: Start) -> None:
        matrix = tuple(job(TrueStep("test", code=1, log=f"boom in {place}\n"), name=f"leg{place}") for place in (1, 2))
        client = reach(start(generation, TrueBuild(jobs=matrix)))
        found = client.build()

        logs = [client.server.log(*culprit).data.strip() for culprit in culprits(found)]

        assert logs == [b"boom in 1", b"boom in 2"]


class TestGreen:
    def test_of_the_last_good_build(self, generation: str, start: Start) -> None:
        past = green(41, TrueStep("test", log="all fine\n")), build(TrueStep("test", code=9), number=40)
        ended = TrueBuild(number=40, jobs=(job(TEST, current=False, fate=Fate.ENDED),))
        client = reach(start(generation, build(TEST), past[0], ended))

        log = client.green("test")

        assert log.data.strip() == b"all fine"
        assert log.reason == ""

    def test_none(self, generation: str, start: Start) -> None:
        log = reach(start(generation, build(TEST))).green("test")

        assert log.data == b""
        assert log.reason.startswith("no green build to compare with: ")

    def test_purged(self, generation: str, start: Start) -> None:
        log = reach(start(generation, build(TEST), green(41, TrueStep("test", purged=True)))).green("test")

        assert (log.data, log.complete) == (b"", False)
        assert log.reason

    def test_search_returns_the_builds_it_has_seen(self, generation: str, start: Start) -> None:
        client = reach(start(generation, build(TEST), green(41, TrueStep("test"))))

        client.green("test")

        assert (41, State.SUCCESS, "main") in [(one.number, one.state, one.branch) for one in client.server.earlier()]


class TestRefusals:
    def test_public_repository_needs_no_token(self, generation: str, start: Start) -> None:
        found = reach(start(generation, build(TEST), private=False), token="").build()

        assert names(found) == ["test"]

    @pytest.mark.parametrize("token", ["", "wrong"], ids=["no token", "wrong token"])
    def test_private_repository(self, token: str, generation: str, start: Start) -> None:
        answers = r"401.*set `token` to the token of a user who may read|403.*there is no token.*set `token`"
        with pytest.raises(ServerError, match=answers):
            reach(start(generation, build(TEST)), token=token).build()

    def test_no_such_repository(self, generation: str, start: Start) -> None:
        fake = start(generation, build(TEST))

        with pytest.raises(ServerError, match=r"404.*check `repo` \(nobody/nothing\) and `build` \(42\)"):
            reach(fake, repo="nobody/nothing").build()

    def test_no_such_build(self, generation: str, start: Start) -> None:
        fake = start(generation, build(TEST))

        with pytest.raises(ServerError, match=r"check `.*build`"):
            reach(fake, build=999).build()

    def test_wrong_base_address(self, generation: str, start: Start) -> None:
        fake = start(generation, build(TEST))
        fake.fault("/api", Reply(200, b"<html>Log in</html>", "text/html"), times=9)

        with pytest.raises(ServerError, match=r"text/html instead of JSON; most likely `server` .* is not the base"):
            reach(fake).build()

    def test_something_else_as_json(self, generation: str, start: Start) -> None:
        fake = start(generation, build(TEST))
        fake.fault("/api", Reply(200, b"[null]", "application/json"), times=9)

        with pytest.raises(
            ServerError, match=r"is not (a build|a pipeline|the repository|one about) .*check `server` and `repo`"
        ):
            reach(fake).build()


FAULTS = {
    "reset": Fault.RESET,
    "cut": Fault.CUT,
    "half": Fault.HALF,
    "500": Reply(500),
    "502 of a proxy": Reply(502, b"<html>Bad Gateway</html>", "text/html"),
    "429": Reply(429),
    "429, come back in 7 s": Reply(429, headers={"Retry-After": "7"}),
}


class TestBadDays:
    @pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
    def test_a_transient_fault_costs_only_time(self, fault: Fault | Reply, generation: str, start: Start) -> None:
        fake = start(generation, build(TEST))
        fake.fault("builds|pipelines|executions", fault, times=2)
        fake.fault("logs/", fault, times=2)
        client = reach(fake)

        found = client.build()
        log = client.log("test", found)

        assert (names(found), log.data.rstrip()) == (["test"], TEST.text.rstrip())
        if isinstance(fault, Reply) and fault.headers:
            assert client.clock.naps.count(7.0) == 4

    def test_a_lasting_fault_of_a_log_is_its_reason(self, generation: str, start: Start) -> None:
        fake = start(generation, build(TEST))
        client = reach(fake)
        found = client.build()
        fake.fault("logs/", Reply(500), times=99)

        log = client.log("test", found)

        assert (log.data, log.complete) == (b"", False)
        assert "500" in log.reason

    def test_a_server_that_says_nothing(self, start: Start) -> None:
        fake = start("drone-2", build(TEST))
        fake.fault("/api", Fault.SILENT, times=9)

        with pytest.raises(OutOfTime, match="setting `timeout`"):
            reach(fake, deadline=Deadline(1)).build()


def test_user_agent_names_the_plugin(generation: str, start: Start) -> None:
    fake = start(generation, build(TEST))

    reach(fake).log("test")

    assert {request.headers["User-Agent"] for request in fake.requests} == {USER_AGENT}
    assert {request.headers["Authorization"] for request in fake.requests} == {f"Bearer {fake.token}"}
