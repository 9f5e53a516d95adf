"""Verdicts of whole runs against every generation of servers, and the requests that each costs."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.commands.test_step import PULL, run
from tests.fakes.forges.gitea import GiteaFake
from tests.fakes.servers import FAKES, FakeServer, Reply
from tests.fakes.servers.truth import Fate, TrueBuild, TrueStep, job

DOCS = Path(__file__).parents[2] / "docs" / "verdicts.md"
GO = "+ go test ./...\n--- FAIL: {test} (0.0{run}s)\n    cart_test.go:{run}: Discounted(0) = 9000, want 900\nFAIL\n"
NUMBER = 42


def step(cause: str, number: int) -> TrueStep:
    """Return the step that runs tests, with the test that fails; lines and times differ from build to build."""
    if not cause:
        return TrueStep("test", log="+ go test ./...\nok\n")
    return TrueStep("test", code=1, log=GO.format(test=cause, run=number % 10))


def now(cause: str = "TestCart", **more: object) -> TrueBuild:
    facts: dict[str, object] = {"number": NUMBER, **_PULL_REQUEST, "commit": "c42", **more}
    return TrueBuild(jobs=(job(step(cause, NUMBER)),), **facts)  # type: ignore[arg-type]


def past(number: int, cause: str = "", *, pull: int = 0, commit: str = "") -> TrueBuild:
    """Return an earlier push to main, or a build of a pull request."""
    where = {**_PULL_REQUEST, "pull": pull} if pull else {}
    done = job(step(cause, number), TrueStep("summary", kind="plugin"), current=False, fate=Fate.ENDED)
    return TrueBuild(number, (done,), commit=commit or f"c{number}", **where)  # type: ignore[arg-type]


def without_links(markdown: str) -> str:
    return re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", markdown)


_PULL_REQUEST = {"event": "pull_request", "pull": PULL, "source": "fix"}


@dataclass(frozen=True)
class Situation:
    """Earlier builds, what the run says of the failure, and the name of the row in the documentation."""

    past: tuple[TrueBuild, ...]
    kind: str
    text: str
    cause: str
    row: str


SITUATIONS = {
    "new": Situation(
        (past(41, pull=PULL),),
        "new",
        "new in this build, passed in build 41",
        "this_change",
        "new in this build, the previous build passed",
    ),
    "new reason": Situation(
        (past(41, "TestShop", pull=PULL),),
        "new",
        "new in this build, failed for another reason in build 41",
        "this_change",
        "new in this build, the previous build failed for another reason",
    ),
    "since": Situation(
        (past(41, "TestCart", pull=PULL), past(40, "TestCart", pull=PULL), past(39, pull=PULL)),
        "known",
        "the same failure since build 40",
        "undecided",
        "since build N, for a series of two builds",
    ),
    "target": Situation(
        (past(41, "TestCart"),),
        "elsewhere",
        "the target branch is broken: the same failure on main in build 41",
        "target_branch",
        "the same failure on the target branch",
    ),
    "target, other reason": Situation(
        (past(41, "TestShop"), past(40, pull=PULL)),
        "new",
        "new in this build, passed in build 40; fails for another reason on main in build 41",
        "this_change",
        "the target branch fails for another reason",
    ),
    "flaky": Situation(
        (past(41, pull=PULL, commit="c42"),),
        "flaky",
        "probably flaky: the same commit passed in build 41 (failed like this in 1 of 2)",
        "flaky",
        "the same commit passed",
    ),
    "widespread": Situation(
        (past(41, "TestCart", pull=8), past(40, "TestCart", pull=9), past(39, pull=PULL)),
        "widespread",
        "the same failure in 2 other pull requests, build 41, build 40",
        "known",
        "the same failure in two other pull requests",
    ),
}


COMMENTED = Situation(
    (past(41, "TestCart", pull=PULL), past(40, pull=PULL)),
    "known",
    "the same failure since build 41",
    "undecided",
    "since build N, from the comment",
)


@pytest.fixture
def forge() -> Iterator[GiteaFake]:
    with GiteaFake() as fake:
        yield fake


@pytest.fixture(params=SITUATIONS)
def situation(request: pytest.FixtureRequest) -> Situation:
    return SITUATIONS[request.param]


def documented() -> Mapping[str, int]:
    """Return the requests of each statement by the row of the table in docs/verdicts.md."""
    rows = re.findall(r"^\| (.+?) +\| (\d+) \|$", DOCS.read_text("utf-8"), re.MULTILINE)
    return {name: int(requests) for name, requests in rows}


def reported(server: FakeServer, folder: Path, forge: GiteaFake | None = None, **settings: str) -> dict[str, Any]:
    done = run(server, folder, forge, OUTPUT="report.json,report.txt", **settings)
    assert (done.code, done.complaints) == (0, "")
    return done.report()


def of_failure(report: dict[str, Any]) -> dict[str, Any]:
    (failure,) = report["failures"]
    found: dict[str, Any] = failure["verdict"]
    return found


def requests_of_history(server: FakeServer) -> int:
    """Return the requests for the list of builds and for builds and logs of other builds than this one."""
    lists = r"/(builds|(?<!/\+/)pipelines|executions)$"
    return len([one for one in server.requests if re.search(lists, one.path) or _is_of_another_build(one.path)])


def _is_of_another_build(path: str) -> bool:
    found = re.search(r"/(?:builds|pipelines|executions|logs)/(\d+)", path)
    return bool(found) and int(found[1]) != NUMBER if found else False


@pytest.mark.parametrize("generation", FAKES)
def test_verdict_of_a_run(generation: str, situation: Situation, tmp_path: Path) -> None:
    with FAKES[generation](now(), *situation.past) as server:
        report = reported(server, tmp_path)
        requests = requests_of_history(server)
    found = of_failure(report)
    assert found["kind"] == report["verdict"]["kind"] == situation.kind
    assert found["conclusion"]["cause"] == report["conclusion"]["cause"] == situation.cause
    assert situation.text.lower() in (tmp_path / "report.txt").read_text("utf-8").lower()
    assert all(build["url"].endswith(f"/{build['number']}") for one in found["evidence"] for build in one["builds"])
    assert requests == documented()[situation.row]


@pytest.mark.parametrize("generation", ["drone-0.8", "drone-2", "woodpecker-2.8", "woodpecker-3.17"])
def test_keys_in_the_comment_replace_requests_to_the_server(generation: str, tmp_path: Path, forge: GiteaFake) -> None:
    first = TrueBuild(41, (job(step("TestCart", 41)),), commit="c41", **_PULL_REQUEST)  # type: ignore[arg-type]
    with FAKES[generation](first) as server:
        run(server, tmp_path, forge)
    with FAKES[generation](now(), *COMMENTED.past) as server:
        asked = len(forge.requests)
        found = of_failure(reported(server, tmp_path, forge))
        lists = [one for one in forge.requests[asked:] if one.method == "GET" and one.path.endswith("/comments")]
        of_forge = len(lists) - 1  # the other one writes the comment
        assert requests_of_history(server) + of_forge == documented()[COMMENTED.row]
    assert (found["kind"], found["previous"]) == (COMMENTED.kind, "same")
    (comment,) = forge.texts()
    assert COMMENTED.text in without_links(comment)


@pytest.mark.parametrize("generation", FAKES)
def test_a_purged_log_is_not_compared(generation: str, tmp_path: Path) -> None:
    done = job(TrueStep("test", code=1, log=GO, purged=True), TrueStep("summary"), current=False, fate=Fate.ENDED)
    purged = TrueBuild(41, (done,), commit="c41", **_PULL_REQUEST)  # type: ignore[arg-type]
    with FAKES[generation](now(), purged) as server:
        report = reported(server, tmp_path)
    assert of_failure(report)["kind"] == "undecided"
    assert "lso failed in build 41 (not compared)" in (tmp_path / "report.txt").read_text("utf-8")


@pytest.mark.parametrize("generation", ["drone-2", "woodpecker-3.17", "harness"])
@pytest.mark.parametrize("setting", ["HISTORY", "HISTORY_REQUESTS"])
def test_nothing_is_read_if_settings_say_so(generation: str, setting: str, tmp_path: Path) -> None:
    with FAKES[generation](now(), past(41, "TestCart")) as server:
        reported(server, tmp_path, None, **{setting: "0"})
        assert requests_of_history(server) == 0


@pytest.mark.parametrize("requests", range(1, 13))
def test_requests_stay_within_the_setting(requests: int, tmp_path: Path) -> None:
    builds = [past(number, "TestShop", pull=number % 4 * 7) for number in range(20, 42)]
    with FAKES["woodpecker-3.17"](now(), *builds) as server:
        reported(server, tmp_path, HISTORY_REQUESTS=str(requests))
        assert requests_of_history(server) <= requests


@pytest.mark.parametrize("generation", FAKES)
def test_a_green_build_reads_nothing_of_the_past(generation: str, tmp_path: Path) -> None:
    with FAKES[generation](now(""), past(41, "TestCart")) as server:
        run(server, tmp_path)
        assert requests_of_history(server) == 0


@pytest.mark.parametrize("path", [r"/builds(\?|$)|/pipelines(\?|$)|/executions(\?|$)", r"/41(/|$)", r"/41/.*/|logs/41"])
@pytest.mark.parametrize("generation", ["drone-0.8", "drone-2", "woodpecker-3.17", "harness"])
def test_a_past_that_cannot_be_read_costs_nothing_but_the_statement(generation: str, path: str, tmp_path: Path) -> None:
    with FAKES[generation](now(), past(41, "TestCart", pull=PULL)) as server:
        server.fault(path, Reply(403), times=99)
        report = reported(server, tmp_path)
    assert report["failures"][0]["title"]
    assert report["notes"] == []
    verdict = of_failure(report)
    assert verdict["kind"] in (None, "undecided")


def test_each_failure_has_a_verdict_and_the_build_that_of_the_most_alarming(tmp_path: Path) -> None:
    lint = TrueStep("lint", code=1, log="+ flake8\nsrc/app.py:10:1: F401 'os' imported but unused\n")
    red = TrueBuild(NUMBER, (job(step("TestCart", NUMBER), lint),), commit="c42", **_PULL_REQUEST)  # type: ignore[arg-type]
    main = job(step("TestCart", 41), TrueStep("lint"), TrueStep("summary"), current=False, fate=Fate.ENDED)
    with FAKES["woodpecker-3.17"](red, TrueBuild(41, (main,), commit="c41")) as server:
        report = reported(server, tmp_path)
    kinds = {one["step"]: one["verdict"]["kind"] for one in report["failures"]}
    assert kinds == {"test": "elsewhere", "lint": "new"}
    assert (report["verdict"]["kind"], report["conclusion"]["cause"]) == ("new", "this_change")
