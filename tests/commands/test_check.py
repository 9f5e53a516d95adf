"""`check` says before the first failed build what is recognized and what works, and writes nothing anywhere."""

import io
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import pytest

from plugin.commands.check import CheckResult, check
from plugin.commands.step import PluginStep
from tests.fakes.forges import FAKES as FORGES
from tests.fakes.forges.server import FakeForge, Reply, Request
from tests.fakes.rude import Rude, answer
from tests.fakes.servers import FAKES as SERVERS
from tests.fakes.servers.server import FakeServer
from tests.fakes.servers.truth import TrueStep, build

PULL = 7
BUILD = build(TrueStep("lint", code=1), TrueStep("test"), event="pull_request", pull=PULL, source="fix")
PRIVATE = {"id": 1, "private": True, "archived": False, "permissions": {"pull": True, "push": False}}
PATHS = {
    "gitlab": lambda repo: f"/projects/{quote(repo, safe='')}",
    "bitbucket": lambda repo: f"/repositories/{quote(repo)}",
    "bitbucket_dc": lambda repo: "/rest/api/1.0/projects/{}/repos/{}".format(*map(quote, repo.rsplit("/", 1))),
    "harness": lambda repo: f"/repos/{quote(repo)}/+",
}


def environ(server: FakeServer, forge: FakeForge, workspace: Path, **settings: str) -> dict[str, str]:
    server.repo = forge.repo = "octo/demo"
    given = {"TOKEN": server.token, "FORGE": forge.kind, "FORGE_URL": forge.url, "FORGE_TOKEN": forge.token} | settings
    place = {"CI_WORKSPACE": str(workspace), "DRONE_WORKSPACE": str(workspace)}
    return {**server.environ(), **place, **{f"PLUGIN_{name}": text for name, text in given.items() if text}}


def show_repository(forge: FakeForge, body: object, headers: Mapping[str, str] | None = None, **more: Reply) -> None:
    """Let the fake answer for the repository, and for other paths by their end."""
    original = forge.answer
    path = PATHS.get(forge.kind, lambda repo: f"/repos/{quote(repo)}")("octo/demo")

    def replaced(request: Request) -> Reply:
        if request.method == "GET" and request.path.endswith(path):
            return Reply(200, body, headers or {})
        other = next((reply for end, reply in more.items() if request.path.endswith(end)), None)
        return other or original(request)

    forge.answer = replaced  # type: ignore[method-assign]


@pytest.mark.parametrize("generation", SERVERS)
def test_server_repository_build_and_logs_are_recognized(generation: str, tmp_path: Path) -> None:
    with SERVERS[generation](BUILD) as server, FORGES["gogs"]() as forge:
        show_repository(forge, PRIVATE)
        result = check(environ(server, forge, tmp_path))
    assert "FAILED" not in result.text
    assert result.exit_code == 0
    text = " ".join(result.text.split())
    assert f"repository {forge.repo} (from " in text
    assert "build 42 (from " in text
    assert "build 42 can be read" in text
    assert "logs step lint: 2 lines" in text
    assert f"pull request {PULL} (from " in text
    assert "the token may comment" in text
    assert text.endswith("Everything that is needed works.")
    assert "forge gogs (setting `forge`) at http://127.0.0.1:" in text
    assert forge.writes() == []
    assert server.token not in result.text
    assert forge.token not in result.text


@pytest.mark.parametrize("kind", FORGES)
def test_every_forge_is_checked_without_a_write(kind: str, tmp_path: Path) -> None:
    with SERVERS["drone-2"](BUILD) as server, FORGES[kind]() as forge:
        show_repository(forge, PRIVATE)
        result = check(environ(server, forge, tmp_path))
    assert "set; the repository can be read" in result.text
    assert "comments     can be read" in result.text
    assert result.exit_code == 0, result.text
    assert forge.writes() == []


@pytest.mark.parametrize("kind", FORGES)
def test_token_that_cannot_read_the_repository_fails(kind: str, tmp_path: Path) -> None:
    with SERVERS["drone-2"](BUILD) as server, FORGES[kind]() as forge:
        result = check(environ(server, forge, tmp_path, FORGE_TOKEN="a-wrong-token"))
    assert result.exit_code == 1
    assert "FAILED   forge token  set; GET" in result.text
    assert "`forge_token`" in result.text


