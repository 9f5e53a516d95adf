"""What is unknown is never reported as passed: runs against every kind of server, with a red comment there before."""

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from plugin.commands.step import PluginStep
from tests.fakes.forges.gitea import GiteaFake
from tests.fakes.servers import FAKES, FakeServer
from tests.fakes.servers.server import Reply
from tests.fakes.servers.truth import Fate, TrueBuild, TrueStep, TrueUnit, build, job
from tests.test_context import STATUS

PULL = 7
OUTPUT = "report.json,report.md,report.txt,report.html,report.xml,report.sarif"
UNREACHABLE = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Run:
    code: int
    printed: str
    complaints: str
    status: str
    notes: tuple[str, ...]
    files: str


def green(number: int = 42, *jobs: TrueUnit) -> TrueBuild:
    current = job(TrueStep("lint"), TrueStep("test"))
    return TrueBuild(jobs=(current, *jobs), number=number, event="pull_request", pull=PULL, source="fix")


def red(number: int = 42) -> TrueBuild:
    return build(TrueStep("test", code=1), number=number, event="pull_request", pull=PULL, source="fix")


def run(
    server: FakeServer, folder: Path, forge: GiteaFake | None = None, said: str | None = None, **settings: str
) -> Run:
    """One run; `said` is what the environment says, else what the build is worth."""
    if forge:
        server.repo = forge.repo
        settings = {"FORGE": "gitea", "FORGE_URL": forge.url, "FORGE_TOKEN": forge.token, **settings}
    environ = dict(server.environ())
    if said is not None:
        environ |= dict.fromkeys((name for name in variables_of(server) if name in environ), said)
    given = {"TOKEN": server.token, "BASELINE": "off", "WAIT": "0", "OUTPUT": OUTPUT, **settings}
    environ |= {"CI_WORKSPACE": str(folder), "DRONE_WORKSPACE": str(folder)}
    printed, complaints = io.BytesIO(), io.StringIO()
    code = PluginStep(
        {**environ, **{f"PLUGIN_{name}": text for name, text in given.items()}}, printed, complaints
    ).run()
    document = json.loads((folder / "report.json").read_text("utf-8"))
    files = "\n".join(path.read_text("utf-8") for path in folder.iterdir())
    said_notes = tuple(document["notes"])
    return Run(code, printed.getvalue().decode(), complaints.getvalue(), document["build"]["status"], said_notes, files)


def variables_of(server: FakeServer) -> tuple[str, ...]:
    """Return the variables with the build's status; Drone 0.8 sets two with the same value."""
    named = STATUS[generation_of(server)]
    return (named, "CI_BUILD_STATUS") if generation_of(server) == "drone-0.8" else (named,)


def generation_of(server: FakeServer) -> str:
    return server.generation  # type: ignore[attr-defined,no-any-return]  # set by the fixture


@pytest.fixture(params=FAKES)
def serve(request: pytest.FixtureRequest) -> Iterator[Callable[[TrueBuild], FakeServer]]:
    """Return a function that starts a server, for every generation."""
    started: list[FakeServer] = []

    def start(now: TrueBuild) -> FakeServer:
        server = FAKES[request.param](now)
        server.generation = request.param  # type: ignore[attr-defined]
        started.append(server.__enter__())
        return server

    yield start
    for server in started:
        server.__exit__()


@pytest.fixture
def forge() -> Iterator[GiteaFake]:
    with GiteaFake() as fake:
        yield fake


def change(server: FakeServer, mutate: Callable[[dict[str, object]], None]) -> None:
    """From now on the server's answer for the build is changed so."""
    whole = server.answer

    def answer(request: object) -> Reply:
        reply = whole(request)  # type: ignore[arg-type]
        if not re.search(r"/(builds|pipelines|executions)/42$", request.path):  # type: ignore[attr-defined]
            return reply
        document = json.loads(reply.body)
        mutate(document)
        return Reply(reply.status, json.dumps(document).encode(), reply.kind, reply.headers)

    server.answer = answer  # type: ignore[method-assign]


JOBS = ("procs", "stages", "workflows")
STEPS = ("children", "steps")


def jobs_of(document: Mapping[str, object]) -> list[dict[str, object]]:
    return _first(document, JOBS)


def steps_of(job: Mapping[str, object]) -> list[dict[str, object]]:
    return _first(job, STEPS)


def _first(record: Mapping[str, object], names: tuple[str, ...]) -> list[dict[str, object]]:
    found = next(record[name] for name in names if name in record)
    assert isinstance(found, list)
    return found


def say(record: dict[str, object], word: str) -> None:
    record["state" if "state" in record else "status"] = word


def said_passed(done: Run) -> bool:
    return "passed" in done.printed.splitlines()[0] or done.status == "success" or "✅" in done.files


# The build cannot be read

UNREAD = {"no token": "", "wrong token": "of-nobody"}


