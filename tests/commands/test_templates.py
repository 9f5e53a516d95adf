"""Templates of users in a whole run: where they come from, what they replace, and what a broken one costs."""

import io
import json
import ssl
from collections.abc import Mapping
from pathlib import Path

import pytest
import trustme

from plugin.commands.step import PluginStep
from tests.fakes.chats import Chats
from tests.fakes.forges import FAKES, FakeForge
from tests.fakes.rude import Rude, answer
from tests.fakes.servers import FAKES as SERVERS
from tests.fakes.servers.truth import TrueStep, build

LOG = "+ flake8 src\nsrc/app.py:10:1: F401 'os' imported but unused @everyone <!-- --> ```\n"
TEMPLATE = """Build {{ build.number }} by our template
{% for one in failures %}
- {{ one.step }}: {{ one.title }}
{% endfor %}
"""
PATH = ".ci/comment.md.j2"
PULL = 7


def run(
    forge: FakeForge, workspace: Path, *, server: str = "drone-2", code: int = 1, number: int = 42, **settings: str
) -> str:
    """Run the step for a pull request to `main`; return what it printed."""
    truth = build(TrueStep("lint", code=code, log=LOG), event="pull_request", pull=PULL, source="fix", number=number)
    with SERVERS[server](truth) as ci:
        chosen = {
            "TOKEN": ci.token,
            "FORGE": forge.kind,
            "FORGE_URL": forge.url,
            "FORGE_TOKEN": forge.token,
            "BASELINE": "off",
            "WAIT": "0",
            **settings,
        }
        environ = {**ci.environ(), "DRONE_WORKSPACE": str(workspace), "CI_WORKSPACE": str(workspace)}
        printed, complaints = io.BytesIO(), io.StringIO()
        PluginStep({**environ, **{f"PLUGIN_{key}": text for key, text in chosen.items()}}, printed, complaints).run()
    return printed.getvalue().decode() + complaints.getvalue()


def setting(**templates: str) -> str:
    return json.dumps(templates)


@pytest.mark.parametrize("kind", ["github", "gitea", "gogs", "gitlab", "bitbucket", "bitbucket_dc"])
def test_comment_is_the_template_s_text_and_stays_one_comment(kind: str, tmp_path: Path) -> None:
    with FAKES[kind]() as forge:
        for code, number in ((1, 42), (1, 43), (0, 44)):
            forge.repo = "octo/demo"
            printed = run(forge, tmp_path, code=code, number=number, TEMPLATE=setting(comment=TEMPLATE))
            (text,) = forge.texts(PULL)
            assert f"Build {number} by our template" in text
            assert ("- lint: " in text) == (code == 1)
            assert "the built-in text" not in printed


def test_values_of_the_log_are_text_in_the_comment(tmp_path: Path) -> None:
    with FAKES["github"]() as forge:
        run(forge, tmp_path, TEMPLATE=setting(comment=TEMPLATE))
        (text,) = forge.texts(PULL)
    assert "`@everyone`" in text
    assert text.count("<!--") == 1, "the hidden line only"


def test_hidden_line_survives_a_template_that_leaves_markdown_open(tmp_path: Path) -> None:
    with FAKES["github"]() as forge:
        for number in (42, 43):
            run(forge, tmp_path, number=number, TEMPLATE=setting(comment="{{ build.number }}\n```\n<!-- <details>"))
        (text,) = forge.texts(PULL)
        assert text.startswith("#") or "43" in text


def test_markdown_files_have_the_template_s_text_and_others_do_not(tmp_path: Path) -> None:
    with FAKES["gitea"]() as forge:
        run(forge, tmp_path, TEMPLATE=setting(file=TEMPLATE), OUTPUT="a.md,b.json,c.txt")
        (text,) = forge.texts(PULL)
    assert tmp_path.joinpath("a.md").read_text("utf-8").startswith("Build 42 by our template\n- lint: ")
    assert json.loads(tmp_path.joinpath("b.json").read_text("utf-8"))["build"]["number"] == 42
    assert "by our template" not in tmp_path.joinpath("c.txt").read_text("utf-8")
    assert "by our template" not in text


