"""The commit's status and annotations in a whole run: when they are written, and what they cost."""

import io
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from plugin.commands.step import PluginStep
from tests.fakes.forges import FAKES, FakeForge
from tests.fakes.forges.github import APP, INSTALLATION_TOKEN
from tests.fakes.servers.drone import DroneFake
from tests.fakes.servers.truth import TrueStep, build

STATUSES = ("github", "gitea", "gitlab", "bitbucket", "bitbucket_dc", "harness")
PULL = 7


FLAKE8 = "+ flake8 src\nsrc/app.py:10:1: F401 'os' imported but unused\n"


def run(
    forge: FakeForge, workspace: Path, *, pull: int | None, code: int = 1, log: str = FLAKE8, **settings: str
) -> str:
    """Run the step for a build of a pull request or a push; return what it printed."""
    forge.repo = "octo/demo"  # that of the server
    step = TrueStep("lint", code=code, log=log)
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


def marking(forge: FakeForge) -> int:
    """Return the number of requests for statuses and annotations; a red build also asks for other things."""
    words = ("status", "checks", "check-runs", "/reports/", "/installation", "access_tokens")
    return sum(any(word in request.path for word in words) for request in forge.requests)


@pytest.mark.parametrize("kind", STATUSES)
def test_status_costs_one_request(kind: str, tmp_path: Path) -> None:
    with FAKES[kind]() as forge:
        run(forge, tmp_path, pull=PULL, STATUS="always", COMMENT_ON="never")
        assert marking(forge) == 1


def test_forge_without_status_says_so(tmp_path: Path) -> None:
    with FAKES["gogs"]() as forge:
        printed = run(forge, tmp_path, pull=PULL, STATUS="always", COMMENT_ON="never")
        assert "no commit status: gogs has no commit status; set `status` to never" in printed
        assert marking(forge) == 0


def test_status_without_a_token_says_which_setting_is_empty(tmp_path: Path) -> None:
    with FAKES["github"]() as forge:
        assert "no commit status, setting `forge_token` is empty" in run(
            forge, tmp_path, pull=PULL, STATUS="always", FORGE_TOKEN=""
        )


# Annotations

LINTED = "+ flake8 src\nsrc/app.py:3:1: F401 'os' imported but unused @everyone\nsrc/gone.py:1:1: E999 not here\n"
INSIGHTS = ("bitbucket", "bitbucket_dc")
INSTALLED = {"FORGE_TOKEN": INSTALLATION_TOKEN}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """Return a workspace whose only source file has three lines."""
    tmp_path.joinpath("src").mkdir()
    tmp_path.joinpath(".git").mkdir()
    tmp_path.joinpath("src/app.py").write_text("1\n2\n3\n")
    return tmp_path


def annotated(forge: FakeForge, workspace: Path, *, code: int = 1, log: str = LINTED, **settings: str) -> str:
    token = INSTALLED if forge.kind == "github" else {}
    chosen = {"ANNOTATIONS": "true", "COMMENT_ON": "never", **token, **settings}
    return run(forge, workspace, pull=PULL, code=code, log=log, **chosen)


def places(forge: FakeForge) -> list[tuple[str, int]]:
    (report,) = forge.reports[-1:]
    if forge.kind == "github":
        found = report["output"]["annotations"]  # type: ignore[index]
        return [(one["path"], one["start_line"]) for one in found]
    return [(one["path"], one["line"]) for one in report["annotations"].values()]  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", ["github", *INSIGHTS])
def test_annotations_are_only_at_lines_that_exist(kind: str, workspace: Path) -> None:
    with FAKES[kind]() as forge:
        printed = annotated(forge, workspace)
        assert places(forge) == [("src/app.py", 3)]
        assert "annotations: 1" in printed
        assert "F401" in str(forge.reports)


@pytest.mark.parametrize("kind", ["github", *INSIGHTS])
def test_annotations_without_a_workspace_have_no_lines(kind: str, tmp_path: Path) -> None:
    with FAKES[kind]() as forge:
        annotated(forge, tmp_path, log="/drone/src/src/app.py:3:1: F401 'os' imported but unused\n")
        assert places(forge) == []


@pytest.mark.parametrize("kind", ["github", *INSIGHTS])
def test_annotations_cost_at_most_two_requests(kind: str, workspace: Path) -> None:
    with FAKES[kind]() as forge:
        costs = []
        for code in (0, 1, 1, 0, 0):
            before = marking(forge)
            annotated(forge, workspace, code=code)
            costs.append(marking(forge) - before)
    assert costs == ([1, 1, 1, 2, 1] if kind == "github" else [1, 2, 2, 1, 1])


