"""The last green build: where it is searched, at what price, and what a missing one costs."""

import pytest

from plugin.ci.logs import logs_of
from plugin.model.build import EarlierBuild, State, culprits
from tests.ci.conftest import Start
from tests.ci.reach import reach
from tests.fakes.servers import FAKES, FakeServer, Reply
from tests.fakes.servers.truth import Fate, TrueBuild, TrueStep, build, green, job

TEST = TrueStep("test", code=2)
FINE = TrueStep("test", log="fine\n")
WOODPECKER = [name for name in FAKES if name.startswith("woodpecker-") and not name.endswith("0.15")]
OTHERS = [name for name in FAKES if name not in WOODPECKER]


def red(number: int, branch: str = "main") -> TrueBuild:
    return TrueBuild(number=number, branch=branch, jobs=(job(TEST, current=False, fate=Fate.ENDED),))


def reach_earlier(fake: FakeServer) -> tuple[EarlierBuild, ...]:
    """Return the earlier builds that a search on the server sees."""
    client = reach(fake)
    client.green("test")
    return tuple({build.number: build for build in client.server.earlier()}.values())


def extra(fake: FakeServer, before: int) -> list[str]:
    return [request.address for request in fake.requests[before:]]


class TestPrice:
    """`baseline_requests` for each failed step: one for its log, the others go into one search."""

    @pytest.mark.parametrize("steps", [1, 2, 5])
    def test_is_three_more_requests_for_a_failed_step_at_most(self, steps: int, generation: str, start: Start) -> None:
        failed = [TrueStep(f"test{number}", code=1) for number in range(steps)]
        before = green(41, *(TrueStep(step.name, log="fine\n") for step in failed))
        fake = start(generation, build(*failed), before)
        client = reach(fake)
        found = client.build()
        asked = len(fake.requests)

        greens = [client.server.green(found, *culprit) for culprit in culprits(found)]

        assert all(log.data for log in greens)
        assert len(fake.requests) - asked <= 3 * steps
        assert len(fake.requests) - asked <= steps + 2, "one search is enough for all of them"

    def test_is_less_where_there_is_no_green_build(self, generation: str, start: Start) -> None:
        fake = start(generation, build(TEST), *(red(number) for number in range(1, 41)))
        client = reach(fake)
        found = client.build()
        asked = len(fake.requests)

        client.green("test", found)

        assert len(extra(fake, asked)) == 1

    def test_one_request_leaves_none_to_search(self, start: Start) -> None:
        fake = start("drone-2", build(TEST), green(41, FINE))
        client = reach(fake, baseline_requests=1)
        found = client.build()

        log = client.green("test", found)

        assert (
            log.reason
            == "no green build to compare with: setting `baseline_requests` leaves no request to search for one"
        )
        assert fake.asked("builds$") == []

    def test_a_large_budget_reads_three_pages_at_most(self, start: Start) -> None:
        fake = start("drone-0.8", build(TEST, number=400), *(red(number) for number in range(1, 400)))
        client = reach(fake, baseline_requests=20)
        found = client.build()

        client.green("test", found)

        assert fake.asked("builds$") == [f"/api/repos/octo/demo/builds?page={page}" for page in (1, 2, 3)]

    @pytest.mark.parametrize("generation", OTHERS)
    def test_a_short_list_of_builds_is_read_once(self, generation: str, start: Start) -> None:
        fake = start(generation, build(TEST), red(41))

        reach(fake, baseline_requests=20).green("test")

        assert len(fake.asked("(builds|executions)$")) == 1

    def test_a_failed_search_is_not_repeated(self, start: Start) -> None:
        failed = [TrueStep(f"test{number}", code=1) for number in range(5)]
        fake = start("drone-2", build(*failed))
        client = reach(fake)

        logs = list(logs_of(client.server, client.build()))

        assert len({one.green.reason for one in logs if one.green}) == 1
        assert len(fake.asked("builds$")) <= 2