@pytest.mark.parametrize(
    ("kind", "body", "headers", "more", "expected"),
    [
        ("github", PRIVATE, {"X-OAuth-Scopes": "repo, read:user"}, {}, "ok       comment      the token may comment"),
        ("github", PRIVATE, {"X-OAuth-Scopes": "public_repo"}, {}, "FAILED   comment      .*it needs `repo`"),
        ("github", {**PRIVATE, "private": False}, {"X-OAuth-Scopes": "public_repo"}, {}, "ok       comment"),
        ("github", PRIVATE, {"X-OAuth-Scopes": ""}, {}, "FAILED   comment      .*scopes .none.; it needs"),
        ("github", PRIVATE, {}, {}, "warning  comment      .*`Pull requests: write`"),
        ("github", {**PRIVATE, "archived": True}, {"X-OAuth-Scopes": "repo"}, {}, "FAILED   comment      .*archived"),
        ("gitea", PRIVATE, {}, {}, "warning  comment      .*`write:issue`"),
        ("gitea", {**PRIVATE, "permissions": {"pull": False}}, {}, {}, "FAILED   comment      .*may not read"),
        (
            "gitlab",
            PRIVATE,
            {},
            {"self": Reply(200, {"scopes": ["read_api"]})},
            "FAILED   comment      .*it needs `api`",
        ),
        ("gitlab", PRIVATE, {}, {"self": Reply(200, {"scopes": ["api"]})}, "warning  comment      .*no member"),
        (
            "gitlab",
            {"permissions": {"project_access": None, "group_access": {"access_level": 20}}},
            {},
            {"self": Reply(200, {"scopes": ["api"]})},
            "ok       comment      the token may comment",
        ),
        ("bitbucket", PRIVATE, {"X-OAuth-Scopes": "repository"}, {}, "FAILED   comment      .*`pullrequest:write`"),
        ("bitbucket", PRIVATE, {"X-OAuth-Scopes": "pullrequest:write"}, {}, "ok       comment"),
        ("bitbucket_dc", PRIVATE, {}, {}, "ok       comment      the token may comment"),
        ("harness", PRIVATE, {}, {}, "warning  comment      .*contributor"),
    ],
)
def test_right_to_comment_is_shown_as_far_as_the_forge_shows_it(
    kind: str, body: object, headers: Mapping[str, str], more: Mapping[str, Reply], expected: str, tmp_path: Path
) -> None:
    import re

    with SERVERS["drone-2"](BUILD) as server, FORGES[kind]() as forge:
        show_repository(forge, body, headers, **more)
        result = check(environ(server, forge, tmp_path))
    assert re.search(expected, result.text), result.text
    assert result.exit_code == int("FAILED" in result.text)


@pytest.mark.parametrize("kind", ["gitea", "forgejo", "bitbucket"])
def test_token_with_the_documented_scopes_only_does_not_fail(kind: str, tmp_path: Path) -> None:
    """Gitea and Bitbucket want a scope of its own for the repository, which comments do not need."""
    path = f"/{'repositories' if kind == 'bitbucket' else 'repos'}/octo/demo"
    with SERVERS["drone-2"](BUILD) as server, FORGES[kind]() as forge:
        refusal = Reply(403, {"message": "token does not have at least one of required scope(s)"})
        original = forge.answer
        forge.answer = lambda request: refusal if request.path.endswith(path) else original(request)  # type: ignore[method-assign]
        result = check(environ(server, forge, tmp_path))
    assert result.exit_code == 0, result.text
    assert "it has no scope for the repository itself" in result.text
    assert "comments     can be read" in result.text
    assert "warning  comment" in result.text


def test_wrong_ci_token_fails_with_the_remedy(tmp_path: Path) -> None:
    with SERVERS["harness"](BUILD) as server, FORGES["gogs"]() as forge:
        show_repository(forge, PRIVATE)
        result = check(environ(server, forge, tmp_path, TOKEN="a-wrong-token"))
    assert result.exit_code == 1
    assert "FAILED   CI token     set; the build cannot be read" in result.text
    assert "the token may comment" in result.text, "an error of the server does not stop the check of the forge"


def test_missing_forge_token_fails_for_a_pull_request(tmp_path: Path) -> None:
    with SERVERS["drone-2"](BUILD) as server, FORGES["gitea"]() as forge:
        result = check(environ(server, forge, tmp_path, FORGE_TOKEN=""))
    assert result.exit_code == 1
    assert "FAILED   forge token  `forge_token` is not set" in result.text


def test_push_build_without_a_forge_token_is_a_warning(tmp_path: Path) -> None:
    with SERVERS["drone-2"](build(TrueStep("test"))) as server, FORGES["gitea"]() as forge:
        result = check(environ(server, forge, tmp_path, FORGE_TOKEN=""))
    assert result.exit_code == 0, result.text
    assert "warning  forge token" in result.text
    assert "warning  pull request this build belongs to none" in result.text
    assert "Everything that could be checked works; see the warnings above" in result.text


