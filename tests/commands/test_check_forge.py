"""`check` of what the plugin does in the forge beside the comment: status, annotations, changed lines, templates."""

import json
import re
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from plugin.commands.check import CheckResult, check
from tests.commands.test_check import BUILD, PRIVATE, PULL, environ, show_repository
from tests.fakes.forges import FAKES as FORGES
from tests.fakes.forges.github import APP
from tests.fakes.forges.server import FakeForge, Reply
from tests.fakes.servers import FAKES as SERVERS


def checked(forge: FakeForge, workspace: Path, **settings: str) -> CheckResult:
    """Return the result for a forge that shows no permissions of the token. Nothing is written."""
    with SERVERS["drone-2"](BUILD) as server:
        result = check(environ(server, forge, workspace, **settings))
    assert forge.writes() == []
    return result


@pytest.mark.parametrize(
    ("kind", "headers", "expected"),
    [
        ("github", {"X-OAuth-Scopes": "repo:status"}, "ok       status       the token may set the status"),
        ("github", {"X-OAuth-Scopes": "public_repo"}, "FAILED   status       .*`Commit statuses: write`"),
        ("github", {}, "warning  status       .*`Commit statuses: write`"),
        ("gitea", {}, "warning  status       .*`write:repository`"),
        ("gitlab", {}, "warning  status       .*Developer"),
        ("bitbucket", {"X-OAuth-Scopes": "pullrequest:write"}, "FAILED   status       .*`repository:write`"),
        ("bitbucket", {"X-OAuth-Scopes": "repository:write"}, "ok       status"),
        ("bitbucket_dc", {}, "ok       status       the token needs no more than for comments"),
        ("harness", {}, "ok       status"),
        ("gogs", {}, "FAILED   status       gogs has no commit status; set `status` to never"),
    ],
)
def test_right_to_set_the_status_is_shown_as_far_as_the_forge_shows_it(
    kind: str, headers: dict[str, str], expected: str, tmp_path: Path
) -> None:
    with FORGES[kind]() as forge:
        show_repository(forge, PRIVATE, headers)
        result = checked(forge, tmp_path, STATUS="always", COMMENT_ON="never")
    assert re.search(expected, result.text), result.text
    assert result.exit_code == int("FAILED" in result.text)


@pytest.mark.parametrize("kind", FORGES)
def test_diff_of_the_pull_request_is_read(kind: str, tmp_path: Path) -> None:
    with FORGES[kind]() as forge:
        show_repository(forge, PRIVATE)
        result = checked(forge, tmp_path)
    expected = "gogs returns none" if kind == "gogs" else f"that of pull request {PULL} can be read"
    assert f"ok       diff         {expected}" in result.text


def test_diff_that_the_token_may_not_read_is_a_warning(tmp_path: Path) -> None:
    with FORGES["gitea"]() as forge:
        show_repository(forge, PRIVATE, None, **{f"{PULL}.diff": Reply(403, {"message": "no scope"})})
        result = checked(forge, tmp_path)
    assert "warning  diff         changed lines are not compared: GET" in result.text
    assert result.exit_code == 0


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.mark.parametrize(
    ("permissions", "expected", "code"),
    [
        ({"checks": "write"}, f"ok       annotations  App {APP} may write checks", 0),
        ({"checks": "read"}, f"FAILED   annotations  App {APP} needs the permission `Checks: write`", 1),
    ],
)
def test_permission_of_the_app_is_read(
    permissions: dict[str, str], expected: str, code: int, key: rsa.RSAPrivateKey, tmp_path: Path
) -> None:
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    with FORGES["github"]() as forge:
        forge.app_key, forge.app_permissions = public.decode(), permissions  # type: ignore[attr-defined]
        app = {"GITHUB_APP_ID": APP, "GITHUB_APP_KEY": private.decode()}
        result = checked(forge, tmp_path, ANNOTATIONS="true", FORGE_TOKEN="", COMMENT_ON="never", **app)
    assert expected in result.text
    assert result.exit_code == code
    assert "PRIVATE KEY" not in result.text


@pytest.mark.parametrize(
    ("kind", "settings", "expected"),
    [
        ("github", {}, "FAILED   annotations  none: check runs of GitHub need an App"),
        ("github", {"GITHUB_APP_ID": APP}, "FAILED   annotations  none: check runs of GitHub need an App"),
        (
            "github",
            {"GITHUB_APP_ID": APP, "GITHUB_APP_KEY": "no"},
            "FAILED   annotations  .*is not a private key",
        ),
        ("github", {"FORGE_TOKEN": "ghs_of-the-installation"}, "warning  annotations  .*`Checks: write`"),
        ("bitbucket", {}, "warning  annotations  the token needs `repository:write`"),
        ("bitbucket_dc", {}, "ok       annotations"),
        ("gitea", {}, "warning  annotations  none: gitea has none for an external CI server"),
    ],
)
def test_what_annotations_need_is_shown(kind: str, settings: dict[str, str], expected: str, tmp_path: Path) -> None:
    with FORGES[kind]() as forge:
        show_repository(forge, PRIVATE)
        result = checked(forge, tmp_path, ANNOTATIONS="true", COMMENT_ON="never", **settings)
    assert re.search(expected, result.text), result.text
    assert result.exit_code == int("FAILED" in result.text)


def test_key_of_an_app_without_the_packages_names_the_remedies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jwt", None)
    with FORGES["github"]() as forge:
        app = {"GITHUB_APP_ID": APP, "GITHUB_APP_KEY": "any"}
        text = checked(forge, tmp_path, ANNOTATIONS="true", FORGE_TOKEN="", COMMENT_ON="never", **app).text
    for remedy in ("forges.md#annotations", "extra `github-app`", "token of the App's installation"):
        assert remedy in text


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("ci/comment.md", "ok       template     `comment` can be read and shows a build without failures"),
        ("ci/gone.md", "FAILED   template     template `comment`: branch main has no file ci/gone.md"),
        ("ci/broken.md", "FAILED   template     template `comment`: line 1: "),
        ("Build {{ build.number }}", "ok       template     `comment` can be read"),
    ],
)
def test_templates_are_read_at_the_target_branch_and_rendered(template: str, expected: str, tmp_path: Path) -> None:
    with FORGES["gitea"]() as forge:
        show_repository(forge, PRIVATE)
        forge.files = {
            ("main", "ci/comment.md"): b"Build {{ build.number }}",
            ("main", "ci/broken.md"): b"{% if %}",
        }
        result = checked(forge, tmp_path, TEMPLATE=json.dumps({"comment": template}))
    assert expected in result.text
    assert result.exit_code == int("FAILED" in result.text)