class TestSearch:
    @pytest.mark.parametrize("generation", OTHERS)
    def test_takes_the_newest_of_the_branch(self, generation: str, start: Start) -> None:
        past = (
            green(39, TrueStep("test", log="older\n")),
            green(40, FINE),
            red(41),
            green(38, TrueStep("test", log="elsewhere\n"), branch="other"),
        )

        assert reach(start(generation, build(TEST), *past)).green("test").data == b"fine\n"

    @pytest.mark.parametrize("generation", OTHERS)
    def test_takes_the_default_branch_where_the_own_was_never_green(self, generation: str, start: Start) -> None:
        past = green(39, FINE), red(41, branch="next")

        assert reach(start(generation, build(TEST, branch="next"), *past)).green("test").data == b"fine\n"

    @pytest.mark.parametrize("generation", OTHERS)
    def test_ignores_newer_builds(self, generation: str, start: Start) -> None:
        """A build that is restarted, or looked at later."""
        later = green(43, TrueStep("test", log="later\n"))

        assert reach(start(generation, build(TEST), later, green(40, FINE))).green("test").data == b"fine\n"

    @pytest.mark.parametrize("generation", OTHERS)
    def test_ignores_the_build_itself(self, generation: str, start: Start) -> None:
        """Its failure may be an ignored one."""
        itself = TrueBuild(jobs=(job(FINE, current=False, fate=Fate.ENDED),))

        assert reach(start(generation, itself)).green("test").data == b""

    @pytest.mark.parametrize(("generation", "page"), [("drone-0.8", 50), ("drone-2", 100), ("harness", 100)])
    def test_continues_on_the_next_page(self, generation: str, page: int, start: Start) -> None:
        past = [red(number) for number in range(2, page + 20)]
        fake = start(generation, build(TEST, number=page + 20), green(1, FINE), *past)

        assert reach(fake, baseline_requests=4).green("test").data == b"fine\n"

    def test_requests_no_larger_page_than_drone_supports(self, start: Start) -> None:
        """More than a hundred would become twenty-five."""
        fake = start("drone-2", build(TEST), green(41, FINE))

        reach(fake).green("test")

        assert fake.asked("builds$") == ["/api/repos/octo/demo/builds?page=1&per_page=100"]

    @pytest.mark.parametrize("generation", WOODPECKER)
    def test_woodpecker_finds_it_behind_builds_of_other_branches_and_failed_ones(
        self, generation: str, start: Start
    ) -> None:
        other = green(41, FINE, event="pull_request", pull=8, source="other", branch="next")
        fake = start(generation, build(TEST), other, red(40), green(39, FINE))

        assert reach(fake).green("test").data.rstrip() == b"fine"
        seen = {one.number: one.state.failed for one in reach_earlier(fake)}
        assert seen == {42: False, 41: False, 40: True, 39: False}

    @pytest.mark.parametrize("generation", ["woodpecker-3.13", "woodpecker-3.17"])
    def test_woodpecker_3_finds_an_old_one_in_one_request(self, generation: str, start: Start) -> None:
        past = [red(number) for number in range(2, 100)]
        fake = start(generation, build(TEST, number=100), green(1, FINE), *past)

        assert reach(fake, baseline_requests=4).green("test").data.rstrip() == b"fine"
        assert fake.asked("pipelines$") == [
            "/api/repos/17/pipelines?page=1&perPage=50",
            "/api/repos/17/pipelines?status=success&branch=main&event=push&page=1&perPage=1",
        ]

    @pytest.mark.parametrize("generation", ["woodpecker-3.13", "woodpecker-3.17"])
    def test_with_the_list_of_the_history_one_failed_step_of_a_busy_repository_is_compared(
        self, generation: str, start: Start
    ) -> None:
        past = [red(number) for number in range(2, 100)]
        fake = start(generation, build(TEST, number=100), green(1, FINE), *past)
        client = reach(fake)
        listed = client.server.past().listed()

        assert len(listed) == 50
        assert client.green("test").data.rstrip() == b"fine"
        assert len(fake.asked("pipelines$")) == 2, "the list is read once"

    @pytest.mark.parametrize("generation", WOODPECKER)
    def test_of_the_first_build_makes_no_request(self, generation: str, start: Start) -> None:
        fake = start(generation, build(TEST, number=1))

        assert reach(fake).green("test").reason == "no green build to compare with: this is the first build"
        assert fake.asked("pipelines$|latest") == []

    @pytest.mark.parametrize("generation", WOODPECKER)
    def test_of_a_target_branch_without_builds_says_so(self, generation: str, start: Start) -> None:
        pull = build(TEST, event="pull_request", pull=7, source="fix", branch="next")

        log = reach(start(generation, pull), baseline_requests=2).green("test")

        assert log.reason == "no green build to compare with: next has no build yet"

    @pytest.mark.parametrize("generation", WOODPECKER)
    def test_woodpecker_tries_the_target_branch_of_a_pull_request(self, generation: str, start: Start) -> None:
        pull = build(TEST, event="pull_request", pull=7, source="fix")
        fake = start(generation, pull, green(40, FINE), green(41, FINE, event="pull_request", pull=8, source="other"))

        assert reach(fake, baseline_requests=2).green("test").data.rstrip() == b"fine"
        assert fake.asked("latest") == ["/api/repos/17/pipelines/latest?branch=main"]

    @pytest.mark.parametrize("generation", WOODPECKER)
    def test_woodpecker_reads_the_list_when_the_budget_allows(self, generation: str, start: Start) -> None:
        fake = start(generation, build(TEST), red(41), green(40, FINE))

        assert reach(fake, baseline_requests=3).green("test").data.rstrip() == b"fine"

    def test_woodpecker_1_takes_the_default_branch_from_the_lookup(self, start: Start) -> None:
        fake = start("woodpecker-1.0", build(TEST, branch="next"), red(41, branch="next"), green(40, FINE))
        environ = {**fake.environ(), "CI_REPO_DEFAULT_BRANCH": ""}

        assert reach(fake, environ=environ, baseline_requests=3).green("test").data.rstrip() == b"fine"

    def test_woodpecker_uses_the_previous_build_of_the_environment(self, start: Start) -> None:
        fake = start("woodpecker-2.8", build(TEST), red(41), green(40, FINE))
        environ = {**fake.environ(), "CI_PREV_PIPELINE_STATUS": "success", "CI_PREV_PIPELINE_NUMBER": "40"}

        assert reach(fake, environ=environ, baseline_requests=2).green("test").data.rstrip() == b"fine"

    def test_woodpecker_checks_the_previous_build_of_the_environment(self, start: Start) -> None:
        """It can be wrong."""
        fake = start("woodpecker-2.8", build(TEST), red(41))
        environ = {**fake.environ(), "CI_PREV_PIPELINE_STATUS": "success", "CI_PREV_PIPELINE_NUMBER": "41"}

        log = reach(fake, environ=environ, baseline_requests=2).green("test")

        assert log.data == b""
        assert log.reason.endswith(
            "build 41 is not a green one of this branch; setting `baseline_requests` of 3 lets the plugin search "
            "further back"
        )


