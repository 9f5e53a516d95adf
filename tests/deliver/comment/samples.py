"""Sections, an HTTP client and a call of `post` for the tests of the comment."""

import time
from collections.abc import Iterable, Mapping

from plugin.deliver.comment.post import post
from plugin.deliver.comment.state import comment_state
from plugin.deliver.status import set_status
from plugin.errors import ForgeError
from plugin.http.client import ApiClient
from plugin.http.deadline import Deadline
from plugin.http.tls import Tls
from plugin.model.build import State
from plugin.model.comment import CommentFacts, CommentOptions, CommentTarget, Section
from plugin.text.state_words import OUTCOMES
from tests.fakes.forges import FakeForge

COMMIT = "4f2d1c9e8b7a6f5e4d3c2b1a09f8e7d6c5b4a392"
NO_OPTIONS = CommentOptions()
HEADLINES = {"green": OUTCOMES[State.SUCCESS], "running": OUTCOMES[State.RUNNING]}


def section(
    key: str = "1", state: str = "red", *, finished_steps: int = 3, current: bool = True, lines: int = 4
) -> Section:
    """Return a job in which step `lint` failed, with texts in three lengths, or one in another state."""
    if state != "red":
        headline = HEADLINES.get(state, state)
        return Section(key, f"job {key}", state, finished_steps, current, headline, (f"**job {key}** is {state}",))
    log = "\n".join(f"! {number} │ error in job {key}" for number in range(lines))
    headline = f"**lint {key}**: F401 `os` imported but unused"
    whole = f"#### ❌ lint {key}\n\n```diff\n{log}\n```"
    texts = (whole, f"#### ❌ lint {key}\n\nF401", f"❌ **lint {key}**")
    return Section(key, f"job {key}", state, finished_steps, current, headline, texts, failed=(f"lint {key}",))


def client(base: str, headers: Mapping[str, str], *, seconds: float = 30.0) -> ApiClient:
    """Return a real client whose pauses take no time but count against the deadline."""
    slept = [0.0]
    deadline = Deadline(
        seconds, clock=lambda: time.monotonic() + slept[0], sleep=lambda pause: slept.__setitem__(0, slept[0] + pause)
    )
    return ApiClient(base, deadline=deadline, headers=headers, tls=Tls(), error=ForgeError, setting="forge_url")


def post_comment(
    forge: FakeForge,
    sections: Iterable[Section],
    *,
    build: int = 12,
    pull_request: int | None = 7,
    options: CommentOptions = NO_OPTIONS,
    title: str = "lint: F401 os imported but unused",
    token: str = "",
    branch: str = "feature",
    author: str = "",
    alone: bool | None = None,
) -> str:
    """Post the comment as the plugin does at the end of a build. Return its message."""
    facts = CommentFacts(build, COMMIT, branch, f"https://ci.example.com/{build}", title, author, alone=alone)
    target = CommentTarget(forge.kind, forge.url, forge.repo, pull_request)
    return post(sections, facts, target, token or forge.token, client, options)


def set_commit_status(
    forge: FakeForge,
    sections: Iterable[Section],
    *,
    key: str = "",
    title: str = "lint: F401 os imported but unused",
    unless_found: bool = False,
) -> str:
    """Set the commit's status as the plugin does at the end of build 12. Return its message."""
    facts = CommentFacts(12, COMMIT, "feature", "https://ci.example.com/12", title)
    target = CommentTarget(forge.kind, forge.url, forge.repo, None)
    outcome = comment_state(12, COMMIT, "", sections).state
    return set_status(outcome, facts, target, forge.token, client, key, unless_found=unless_found)