@pytest.mark.parametrize("why", UNREAD)
@pytest.mark.parametrize("said", ["failure", "success", ""])
def test_build_that_may_not_be_read(
    serve: Callable[[TrueBuild], FakeServer], why: str, said: str, tmp_path: Path
) -> None:
    server = serve(red())
    done = run(server, tmp_path, said=said, SERVER=server.url, TOKEN=UNREAD[why])
    failed = said == "failure" and STATUS[generation_of(server)]
    assert done.status == ("failure" if failed else "unknown")
    assert not said_passed(done)
    assert ("cause unknown" in done.files) == bool(failed)
    assert any("the build could not be read" in note and "`token`" in note for note in done.notes)
    assert done.code == 0


@pytest.mark.parametrize("generation", ["drone-0.8", "drone-2", "woodpecker-3.13", "woodpecker-3.17"])
def test_server_that_is_gone(generation: str, tmp_path: Path) -> None:
    with FAKES[generation](red()) as server:
        server.generation = generation  # type: ignore[attr-defined]
        done = run(server, tmp_path, said="success", SERVER=UNREACHABLE, TIMEOUT="3")
    assert (done.code, done.status) == (0, "unknown")
    assert not said_passed(done)
    assert "`server`" in done.notes[0]


def test_red_comment_is_not_turned_green_by_a_build_that_may_not_be_read(
    serve: Callable[[TrueBuild], FakeServer], forge: GiteaFake, tmp_path: Path
) -> None:
    server = serve(red(41))
    run(server, tmp_path, forge)
    (before,) = forge.texts(PULL)
    assert "❌" in before
    newer = serve(green(42))
    run(newer, tmp_path, forge, said="success", TOKEN="of-nobody")
    (text,) = forge.texts(PULL)
    assert "✅" not in text
    assert text.startswith("### ❔")
    assert "has an unknown result" in text
    assert "`token`" in text


# An answer was read, and does not tell


def no_jobs(document: dict[str, object]) -> None:
    for name in JOBS:
        document.pop(name, None)


def unknown_build(document: dict[str, object]) -> None:
    say(document, "somewhat")


def unknown_job(document: dict[str, object]) -> None:
    say(jobs_of(document)[0], "somewhat")


def unknown_step(document: dict[str, object]) -> None:
    say(steps_of(jobs_of(document)[0])[1], "somewhat")


def missing_word(document: dict[str, object]) -> None:
    step = steps_of(jobs_of(document)[0])[1]
    step.pop("state", None)
    step.pop("status", None)


UNCLEAR = (no_jobs, unknown_build, unknown_job, unknown_step, missing_word)


@pytest.mark.parametrize("mutate", UNCLEAR)
def test_answer_that_leaves_the_state_open_is_unknown_everywhere(
    serve: Callable[[TrueBuild], FakeServer],
    mutate: Callable[[dict[str, object]], None],
    forge: GiteaFake,
    tmp_path: Path,
) -> None:
    run(serve(red(41)), tmp_path, forge)
    server = serve(green())
    change(server, mutate)
    done = run(server, tmp_path, forge)
    (text,) = forge.texts(PULL)
    assert done.status == "unknown"
    assert not said_passed(done)
    assert text.startswith("### ❔")


@pytest.mark.parametrize("word", ["canceled", "declined", "blocked"])
@pytest.mark.parametrize("level", ["build", "job", "step"])
def test_a_stopped_build_has_the_state_of_the_server(
    serve: Callable[[TrueBuild], FakeServer], level: str, word: str, forge: GiteaFake, tmp_path: Path
) -> None:
    run(serve(red(41)), tmp_path, forge)
    server = serve(green())

    def stop(document: dict[str, object]) -> None:
        job = jobs_of(document)[0]
        say({"build": document, "job": job, "step": steps_of(job)[1]}[level], word)

    change(server, stop)
    done = run(server, tmp_path, forge)
    (text,) = forge.texts(PULL)
    assert done.status == word
    assert not said_passed(done)
    assert "✅ [Build" not in text
    assert "still running" not in text


def test_failure_in_the_environment_is_not_called_passed(
    serve: Callable[[TrueBuild], FakeServer], forge: GiteaFake, tmp_path: Path
) -> None:
    run(serve(red(41)), tmp_path, forge)
    server = serve(green())
    done = run(server, tmp_path, forge, said="failure")
    (text,) = forge.texts(PULL)
    if not STATUS[generation_of(server)]:
        assert done.status == "success"  # 3.0 to 3.14 set no variable that counts
        return
    assert done.status == "unknown"
    assert not said_passed(done)
    assert text.startswith("### ❔")
    assert "the CI says failure, its API lists no failed step" in text


def test_success_in_the_environment_hides_no_failure(serve: Callable[[TrueBuild], FakeServer], tmp_path: Path) -> None:
    assert run(serve(red()), tmp_path, said="success").status == "failure"


def test_green_build_is_still_passed(serve: Callable[[TrueBuild], FakeServer], tmp_path: Path) -> None:
    done = run(serve(green()), tmp_path)
    assert done.status == "success"
    assert said_passed(done)


# Comments


