"""Sections and a caller, as the tests of the comment need them."""

import time
from collections.abc import Iterable, Mapping

from plugin.deliver.comment import Facts, Options, Target, comment
from plugin.errors import ForgeError
from plugin.render.as_comment import Section
from plugin.rest import Budget, Rest, Tls
from tests.fakes.forges import FakeForge

COMMIT = "4f2d1c9e8b7a6f5e4d3c2b1a09f8e7d6c5b4a392"
NO_OPTIONS = Options()


def section(key: str = "1", state: str = "red", *, settled: int = 3, own: bool = True, lines: int = 4) -> Section:
    """A unit in which step `lint` failed, with a log of so many lines in three lengths; or a calm one."""
    if state != "red":
        return Section(key, f"unit {key}", state, settled, own, state, (f"**unit {key}** is {state}",))
    log = "\n".join(f"! {number} │ error in unit {key}" for number in range(lines))
    headline = f"**lint {key}**: F401 `os` imported but unused"
    whole = f"#### ❌ lint {key}\n\n```diff\n{log}\n```"
    texts = (whole, f"#### ❌ lint {key}\n\nF401", f"❌ **lint {key}**")
    return Section(key, f"unit {key}", state, settled, own, headline, texts, failed=(f"lint {key}",))


def client(base: str, headers: Mapping[str, str], *, seconds: float = 30.0) -> Rest:
    """A real client whose pauses take no time but count."""
    slept = [0.0]
    budget = Budget(
        seconds, clock=lambda: time.monotonic() + slept[0], sleep=lambda pause: slept.__setitem__(0, slept[0] + pause)
    )
    return Rest(base, budget=budget, headers=headers, tls=Tls(), error=ForgeError, setting="forge_url")


def tell(
    forge: FakeForge,
    sections: Iterable[Section],
    *,
    build: int = 12,
    pull_request: int | None = 7,
    options: Options = NO_OPTIONS,
    title: str = "lint: F401 os imported but unused",
    token: str = "",
) -> str:
    """What the plugin does at the end of a build."""
    facts = Facts(build, COMMIT, "feature", f"https://ci.example.com/{build}", title)
    target = Target(forge.kind, forge.url, forge.repo, pull_request)
    return comment(sections, facts, target, token or forge.token, client, options)