def test_forge_that_the_server_names_is_shown_with_its_variables(tmp_path: Path) -> None:
    with SERVERS["woodpecker-3.17"](BUILD) as server, FORGES["gitea"]() as forge:
        given = environ(server, forge, tmp_path, FORGE="", FORGE_URL="", FORGE_TOKEN="")
        result = check({**given, "CI_FORGE_TYPE": "gitea", "CI_FORGE_URL": forge.url})
    assert f"forge        gitea (from CI_FORGE_TYPE) at {forge.url} (from CI_FORGE_URL)" in result.text


def test_unusable_settings_end_in_2_without_a_request(tmp_path: Path) -> None:
    with SERVERS["drone-2"](BUILD) as server, FORGES["gitea"]() as forge:
        result = check(environ(server, forge, tmp_path, MAX_LINES="many", OUTPOT="x"))
    assert result.exit_code == 2
    assert "FAILED   settings     setting `max_lines` is 'many'" in result.text
    assert "did you mean `output`?" in result.text
    assert "repository   octo/demo" in result.text
    assert (server.requests, forge.requests) == ([], [])


def test_urls_of_notifications_are_checked_without_sending(tmp_path: Path) -> None:
    urls = "team: slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ\nops: json://localhost:9/x"
    rules = '{"a": {"to": "tgram://no-token-1234"}, "b": {"to": ["nosuch://secret-1234", "ops"]}}'
    with SERVERS["drone-2"](BUILD) as server, FORGES["gogs"]() as forge:
        show_repository(forge, PRIVATE)
        result = check(environ(server, forge, tmp_path, NOTIFY_URLS=urls, NOTIFY=rules))
    lines = [" ".join(line.split()) for line in result.text.splitlines() if "notification" in line]
    assert lines[:2] == [
        "ok notification `team`: valid URL of Slack; nothing was sent",
        "ok notification `ops`: valid URL of JSON; nothing was sent",
    ]
    assert [line.partition(" notification ")[0] for line in lines[2:]] == ["FAILED", "FAILED"]
    assert "Apprise knows no service `nosuch`" in lines[3]
    assert result.exit_code == 1
    assert "1234" not in result.text


def test_server_that_is_no_ci_server_fails(tmp_path: Path) -> None:
    with Rude(lambda _: answer(200, "<html>It works</html>", kind="text/html")) as other:
        given = {"PLUGIN_SERVER": other.url, "PLUGIN_REPO": "octo/demo", "PLUGIN_BUILD": "3"}
        result = check({**given, "CI_WORKSPACE": str(tmp_path)})
    assert result.exit_code == 1
    assert "FAILED   CI token" in result.text
    assert "(setting `server`)" in result.text


def test_context_that_nothing_names_fails_with_the_setting_to_set() -> None:
    result = check({})
    assert result.exit_code == 1
    for setting in ("server", "repo", "build", "forge"):
        assert f"set `{setting}`" in result.text


@pytest.mark.parametrize(("fail_on_error", "code"), [("false", 0), ("true", 1)])
def test_setting_check_replaces_the_report_of_a_step(fail_on_error: str, code: int, tmp_path: Path) -> None:
    with SERVERS["drone-2"](BUILD) as server, FORGES["gitea"]() as forge:
        given = environ(server, forge, tmp_path, CHECK="true", FORGE_TOKEN="wrong", FAIL_ON_ERROR=fail_on_error)
        out, err = io.BytesIO(), io.StringIO()
        assert PluginStep(given, out, err).run() == code
    assert "FAILED   forge token" in out.getvalue().decode()
    assert "build 42 can be read" in out.getvalue().decode()
    assert list(tmp_path.iterdir()) == []
    assert forge.writes() == []


def test_command_prints_the_results_and_sets_the_exit_code(tmp_path: Path) -> None:
    with SERVERS["drone-2"](BUILD) as server, FORGES["gitea"]() as forge:
        given = environ(server, forge, tmp_path)
        done = subprocess.run(
            [sys.executable, "-m", "plugin", "check"],
            env={**given, "NO_PROXY": "127.0.0.1"},
            capture_output=True,
            check=False,
        )
    assert done.returncode == 1, "the fake shows no repository"
    assert b"build 42 can be read" in done.stdout
    assert b"FAILED   forge token" in done.stdout
    assert done.stderr == b""


def test_text_of_the_server_cannot_control_the_terminal(tmp_path: Path) -> None:
    hostile = build(TrueStep("te\x1b[31mst\x07", code=1), event="pull_request", pull=PULL, source="fix")
    with SERVERS["drone-2"](hostile) as server, FORGES["gogs"]() as forge:
        show_repository(forge, PRIVATE)
        result: CheckResult = check(environ(server, forge, tmp_path))
    assert "\x1b" not in result.text
    assert "\x07" not in result.text
