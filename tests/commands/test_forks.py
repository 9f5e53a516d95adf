"""Builds of pull requests from forks, with and without the secrets, on every kind of server (docs/forks.md)."""

import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from plugin.commands.step import PluginStep
from tests.fakes.faults import FAULTS
from tests.fakes.forges.gitea import GiteaFake
from tests.fakes.rude import Rude
from tests.fakes.servers import FAKES
from tests.fakes.servers.truth import TrueStep, build

PULL = 7
RED = build(TrueStep("lint", code=1, log="+ flake8\nsrc/app.py:10:1: F401 unused\n"), event="pull_request", pull=PULL)
TOKEN = "ci-token-of-a-reader"
RECORDING = Path(__file__).parents[3] / "shared" / "recorded" / "woodpecker-3.17" / "pr-fork.json"

each_server = pytest.mark.parametrize("generation", FAKES)


@pytest.fixture
def forge() -> Iterator[GiteaFake]:
    with GiteaFake() as fake:
        yield fake


def run(environ: Mapping[str, str], workspace: Path, forge: GiteaFake, **settings: str) -> tuple[int, str, str]:
    """Return the exit code, the step's log and the summary file."""
    printed, complaints = io.BytesIO(), io.StringIO()
    given = {"FORGE": "gitea", "FORGE_URL": forge.url, "BASELINE": "off", "WAIT": "0", **settings}
    folders = {"CI_WORKSPACE": str(workspace), "DRONE_WORKSPACE": str(workspace)}
    variables = {**environ, **folders, **{f"PLUGIN_{name}": text for name, text in given.items()}}
    code = PluginStep(variables, printed, complaints).run()
    return code, printed.getvalue().decode() + complaints.getvalue(), (workspace / "failure-summary.md").read_text()


@each_server
@pytest.mark.parametrize("secrets", [{}, {"TOKEN": "", "FORGE_TOKEN": ""}], ids=["unset", "empty"])
def test_a_fork_without_secrets_gets_a_report_and_no_comment(
    generation: str, secrets: dict[str, str], tmp_path: Path, forge: GiteaFake
) -> None:
    with FAKES[generation](RED, private=False) as server:
        code, log, summary = run(server.environ(), tmp_path, forge, **secrets)
    assert code == 0
    assert "F401 unused" in summary
    assert "F401 unused" in log
    assert "setting `forge_token` is empty" in log
    assert "docs/forks.md" in log
    assert forge.requests == []


@each_server
def test_a_private_build_that_gets_no_token_names_the_setting(
    generation: str, tmp_path: Path, forge: GiteaFake
) -> None:
    with FAKES[generation](RED, private=True) as server:
        code, log, summary = run(server.environ(), tmp_path, forge)
    assert code == 0
    assert "set `token`" in log
    assert "set `token`" in summary
    assert forge.requests == []


@each_server
def test_a_fork_with_secrets_gets_its_comment(generation: str, tmp_path: Path, forge: GiteaFake) -> None:
    with FAKES[generation](RED, repo=forge.repo) as server:
        code, _, _ = run(server.environ(), tmp_path, forge, TOKEN=TOKEN, FORGE_TOKEN=forge.token)
    assert code == 0
    assert ["F401 unused" in text for text in forge.texts()] == [True]
    assert list(forge.threads) == [str(PULL)]


def test_the_pipeline_file_says_where_the_token_goes(tmp_path: Path, forge: GiteaFake) -> None:
    with FAKES["woodpecker-3.17"](RED) as server, Rude(lambda _: FAULTS["404"]) as other:
        run(server.environ(), tmp_path, forge, TOKEN=TOKEN, SERVER=other.url)
    assert server.requests == []
    assert {asked.headers.get("Authorization") for asked in other.asked} == {f"Bearer {TOKEN}"}


@pytest.mark.skipif(not RECORDING.is_file(), reason="needs the recordings in ../shared/recorded")
def test_a_fork_had_both_tokens_on_a_real_woodpecker() -> None:
    recorded = json.loads(RECORDING.read_text("utf-8"))
    answer = next(answer for path, answer in recorded["http"].items() if path.endswith("/pipelines/18"))
    environ = recorded["env"]
    assert json.loads(answer["body"])["from_fork"] is True
    assert (environ["PLUGIN_TOKEN"], environ["PLUGIN_FORGE_TOKEN"]) == ("WOODPECKER-TOKEN", "FORGE-TOKEN")
    assert [name for name in environ if "NETRC" in name] == []
    assert environ["CI_REPO_TRUSTED_VOLUMES"] == "false"
