"""The first screen of the comment: few lines before the first fold, with recorded builds and real logs."""

import io
from dataclasses import replace
from pathlib import Path

import pytest

from plugin.commands.step import PluginStep
from plugin.extract.analyze import analyze
from plugin.http.deadline import Deadline
from plugin.logs.readable import readable
from plugin.logs.redact.redactor import Redactor
from plugin.model.build import Build, Job, State, Step
from plugin.model.report import AnalyzedLog, LogSummary
from plugin.report import compose
from tests.ci.recordings import RecordedServer
from tests.fakes.forges.gitea import GiteaFake
from tests.render.comments import shown_of

LOGS = Path(__file__).parents[1] / "logs"
FAILED = sorted(path for path in LOGS.glob("*/*.log") if ".green" not in path.name and path.stat().st_size < 100_000)
TWENTY = FAILED[::8][:20]


def lines_before_the_first_fold(comment: str) -> int:
    """Assert that heading, list and the first failure's log come before the first fold. Return the number of lines."""
    before, fold, _ = comment.partition("<details>")
    assert fold
    assert before.startswith("### ❌ ")
    assert "```diff" in before
    return before.count("\n")


def comment_of(generation: str, workspace: Path, **settings: str) -> str:
    """Return the comment on a recorded build."""
    with RecordedServer(generation) as server, GiteaFake() as forge:
        environ = server.environ()
        forge.repo = environ.get("CI_REPO") or environ["DRONE_REPO"]
        arguments = {"FORGE": "gitea", "FORGE_URL": forge.url, "FORGE_TOKEN": forge.token, "PULL_REQUEST": "7"}
        arguments |= {"TOKEN": "ci-token-of-a-reader", "WAIT": "0", "SERVER": server.url, **settings}
        folders = {"CI_WORKSPACE": str(workspace), "DRONE_WORKSPACE": str(workspace)}
        environ = {**environ, **folders, **{f"PLUGIN_{name}": text for name, text in arguments.items()}}
        printed = io.BytesIO()
        PluginStep(environ, printed, io.StringIO()).run()
        assert forge.texts(), printed.getvalue().decode()
        return forge.texts()[0]


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize(
    ("generation", "settings", "failures", "most"),
    [
        ("woodpecker-1.0", {"STEPS": "test"}, 1, 25),
        ("woodpecker-3.17", {"STEPS": "build"}, 1, 25),
        ("drone-2.24", {"STEPS": "slow"}, 1, 25),
        ("drone-2.24", {"IGNORE_STEPS": "lint"}, 4, 30),
        ("woodpecker-2.8", {}, 2, 30),
        ("woodpecker-3.5", {}, 2, 30),
        ("drone-2.24", {}, 5, 40),
    ],
)
def test_recorded_build(generation: str, settings: dict[str, str], failures: int, most: int, tmp_path: Path) -> None:
    comment = comment_of(generation, tmp_path, **settings)
    assert lines_before_the_first_fold(comment) <= most
    listed = comment.partition("<details>")[0].count("\n- **") or 1
    assert listed == failures


@pytest.mark.usefixtures("pauses")
def test_the_author_of_the_recorded_build_is_mentioned(tmp_path: Path) -> None:
    assert "\n\n@octo\n" in comment_of("drone-2.24", tmp_path, COMMENT_MENTION="author")


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Deadline, "sleep", lambda *_: None)


@pytest.mark.parametrize(("number", "most"), [(1, 25), (4, 30), (20, 40)])
def test_build_with_real_logs(number: int, most: int) -> None:
    assert len(TWENTY) == 20
    chosen = list(enumerate(TWENTY[:number]))
    steps = [Step(at, log.stem, State.FAILURE, "", 1, url=f"https://ci/1/{at}") for at, log in chosen]
    jobs = (Job(1, "linux", State.FAILURE, tuple(steps)),)
    build = Build("octo/shop", 12, State.FAILURE, jobs, commit="5f0c2b7d91", url="https://ci/12")
    logs = {(1, at): analyzed(log) for at, log in chosen}
    report = compose(build, logs, server="drone", source_url="https://forge/src/{path}#L{line}")
    report = replace(report, failures=tuple(replace(one, key="") for one in report.failures))
    shown = shown_of(report)
    assert lines_before_the_first_fold(shown) <= most
    assert [step.name for step in steps if f"**{step.name}**: " not in shown.replace("`", "")] == []


def analyzed(log: Path) -> AnalyzedLog:
    raw = log.read_bytes()
    facts = LogSummary(raw.count(b"\n"), len(raw), complete=True, reason="")
    return AnalyzedLog(facts, analyze(readable(raw, Redactor()), exit_code=1))