class TestTwin:
    def test_is_the_step_with_the_same_name_and_matrix_values(self, start: Start) -> None:
        matrix = tuple(job(TEST, name="test", axes={"GO": go}) for go in ("1.21", "1.22"))
        past = tuple(
            job(TrueStep("test", log=f"fine {go}\n"), current=False, name="test", axes={"GO": go}, fate=Fate.ENDED)
            for go in ("1.22", "1.21")
        )
        client = reach(start("woodpecker-2.8", TrueBuild(jobs=matrix), TrueBuild(number=41, jobs=past)))
        found = client.build()

        greens = [client.server.green(found, *culprit).data.rstrip() for culprit in culprits(found)]

        assert greens == [b"fine 1.21", b"fine 1.22"]

    def test_that_is_new_has_none(self, start: Start) -> None:
        fake = start("woodpecker-2.8", build(TEST), green(41, TrueStep("other")))

        assert reach(fake).green("test").reason == "no green build to compare with: build 41 did not run this step"


class TestTrouble:
    @pytest.mark.parametrize(
        "fault",
        [Reply(404), Reply(200, b"<html>", "text/html"), Reply(200, b"null", "application/json"), Reply(500)],
        ids=["404", "html", "null", "500"],
    )
    def test_of_the_list_is_a_reason(self, fault: Reply, generation: str, start: Start) -> None:
        fake = start(generation, build(TEST), green(41, FINE))
        client = reach(fake)
        found = client.build()
        fake.fault(r"builds\?|pipelines\?|executions\?|/(builds|pipelines|executions)/41", fault, times=99)

        log = client.green("test", found)

        assert (log.data, log.complete) == (b"", False)
        assert log.reason.startswith("no green build to compare with: ")

    def test_of_one_log_leaves_the_others(self, start: Start) -> None:
        failed = TrueStep("lint", code=1), TEST
        fake = start("drone-2", build(*failed), green(41, TrueStep("lint", purged=True), FINE))
        client = reach(fake)

        logs = list(logs_of(client.server, client.build()))

        assert [bool(one.green and one.green.data) for one in logs] == [False, True]

    def test_builds_seen_by_the_search_are_returned(self, start: Start) -> None:
        client = reach(start("drone-2", build(TEST), red(41), green(40, FINE)))

        client.green("test")

        assert [(one.number, one.state) for one in client.server.earlier()][:3] == [
            (42, State.RUNNING),
            (41, State.FAILURE),
            (40, State.SUCCESS),
        ]
