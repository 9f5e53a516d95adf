"""The commit's status in a whole run: when it is set, and what it costs."""

import io
from pathlib import Path

import pytest

from plugin.commands.step import PluginStep
from tests.fakes.forges import FAKES, FakeForge
from tests.fakes.servers.drone import DroneFake
from tests.fakes.servers.truth import TrueStep, build

STATUSES = ("github", "gitea", "gitlab", "bitbucket", "bitbucket_dc", "harness")
PULL = 7


def run(forge: FakeForge, workspace: Path, *, pull: int | None, code: int = 1, **settings: str) -> str:
    """Run the step for a build of a pull request or a push; return what it printed."""
    forge.repo = "octo/demo"  # that of the server
    step = TrueStep("lint", code=code, log="+ flake8 src\nsrc/app.py:10:1: F401 'os' imported but unused\n")
    event = {"event": "pull_request", "pull": pull, "source": "fix"} if pull else {}
    with DroneFake(build(step, **event)) as server:
        chosen = {
            "TOKEN": server.token,
            "FORGE": forge.kind,
            "FORGE_URL": forge.url,
            "FORGE_TOKEN": forge.token,
            "BASELINE": "off",
            "WAIT": "0",
            **settings,
        }
        environ = {**server.environ(), "DRONE_WORKSPACE": str(workspace), "DRONE_REPO": forge.repo}
        printed, complaints = io.BytesIO(), io.StringIO()
        PluginStep({**environ, **{f"PLUGIN_{key}": text for key, text in chosen.items()}}, printed, complaints).run()
    return printed.getvalue().decode() + complaints.getvalue()


@pytest.mark.parametrize(
    ("settings", "for_push", "for_pull"),
    [
        ({}, 0, 0),
        ({"STATUS": "never"}, 0, 0),
        ({"STATUS": "no_pull_request"}, 1, 0),
        ({"STATUS": "always"}, 1, 1),
        ({"FALLBACK": "status"}, 1, 0),
        ({"FALLBACK": "status", "STATUS": "never"}, 0, 0),
        ({"FALLBACK": "status", "STATUS": "always"}, 1, 1),
        ({"FALLBACK": "commit_comment", "STATUS": "no_pull_request"}, 1, 0),
        ({"STATUS": "always", "COMMENT_ON": "never"}, 1, 1),
    ],
)
def test_status_is_set_when_the_settings_say_so(
    settings: dict[str, str], for_push: int, for_pull: int, tmp_path: Path
) -> None:
    for pull, expected in ((None, for_push), (PULL, for_pull)):
        with FAKES["github"]() as forge:
            run(forge, tmp_path, pull=pull, **settings)  # type: ignore[arg-type]  # none of them is `code`
            assert len(forge.statuses) == expected


@pytest.mark.parametrize("kind", STATUSES)
@pytest.mark.parametrize(("code", "word"), [(1, "F401"), (0, "passed")])
def test_description_is_the_cause_on_every_forge(kind: str, code: int, word: str, tmp_path: Path) -> None:
    with FAKES[kind]() as forge:
        printed = run(forge, tmp_path, pull=PULL, code=code, STATUS="always", COMMENT_ON="never")
        assert "set to " in printed
        (status,) = forge.statuses
    assert word in str(status)


@pytest.mark.parametrize("kind", STATUSES)
def test_status_costs_one_request(kind: str, tmp_path: Path) -> None:
    with FAKES[kind]() as forge:
        run(forge, tmp_path, pull=PULL, STATUS="always", COMMENT_ON="never")
        assert len(forge.requests) == 1


def test_forge_without_status_says_so(tmp_path: Path) -> None:
    with FAKES["gogs"]() as forge:
        printed = run(forge, tmp_path, pull=PULL, STATUS="always", COMMENT_ON="never")
        assert "no commit status: gogs has no commit status; set `status` to never" in printed
        assert forge.requests == []


def test_status_without_a_token_says_which_setting_is_empty(tmp_path: Path) -> None:
    with FAKES["github"]() as forge:
        assert "no commit status, setting `forge_token` is empty" in run(
            forge, tmp_path, pull=PULL, STATUS="always", FORGE_TOKEN=""
        )