@pytest.mark.parametrize(("occasion", "created"), [("failure", 0), ("change", 0), ("always", 1), ("never", 0)])
def test_unknown_creates_no_comment_unless_always(
    occasion: str, created: int, forge: GiteaFake, tmp_path: Path
) -> None:
    with FAKES["woodpecker-3.13"](red()) as server:
        server.generation = "woodpecker-3.13"  # type: ignore[attr-defined]
        run(server, tmp_path, forge, TOKEN="of-nobody", COMMENT_ON=occasion)
    assert len(forge.texts(PULL)) == created


def test_failure_whose_cause_is_unknown_is_commented(forge: GiteaFake, tmp_path: Path) -> None:
    with FAKES["drone-2"](red()) as server:
        server.generation = "drone-2"  # type: ignore[attr-defined]
        run(server, tmp_path, forge, TOKEN="of-nobody")
        (text,) = forge.texts(PULL)
        assert text.startswith("### ❌")
        assert "cause unknown" in text
        run(server, tmp_path, forge)
        (text,) = forge.texts(PULL)
    assert "cause unknown" not in text
    assert "test" in text


def test_unknown_is_replaced_by_a_copy_that_could_read_the_build(forge: GiteaFake, tmp_path: Path) -> None:
    with FAKES["woodpecker-3.13"](green()) as server:
        server.generation = "woodpecker-3.13"  # type: ignore[attr-defined]
        run(server, tmp_path, forge, TOKEN="of-nobody", COMMENT_ON="always")
        run(server, tmp_path, forge, COMMENT_ON="always")
    (text,) = forge.texts(PULL)
    assert text.startswith("### ✅")


# Services and detached steps

TORN_DOWN = {
    "service": TrueStep("db", code=137, kind="service"),
    "service that ended on SIGTERM": TrueStep("db", code=143, kind="service"),
    "detached step": TrueStep("db", code=137, detached=True),
    "detached step under the local backend": TrueStep("db", code=-1, detached=True),
}
WOODPECKER = [name for name in FAKES if name.startswith("woodpecker-3")]


def reported(generation: str, folder: Path, *steps: TrueStep, why: bool = True) -> list[str]:
    """Return the failed steps that a separate reporter workflow names."""
    tests = TrueUnit("test", (TrueStep("clone", kind="clone"), *steps), fate=Fate.ENDED)
    last = TrueUnit("why", (TrueStep("summary", fate=Fate.RUNNING, kind="plugin"),))
    with FAKES[generation](TrueBuild(jobs=(tests, last) if why else (tests,))) as server:
        server.generation = generation  # type: ignore[attr-defined]
        environ = {**server.environ(2 if why else 1), "PLUGIN_TOKEN": server.token, "CI_WORKSPACE": str(folder)}
        settings = {"PLUGIN_OUTPUT": "report.json", "PLUGIN_BASELINE": "off", "PLUGIN_WAIT": "0"}
        PluginStep({**environ, **settings}, io.BytesIO(), io.StringIO()).run()
    document = json.loads((folder / "report.json").read_text("utf-8"))
    assert (document["build"]["status"] == "failure") == bool(document["failures"])
    return [failure["step"] for failure in document["failures"]]


@pytest.mark.parametrize("generation", WOODPECKER)
@pytest.mark.parametrize("step", TORN_DOWN.values(), ids=TORN_DOWN)
def test_a_step_stopped_by_the_end_of_its_workflow_is_no_failure(
    generation: str, step: TrueStep, tmp_path: Path
) -> None:
    assert reported(generation, tmp_path, step, TrueStep("test", code=1)) == ["test"]
    assert reported(generation, tmp_path, step, TrueStep("test")) == []


@pytest.mark.parametrize("generation", WOODPECKER)
@pytest.mark.parametrize(
    "step", [TrueStep("db", code=1, kind="service"), TrueStep("db", code=1, detached=True), TrueStep("db", code=137)]
)
def test_a_service_that_failed_on_its_own_is_a_failure(generation: str, step: TrueStep, tmp_path: Path) -> None:
    assert sorted(reported(generation, tmp_path, step, TrueStep("test", code=1))) == ["db", "test"]


# Outside of a CI


def outside(*arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    environ = {"PATH": "/usr/bin:/bin", **{f"PLUGIN_{name}": value for name, value in settings.items()}}
    command = [sys.executable, "-m", "plugin", *arguments]
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)


def test_without_a_ci_and_a_named_build_it_prints_how_to_use_it() -> None:
    done = outside()
    assert done.returncode == 2
    assert "Usage" in done.stdout
    assert "status: [success, failure]" in done.stdout
    assert "passed" not in done.stdout
    assert "`server`, `repo` and `build`" in done.stderr


def test_outside_of_a_ci_a_named_build_is_read(tmp_path: Path) -> None:
    with FAKES["drone-2"](build(TrueStep("test", code=1))) as server:
        named = {"SERVER": server.url, "REPO": server.repo, "BUILD": "42", "TOKEN": server.token, "WAIT": "0"}
        done = outside(OUTPUT=str(tmp_path / "report.md"), **named)
    assert done.returncode == 0
    assert "failed" in done.stdout