@pytest.mark.parametrize("kind", FAKES)
def test_path_is_read_at_the_target_branch_and_not_in_the_workspace(kind: str, tmp_path: Path) -> None:
    tmp_path.joinpath(".ci").mkdir()
    tmp_path.joinpath(PATH).write_text("of the pull request")
    with FAKES[kind]() as forge:
        forge.repo = "octo/demo"
        forge.files["main", PATH] = b"of the target branch: {{ build.number }}\n"
        forge.files["fix", PATH] = b"of the source branch"
        run(forge, tmp_path, TEMPLATE=setting(file=PATH), COMMENT_ON="never")
    assert tmp_path.joinpath("failure-summary.md").read_text("utf-8") == "of the target branch: 42\n"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def test_url_is_fetched_without_a_token(authority: trustme.CA, tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with (
        FAKES["gitea"]() as forge,
        Rude(lambda _: answer(200, "Hi {{ build.number }}", kind="text/plain"), context) as web,
    ):
        url = f"{web.url}/our/comment.j2?x=1"
        run(forge, tmp_path, TEMPLATE=setting(file=url), CA_BUNDLE=str(bundle), COMMENT_ON="never")
        (asked,) = web.asked
    assert tmp_path.joinpath("failure-summary.md").read_text("utf-8").startswith("Hi 42")
    assert asked.path == "/our/comment.j2?x=1"
    assert not {"authorization", "private-token", "cookie"} & {name.lower() for name in asked.headers}


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("a\n{{ nothing }}", "template `file`: line 2: 'nothing' is undefined; the built-in text is used"),
        ("a\n{% if %}", "template `file`: line 2: Expected an expression"),
        ("http://example.com/x.j2", "template `file`: its URL must begin with https"),
        (".ci/missing.j2", "template `file`: branch main has no file .ci/missing.j2"),
        ("https://127.0.0.1:9/x.j2", "template `file`: GET https://127.0.0.1:9/x.j2"),
    ],
)
def test_broken_template_is_named_and_the_built_in_text_is_used(template: str, message: str, tmp_path: Path) -> None:
    with FAKES["gitea"]() as forge:
        printed = run(forge, tmp_path, TEMPLATE=setting(file=template, comment=TEMPLATE), TIMEOUT="20")
        (text,) = forge.texts(PULL)
    assert printed.count(message) >= 1
    assert "by our template" in text
    summary = tmp_path.joinpath("failure-summary.md").read_text("utf-8")
    assert "F401" in summary
    assert "the built-in text is used" in summary


@pytest.mark.parametrize("server", ["drone-0.8", "drone-2", "woodpecker-2.6", "woodpecker-3.17", "harness"])
def test_map_arrives_from_every_server(server: str, tmp_path: Path) -> None:
    with FAKES["gitea"]() as forge:
        run(forge, tmp_path, server=server, TEMPLATE=setting(file=TEMPLATE), COMMENT_ON="never")
    assert "by our template" in tmp_path.joinpath("failure-summary.md").read_text("utf-8")


@pytest.mark.parametrize("text", ["[a]", "comments: x", "just text", "{comment: ''}", "{comment: [a]}"])
def test_setting_of_another_form_is_an_error_that_says_what_is_allowed(text: str, tmp_path: Path) -> None:
    with FAKES["gitea"]() as forge:
        printed = run(forge, tmp_path, TEMPLATE=text)
    assert "setting `template`" in printed
    assert "comment" in printed


MESSAGE = "{{ build.repo }} is {{ build.status }}\n{% for one in failures %}\n{{ one.title }}\n{% endfor %}"


def notified(workspace: Path, template: str, **settings: str) -> tuple[Mapping[str, str], str]:
    """Return the message that a channel got, and what the step printed."""
    with Chats() as chat, FAKES["gitea"]() as forge:
        hook = f"json://{chat.url.removeprefix('http://')}/hook"
        notify = json.dumps({"all": {"events": "pull_request", "on": "always", **settings}})
        chosen = setting(message=template)
        printed = run(forge, workspace, TEMPLATE=chosen, COMMENT_ON="never", NOTIFY_URLS=hook, NOTIFY=notify)
        (sent,) = chat.sent
        return sent.payload, printed


def test_message_is_the_template_s_text(tmp_path: Path) -> None:
    payload, _ = notified(tmp_path, MESSAGE)
    assert payload["title"] == "octo/demo is failure"
    assert "F401" in payload["message"]


def test_broken_template_of_a_message_is_named_and_the_built_in_message_is_sent(tmp_path: Path) -> None:
    payload, printed = notified(tmp_path, "{{ nothing }}")
    assert "lint" in payload["title"]
    assert "template `message`: line 1: 'nothing' is undefined" in printed


def test_template_of_a_message_never_shows_the_log_where_a_rule_forbids_it(tmp_path: Path) -> None:
    payload, _ = notified(tmp_path, MESSAGE, lines="0")
    assert "F401" not in str(payload)