@pytest.mark.parametrize("kind", ["github", *INSIGHTS])
def test_green_build_of_the_same_commit_ends_the_annotations(kind: str, workspace: Path) -> None:
    with FAKES[kind]() as forge:
        assert "no failure to show" in annotated(forge, workspace, code=0)
        assert forge.reports == []
        annotated(forge, workspace)
        annotated(forge, workspace, code=0)
        if kind == "github":
            assert forge.reports[-1]["conclusion"] == "success"
            assert places(forge) == []
        else:
            assert forge.reports == []


@pytest.mark.parametrize("kind", ["github", *INSIGHTS])
def test_many_long_findings_are_within_the_limits(kind: str, workspace: Path) -> None:
    workspace.joinpath("src/app.py").write_text("x\n" * 400)
    log = "".join(f"src/app.py:{line}:1: error: {'long ' * 900}\n" for line in range(1, 400))
    with FAKES[kind]() as forge:
        annotated(forge, workspace, log=log)
        assert 0 < len(places(forge)) <= 50


def test_mention_in_a_log_is_text_in_the_summary_of_a_check_run(workspace: Path) -> None:
    with FAKES["github"]() as forge:
        annotated(forge, workspace, log="src/app.py:3:1: error: @everyone broke it\n")
        summary = forge.reports[-1]["output"]["summary"]  # type: ignore[index]
        assert "`@everyone`" in summary


@pytest.mark.parametrize("kind", ["gitea", "gitlab", "gogs", "harness", "forgejo"])
def test_forge_without_annotations_says_so_and_nothing_is_sent(kind: str, workspace: Path) -> None:
    with FAKES[kind]() as forge:
        assert f"no annotations, {kind} has none for an external CI server" in annotated(forge, workspace)
        assert marking(forge) == 0


def test_token_of_a_user_needs_an_app_and_nothing_is_sent(workspace: Path) -> None:
    with FAKES["github"]() as forge:
        printed = annotated(forge, workspace, FORGE_TOKEN=forge.token)
        assert "no annotations, check runs of GitHub need an App" in printed
        assert marking(forge) == 0


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _private(key: rsa.RSAPrivateKey) -> str:
    form = serialization.PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def _public(key: rsa.RSAPrivateKey) -> str:
    public = key.public_key()
    return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.mark.parametrize("form", ["lines", "escaped"])
def test_key_of_an_app_makes_a_token_of_its_installation(form: str, key: rsa.RSAPrivateKey, workspace: Path) -> None:
    text = _private(key) if form == "lines" else _private(key).replace("\n", "\\n")
    with FAKES["github"]() as forge:
        forge.app_key = _public(key)  # type: ignore[attr-defined]
        printed = annotated(forge, workspace, FORGE_TOKEN="", GITHUB_APP_ID=APP, GITHUB_APP_KEY=text)
        assert places(forge) == [("src/app.py", 3)]
        assert marking(forge) == 3
        annotated(forge, workspace, code=0, FORGE_TOKEN="", GITHUB_APP_ID=APP, GITHUB_APP_KEY=text)
        annotated(forge, workspace, code=0, FORGE_TOKEN="", GITHUB_APP_ID=APP, GITHUB_APP_KEY=text)
        assert marking(forge) == 3 + 4 + 3
    assert "PRIVATE KEY" not in printed
    assert INSTALLATION_TOKEN not in printed


def test_key_of_another_app_is_refused_with_the_settings_to_check(key: rsa.RSAPrivateKey, workspace: Path) -> None:
    with FAKES["github"]() as forge:
        forge.app_key = _public(rsa.generate_private_key(public_exponent=65537, key_size=2048))  # type: ignore[attr-defined]
        printed = annotated(forge, workspace, FORGE_TOKEN="", GITHUB_APP_ID=APP, GITHUB_APP_KEY=_private(key))
    assert "check settings `github_app_id` and `github_app_key`" in printed
    assert "PRIVATE KEY" not in printed


def test_image_without_pyjwt_says_where_to_read_on(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jwt", None)
    with FAKES["github"]() as forge:
        printed = annotated(forge, workspace, FORGE_TOKEN="", GITHUB_APP_ID=APP, GITHUB_APP_KEY="any")
        assert "needs PyJWT and cryptography" in printed
        assert "forges.md" in printed
        assert marking(forge) == 0


def test_text_that_is_no_key_is_named_by_its_setting_only(workspace: Path) -> None:
    with FAKES["github"]() as forge:
        printed = annotated(forge, workspace, FORGE_TOKEN="", GITHUB_APP_ID=APP, GITHUB_APP_KEY="hunter2-no-key")
        assert "setting `github_app_key` is not a private key in PEM format" in printed
        assert "hunter2" not in printed
        assert marking(forge) == 0
