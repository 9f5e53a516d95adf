"""Several jobs of one build: a notify pipeline reads its siblings, copies of the step share one comment."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from plugin.commands.step import PluginStep
from plugin.http.deadline import Deadline
from tests.fakes.forges.gitea import GiteaFake
from tests.fakes.servers import FAKES, FakeServer
from tests.fakes.servers.truth import Fate, TrueBuild, TrueStep, TrueUnit, job

LINT = TrueStep("lint", code=1, log="+ flake8 src\nsrc/app.py:10:1: F401 'os' imported but unused\n")
FINE = TrueStep("lint", log="+ flake8 src\n")


def pull(*jobs: TrueUnit, number: int = 42) -> TrueBuild:
    return TrueBuild(number=number, jobs=jobs, event="pull_request", pull=7, source="fix")


def matrix_job(step: TrueStep, go: str, *, current: bool = True, fate: Fate = Fate.RUNNING) -> TrueUnit:
    return job(step, current=current, axes={"GO": go}, fate=fate)


def run(server: FakeServer, forge: GiteaFake, workspace: Path, number: int, **settings: str) -> str:
    """Return what the step of that job prints."""
    given = {"TOKEN": server.token, "FORGE": "gitea", "FORGE_URL": forge.url, "FORGE_TOKEN": forge.token, "WAIT": "0"}
    environ = {
        **server.environ(number),
        "CI_WORKSPACE": str(workspace),
        "DRONE_WORKSPACE": str(workspace),
        **{f"PLUGIN_{name}": text for name, text in {**given, "BASELINE": "off", **settings}.items()},
    }
    printed = io.BytesIO()
    assert PluginStep(environ, printed, io.StringIO()).run() == 0
    return printed.getvalue().decode()


@pytest.fixture
def forge() -> Iterator[GiteaFake]:
    with GiteaFake() as fake:
        yield fake


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """They take no time. Two that run at once need theirs."""
    monkeypatch.setattr(Deadline, "sleep", lambda *_: None)


@pytest.mark.parametrize("generation", ["drone-0.8", "woodpecker-2.6"])
def test_each_matrix_job_reports_all_in_one_comment(generation: str, tmp_path: Path, forge: GiteaFake) -> None:
    with (
        FAKES[generation](pull(matrix_job(LINT, "1.21"), matrix_job(LINT, "1.22"))) as server,
        ThreadPoolExecutor(2) as both,
    ):
        printed = list(both.map(lambda number: run(server, forge, tmp_path, number), (1, 2)))

    for report in (*printed, *forge.texts()):
        assert "1.21" in report
        assert "1.22" in report
        assert "F401" in report
    assert len(forge.texts()) == 1


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize("generation", ["drone-0.8", "drone-2", "woodpecker-2.6", "woodpecker-3.17"])
def test_jobs_that_end_at_the_same_moment_cost_one_write(generation: str, tmp_path: Path, forge: GiteaFake) -> None:
    """Of a passed job only the copy of this step is left, so every copy knows the same."""
    with FAKES[generation](pull(matrix_job(LINT, "1.21"), matrix_job(FINE, "1.22"))) as server:
        first = run(server, forge, tmp_path, 1)
        (text,) = forge.texts()
        second = run(server, forge, tmp_path, 2)

    assert "still running" not in first
    assert "comment created" in first
    assert "comment unchanged" in second
    assert forge.texts() == [text]


@pytest.mark.usefixtures("pauses")
def test_first_matrix_job_to_end_reports_the_other_as_running_and_the_last_one_updates_it(
    tmp_path: Path, forge: GiteaFake
) -> None:
    slow = matrix_job(TrueStep("lint", fate=Fate.RUNNING), "1.22", current=False)
    with FAKES["woodpecker-3.17"](pull(matrix_job(LINT, "1.21"), slow)) as server:
        first = run(server, forge, tmp_path, 1)
        server.happens(pull(matrix_job(LINT, "1.21", fate=Fate.ENDED), matrix_job(LINT, "1.22")))
        last = run(server, forge, tmp_path, 2)

    assert "still running" in first
    assert "still running" not in last
    assert len(forge.texts()) == 1
    assert "still running" not in forge.texts()[0]


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize(
    "generation",
    ["drone-0.8", "drone-1-agent", "drone-2", "woodpecker-0.15", "woodpecker-2.6", "woodpecker-3.17", "harness"],
)
def test_separate_pipeline_reports_its_siblings(generation: str, tmp_path: Path, forge: GiteaFake) -> None:
    siblings = (
        job(LINT, name="checks", current=False, fate=Fate.ENDED),
        job(FINE, name="more", current=False, fate=Fate.ENDED),
    )
    with FAKES[generation](pull(*siblings, job(name="why"))) as server:
        printed = run(server, forge, tmp_path, 3)

    assert "F401" in printed
    assert "failed" in printed.splitlines()[0]
    if generation != "harness":  # whose repositories lie in spaces that no Gitea has
        assert ["F401" in text for text in forge.texts()] == [True]


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize("generation", ["drone-0.8", "drone-2", "woodpecker-2.8", "woodpecker-3.17"])
def test_separate_pipeline_turns_the_comment_green(generation: str, tmp_path: Path, forge: GiteaFake) -> None:
    def siblings(step: TrueStep, number: int) -> TrueBuild:
        return pull(job(step, name="checks", current=False, fate=Fate.ENDED), job(name="why"), number=number)

    with FAKES[generation](siblings(LINT, 42)) as server:
        run(server, forge, tmp_path, 2)
    with FAKES[generation](siblings(FINE, 43)) as server:
        run(server, forge, tmp_path, 2)

    assert len(forge.texts()) == 1
    assert "F401" not in forge.texts()[0].partition("<!--")[0]
    assert "✅" in forge.texts()[0]


@pytest.mark.usefixtures("pauses")
def test_matrix_jobs_that_pass_at_the_same_time_are_green(tmp_path: Path, forge: GiteaFake) -> None:
    """Each sees the other running, with this very program at work in it."""
    with FAKES["woodpecker-3.17"](pull(matrix_job(FINE, "1.21"), matrix_job(FINE, "1.22"))) as server:
        printed = [run(server, forge, tmp_path, number) for number in (1, 2)]

    assert all("passed" in text.splitlines()[0] for text in printed), printed
    assert forge.texts() == []


@pytest.mark.usefixtures("pauses")
def test_red_build_waits_for_a_job_that_runs(tmp_path: Path, forge: GiteaFake) -> None:
    slow = job(TrueStep("test", fate=Fate.RUNNING), name="there", current=False)
    done = job(
        TrueStep("test", code=1, log="+ pytest\nE   assert 1 == 2\n"), name="there", current=False, fate=Fate.ENDED
    )
    red = job(LINT, name="here")

    with FAKES["drone-2"](pull(red, slow)) as server:
        looked = server.answer

        def answer(request: object) -> object:
            reply = looked(request)  # type: ignore[arg-type]
            server.happens(pull(red, done))
            return reply

        server.answer = answer  # type: ignore[method-assign,assignment]
        printed = run(server, forge, tmp_path, 1, WAIT="2")

    assert "assert 1 == 2" in printed
    assert "F401" in printed


@pytest.mark.usefixtures("pauses")
def test_green_is_not_said_while_a_step_runs_beside(tmp_path: Path, forge: GiteaFake) -> None:
    """A graph of steps, where ours does not depend on that one."""
    with FAKES["drone-2"](pull(job(LINT))) as server:
        run(server, forge, tmp_path, 1)
    with FAKES["drone-2"](pull(job(FINE, TrueStep("test", fate=Fate.RUNNING)), number=43)) as server:
        printed = run(server, forge, tmp_path, 1)

    assert "passed" not in printed.splitlines()[0]
    assert "still running beside this step: test; add them to its `depends_on`" in printed
    assert "✅" not in forge.texts()[0]


@pytest.mark.parametrize("there", [Fate.ENDED, Fate.RUNNING])
@pytest.mark.parametrize("exists", [True, False], ids=["edits", "creates"])
def test_only_an_edit_beside_an_unfinished_job_waits_for_other_copies(
    there: Fate, tmp_path: Path, forge: GiteaFake, monkeypatch: pytest.MonkeyPatch, *, exists: bool
) -> None:
    """A job that has ended runs no copy that could write, and whoever edits a new comment has read it."""
    pauses: list[float] = []
    monkeypatch.setattr(Deadline, "sleep", lambda _, seconds: pauses.append(seconds))
    if exists:
        with FAKES["woodpecker-2.6"](pull(job(LINT), number=41)) as server:
            run(server, forge, tmp_path, 1)
        pauses.clear()
    jobs = matrix_job(LINT, "1.21"), matrix_job(FINE, "1.22", current=there is Fate.RUNNING, fate=there)
    with FAKES["woodpecker-2.6"](pull(*jobs)) as server:
        run(server, forge, tmp_path, 1)

    assert any(pause >= 1 for pause in pauses) == (exists and there is Fate.RUNNING)
