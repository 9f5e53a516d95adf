"""Links to source lines in a whole run: only to what is in the workspace, on every server and in every view."""

import io
import json
import re
from pathlib import Path

import pytest

from plugin.cli import run as cli
from plugin.commands.step import PluginStep
from tests.fakes.forges.gitea import GiteaFake
from tests.fakes.servers import FAKES
from tests.fakes.servers.truth import TrueStep, build
from tests.locations import workspaces

GENERATIONS = ("drone-0.8", "drone-2", "woodpecker-2.6", "woodpecker-3.17", "harness")
LOG = (workspaces.FOLDER / "logs" / "java-maven.log").read_text("utf-8")
PULL = 7


def comment(generation: str, workspace: Path, **settings: str) -> str:
    truth = build(TrueStep("test", code=1, log=LOG), event="pull_request", pull=PULL, source="fix")
    with FAKES[generation](truth) as server, GiteaFake() as forge:
        environ = {
            **server.environ(),
            "CI_WORKSPACE": str(workspace),
            "DRONE_WORKSPACE": str(workspace),
            "DRONE_REPO_LINK": f"{forge.url}/octo/app",
            "CI_REPO_URL": f"{forge.url}/octo/app",
            **{
                f"PLUGIN_{name}": text
                for name, text in {
                    "TOKEN": server.token,
                    "FORGE": "gitea",
                    "FORGE_URL": forge.url,
                    "FORGE_TOKEN": forge.token,
                    "OUTPUT": "report.json",
                    "BASELINE": "off",
                    "WAIT": "0",
                    **settings,
                }.items()
            },
        }
        assert PluginStep(environ, io.BytesIO(), io.StringIO()).run() == 0
        return "".join(forge.texts(PULL))


@pytest.mark.parametrize("generation", GENERATIONS)
def test_report_names_files_of_the_workspace_only(generation: str, tmp_path: Path) -> None:
    workspaces.make("java-maven", tmp_path)
    comment(generation, tmp_path)
    failure = json.loads((tmp_path / "report.json").read_text("utf-8"))["failures"][0]
    assert failure["places"]
    assert {f"{one['path']}:{one['line']}" for one in failure["places"]} <= _places()
    assert all(one["known"] for one in failure["places"])


def test_comment_links_files_of_the_workspace_only(tmp_path: Path) -> None:
    workspaces.make("java-maven", tmp_path)
    links = re.findall(r"/src/commit/\w+/([^)#]+)#L(\d+)\)", comment("drone-2", tmp_path))
    assert links
    assert {f"{path}:{line}" for path, line in links} <= _places()


def _places() -> set[str]:
    lines = (workspaces.FOLDER / "logs" / "java-maven.places").read_text("utf-8").splitlines()
    return {place for _, _, place in (line.partition(" ") for line in lines)}


def test_report_on_another_commit_has_no_links_to_files_of_this_workspace(tmp_path: Path) -> None:
    workspaces.make("java-maven", tmp_path)
    text = comment("drone-2", tmp_path, COMMIT="0123456789abcdef0123456789abcdef01234567", PULL_REQUEST=str(PULL))
    assert "PriceTest" in text
    assert "PriceTest.java#L" not in text


def test_empty_workspace_has_links_to_paths_below_the_checkout_only(tmp_path: Path) -> None:
    text = comment("drone-2", tmp_path)
    assert set(re.findall(r"/src/commit/\w+/([^)#]+)#L", text)) <= {
        "broken/src/main/java/com/example/broken/Broken.java"
    }


def test_analyzed_file_has_places_of_which_nothing_is_known(tmp_path: Path) -> None:
    log, out = tmp_path / "lint.log", io.BytesIO()
    log.write_text("+ flake8 src\nsrc/app.py:10:1: F401 'os' imported but unused\n")
    cli(["analyze", str(log), "--format", "json"], {}, out)
    (failure,) = json.loads(out.getvalue())["failures"]
    assert failure["places"] == [{"path": "src/app.py", "line": 10, "column": None, "known": False}]
