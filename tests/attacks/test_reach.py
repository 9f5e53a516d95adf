"""Nothing that a pull request can write decides where tokens go."""

import io
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.commands.step import PluginStep
from plugin.context import read_context
from plugin.errors import ForgeError, PluginError
from plugin.forges.detect import detect_forge
from plugin.http.client import ApiClient
from plugin.model.context import BuildContext
from plugin.settings.schema import fields
from tests.deliver.comment.samples import client, post_comment, section
from tests.fakes.forges import FAKES as FORGES
from tests.fakes.rude import Asked, Behaviour, Rude, answer
from tests.fakes.servers import FAKES as SERVERS
from tests.fakes.servers.server import TOKEN
from tests.faults.scene import red

UNTRUSTED_VARIABLES = (
    "BRANCH",
    "SOURCE_BRANCH",
    "COMMIT_BRANCH",
    "COMMIT_SOURCE_BRANCH",
    "COMMIT_MESSAGE",
    "COMMIT_AUTHOR",
    "COMMIT_AUTHOR_NAME",
    "COMMIT_AUTHOR_EMAIL",
    "COMMIT_AUTHOR_AVATAR",
    "COMMIT_REF",
    "COMMIT_REFSPEC",
    "COMMIT_LINK",
    "COMMIT_PULL_REQUEST_LABELS",
    "PULL_REQUEST_TITLE",
    "BUILD_TITLE",
    "TAG",
)
"""Variables, without `CI_` or `DRONE_`, whose values come from the author of a push or pull request."""
ELSEWHERE = "http://elsewhere.example.com"
HOSTILE = st.one_of(
    st.sampled_from(
        [ELSEWHERE, f"{ELSEWHERE}/octo/demo", "../..", "gitlab", "x@elsewhere.example.com", "refs/pull/7/head"]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30),
)


def destinations(place: BuildContext) -> tuple[object, ...]:
    try:
        forge: object = detect_forge(
            forge=place.forge, forge_url=place.forge_url, repo_url=place.repo_url, repo=place.repo
        )
    except ForgeError:
        forge = None
    return place.server, place.server_kind, place.repo, place.build, forge


@pytest.mark.parametrize("kind", SERVERS)
def test_untrusted_branches_titles_and_names_change_no_destination(kind: str) -> None:
    environ = dict(SERVERS[kind](red()).environ())
    expected = destinations(read_context(environ))
    names = [name for name in environ if name.partition("_")[2] in UNTRUSTED_VARIABLES]
    assert names

    @given(st.fixed_dictionaries(dict.fromkeys(names, HOSTILE)))
    def holds(strange: Mapping[str, str]) -> None:
        assert destinations(read_context({**environ, **strange})) == expected

    holds()


def test_a_file_in_the_workspace_changes_no_setting(tmp_path: Path) -> None:
    """`.failure-alert.yml` is the only one that is read; settings in it are reported as unknown and ignored."""
    with SERVERS["drone-2"](red()) as server, Rude(lambda _: answer(200, {})) as other:
        planted = {
            "server": other.url,
            "forge_url": other.url,
            "output": "/tmp/elsewhere.md",
            "skip_verify": "true",
        }
        (tmp_path / ".failure-alert.yml").write_text(json.dumps({"patterns": {}, **planted}))
        environ = {**server.environ(), "DRONE_WORKSPACE": str(tmp_path), "PLUGIN_SERVER": server.url}
        err = io.StringIO()
        PluginStep({**environ, "PLUGIN_TOKEN": TOKEN}, io.BytesIO(), err).run()
    assert other.asked == []
    assert "server is not known here" in err.getvalue()
    assert "F401" in (tmp_path / "failure-summary.md").read_text()


@pytest.mark.parametrize("kind", FORGES)
def test_a_next_page_on_another_host_is_never_requested(kind: str) -> None:
    """Whatever an answer names as the next page, in the format of every forge."""
    with Rude(lambda _: answer(200, {})) as other:

        def behave(asked: Asked) -> Behaviour:
            page = {"values": [], "next": f"{other.url}/next", "isLastPage": True, "login": "me", "username": "me"}
            listed = "comments" in asked.path or "notes" in asked.path
            value: object = page if kind.startswith("bitbucket") or not listed else []
            first = not any("page=2" in one.path for one in forge.asked)
            link = f'<{other.url}/next>; rel="next"' if first else ""
            return answer(200, value, {"Link": link, "X-Next-Page": f"{other.url}/next"})

        with Rude(behave) as forge:
            fake = FORGES[kind]()
            fake.url = forge.url
            with suppress(PluginError):
                post_comment(fake, [section()])
    assert forge.asked
    assert other.asked == []


def test_a_client_sends_requests_to_one_server_only() -> None:
    api: ApiClient = client("http://127.0.0.1:1/base", {})
    for address in (
        ELSEWHERE,
        "http://127.0.0.1:2/",
        "https://127.0.0.1:1/",
        "http://127.0.0.1:1@elsewhere.example.com/",
    ):
        with pytest.raises(ForgeError, match="another host"):
            api.json(address)


def test_no_setting_accepts_a_command() -> None:
    """None is executed; a template runs in a sandbox (tests/templates/test_render.py)."""
    assert not {field.name for field in fields()} & {"command", "commands", "script", "hook", "shell"}
