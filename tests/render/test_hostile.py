"""Nothing that a stranger wrote is more than text, in any format, for any engine."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from plugin.model.report import Report
from plugin.render import FORMATS
from plugin.render import card as card_format
from plugin.render import html as html_format
from plugin.render.comment import sections
from plugin.render.markdown import render
from tests.render.engines import ENGINES, Page, engines_for
from tests.render.samples import FIELDS, hostile, hostile_fields

ATTACKS: dict[str, str] = yaml.safe_load(Path(__file__).with_name("hostile.yaml").read_text("utf-8"))
ATTACKS |= {"long-line": "x@octocat" * 20_000, "many-backticks": "`" * 5_000 + " @octocat"}

OURS = ("https://drone.example.com/", "https://gitea.example.com/")
TAGS = {"h2", "h3", "h4", "p", "strong", "em", "code", "pre", "ul", "li", "a", "details", "summary", "br"}
LIVE = re.compile(r"@\w|@\{|#\w|[!$%~&^]\w|//|www\.|\w\.[a-z]{2,}|:\w+:|GH-\d|\b[0-9a-f]{40}\b|\[\w+:\d", re.IGNORECASE)
ROW = re.compile(r"(?:@\u200b?@\u200b? .* @\u200b?@\u200b?|[! ] +\d+ │.*)?", re.DOTALL)
"""A line of a listing: a fence that an engine does not close at its end would take in other lines."""
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)


def attacked(name: str) -> Report:
    return hostile(ATTACKS[name])


def markdowns(report: Report) -> list[str]:
    """Every Markdown that we make of a report."""
    texts = [text for plain in (True, False) for section in sections(report, plain=plain) for text in section.texts]
    heads = [section.headline for section in sections(report, plain=True)]
    return [render(report), render(report, size=2_000), *heads, *texts]


def assert_harmless(markdown: str) -> None:
    """Every engine makes of it no tag, address or live word that is not ours, and ends each block where we do."""
    for name, render_with in engines_for(markdown).items():
        page = Page(render_with(markdown))
        assert page.faults == [], name
        assert page.tags <= TAGS, name
        assert [address for address in page.addresses if not address.startswith(OURS)] == [], name
        assert [text for text in page.prose if LIVE.search(text)] == [], name
        assert [line for line in "".join(page.blocks).split("\n") if not ROW.fullmatch(line)] == [], name


@pytest.mark.parametrize("engine", ENGINES)
def test_the_engine_renders(engine: str) -> None:
    """Tell which engines the tests of this folder use: those that cannot run here are skipped by name."""
    page = Page(ENGINES[engine]("a ![image](https://x.example/y.png)\n"))
    assert page.addresses == ["https://x.example/y.png"]


@pytest.mark.parametrize("attack", ATTACKS)
def test_markdown_holds(attack: str) -> None:
    for markdown in dict.fromkeys(markdowns(attacked(attack))):
        assert_harmless(markdown)
        assert UNSEEN.search(markdown) is None


PIECES = (
    *("`", "``", "```", "*", "**", "_", "__", "~", "~~", "[", "]", "](", "![", "[^1]", "[^1]: z", "[x]: /y", "*[a]: t"),
    *(
        "!",
        "<",
        "</",
        "<b>",
        "<details>",
        "</details>",
        "</summary>",
        "<!--",
        "-->",
        "<img src=//e>",
        "<http://e.example>",
    ),
    *("&lt;", "&#96;", "&#42;", "&amp;", "\\", "\\\\", "\\`", "|", "|-|-|", "$", "$$", "{", "}", "{#a}", "{.b}"),
    *("(", ")", "(//e)", "(/e)", "(http://evil.example)", "[x](/y)", "![x](http://evil.example/p.png)"),
    *(
        "\n",
        "\n\n",
        " ",
        "  ",
        "\t",
        "#",
        "- ",
        "+ ",
        "1. ",
        "> ",
        "=",
        "---",
        ":",
        "::",
        ":a:",
        "^",
        "'",
        '"',
        "é",
        "—",
    ),
    *("http://evil.example/x.png", "//evil.example", "@", "@octocat", "a", "b", ".", ",", ";"),
)
"""What Markdown is made of."""
COMBINED = st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join)
MIXED = st.fixed_dictionaries(dict.fromkeys(FIELDS, COMBINED))
"""For each place where a stranger can write a text of its own."""
BACKTICKS_IN_A_NAME = {"step": "``a` ** b", "title": "`*![x](http://evil.example/p.png`) **"}
"""On blackfriday, before code spans had single backticks only, an image from a stranger's address."""


def tried(most: int) -> settings:
    """So many examples, spread over all parts of a report; `make fuzz` takes more."""
    return settings(
        max_examples=int(os.environ.get("RENDER_EXAMPLES", most)),
        phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking would take minutes, and the texts are short
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@given(MIXED)
@example({**dict.fromkeys(FIELDS, "x"), **BACKTICKS_IN_A_NAME})
@tried(40)
def test_markdown_holds_for_any_combination(texts: Mapping[str, str]) -> None:
    for markdown in dict.fromkeys(markdowns(hostile_fields(texts))):
        assert_harmless(markdown)


@pytest.mark.parametrize("attack", ATTACKS)
def test_log_lines_stay_in_their_block(attack: str) -> None:
    """What an engine shows as the block is, line for line, what we put into the fence."""
    page = Page(ENGINES["cmark-gfm"](render(attacked(attack))))
    block = "".join(page.blocks).splitlines()
    assert block[0] == "@@ … 6 lines … @@"
    assert block[-1] == "@@ … 10 lines … @@"
    assert len(block) == 6
    assert block[2].startswith("!  8 │")


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_line_of_a_comment_begins_with_foreign_text(attack: str) -> None:
    """So a log forges no marker of ours and gives no order to GitLab or a bot."""
    for markdown in markdowns(attacked(attack)):
        assert [line for line in markdown.split("\n") if line.startswith(("<!--", "-->", "/", "@octocat"))] == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_terminal_text_holds(attack: str) -> None:
    assert UNSEEN.search(FORMATS["text"](attacked(attack))) is None


@pytest.mark.parametrize("attack", ATTACKS)
def test_html_page_holds(attack: str) -> None:
    html = html_format.render(attacked(attack))
    body = Page(html[html.index("<body>") :].removesuffix("</html>\n"))
    assert body.faults == []
    assert body.tags <= {"body", "h1", "h2", "b", "p", "section", "strong", "code", "ol", "li", "i", "a"}
    assert [address for address in body.addresses if not address.startswith(OURS)] == []
    assert "<script" not in html
    assert UNSEEN.search(html) is None


@pytest.mark.parametrize("attack", ATTACKS)
def test_programs_can_read_the_rest(attack: str) -> None:
    report = attacked(attack)
    assert len(ET.XML(FORMATS["junit"](report)).findall(".//testcase")) == 4
    assert len(json.loads(FORMATS["sarif"](report))["runs"][0]["results"]) == 4
    assert json.loads(FORMATS["json"](report))["failures"][0]["excerpt"][1]["text"] == ATTACKS[attack]
    card = card_format.render(report)
    assert len(card) < 64 * 1024
    assert len(json.loads(card)["data"]["failures"]) == 4
