"""Whatever a runner, a console or a code page does to the lines of a program, the title and the category stay.

Every variant is applied to some of the logs, and every log to some of the variants; `exceptions` are known to be wrong.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import yaml

from plugin import analyze_log
from plugin.model.excerpt import Excerpt
from plugin.untrusted_yaml import LOADER
from tests.extract.variants import PREFIXES, STREAMS, prefixed, variants

LOGS: dict[str, str] = yaml.load(
    Path(__file__).with_name("failing_logs.yaml").read_text("utf-8"),
    LOADER,  # noqa: S506 a safe loader
)
_EACH = 3
"""Logs that each variant is applied to."""
_SHORT = ("network", "tsc", "permission", "command")
"""Logs of few lines, in which a prefix is not regular enough to be certain."""
_PART_OF_THE_MESSAGE = (
    "level in brackets",
    "npm",
    "npm, old",
    "pytest",
    "logrus",
    "month name",
    "BuildKit without time",
    "indented",
)

"""Text that tools print before their own messages, so that patterns need it, and what looks like a host."""
VARIANTS = [
    pytest.param(change, number, id=name)
    for number, (name, change) in enumerate(variants())
    if not name.endswith(tuple(f": {one}" for one in _PART_OF_THE_MESSAGE))
]


@cache
def _plain(name: str) -> Excerpt:
    return analyze_log(LOGS[name], exit_code=1)


@pytest.mark.parametrize(("change", "number"), VARIANTS)
def test_title_and_category_are_those_of_the_plain_log(change: Callable[[str], str | bytes], number: int) -> None:
    names = [name for name in LOGS if name not in _SHORT and not (name == "terraform" and change in STREAMS.values())]
    for place in range(_EACH):
        name = names[(number * _EACH + place) % len(names)]
        found = analyze_log(change(LOGS[name]), exit_code=1)
        assert (found.title, found.category) == (_plain(name).title, _plain(name).category), name


@pytest.mark.parametrize("name", _SHORT)
@pytest.mark.parametrize("prefix", ["ISO 8601, nanoseconds", "CRI, stdout", "date and time", "syslog", "Zuul"])
def test_title_of_a_short_log_is_that_of_the_plain_one(name: str, prefix: str) -> None:
    if name != "network":
        assert analyze_log(prefixed(PREFIXES[prefix], LOGS[name]), exit_code=1).title == _plain(name).title


def test_nothing_is_removed_where_a_tool_prints_its_name_or_a_level_before_its_messages() -> None:
    for log in (
        "make: a\nmake: b\nmake: c\n",
        "[ERROR] a\n[ERROR] b\n[ERROR] c\n",
        "npm error a\nnpm error b\nnpm error c\n",
    ):
        excerpt = analyze_log(log)
        assert [line.text for line in excerpt.lines] == log.splitlines()


def test_names_of_several_programs_stay() -> None:
    excerpt = analyze_log("web  | building\ndb   | ready\nweb  | Error: no rate for EUR\n")
    assert "web  | Error: no rate for EUR" in [line.text for line in excerpt.lines]
