"""Untrusted text is shown as text only, in every format and by every engine."""

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
from plugin.text.language import using
from tests.render.comments import shown_of
from tests.render.engines import ENGINES, Page, engines_for
from tests.render.samples import FIELDS, hostile, hostile_fields

ATTACKS: dict[str, str] = yaml.safe_load(Path(__file__).with_name("hostile.yaml").read_text("utf-8"))
ATTACKS |= {"long-line": "x@octocat" * 20_000, "many-backticks": "`" * 5_000 + " @octocat"}

TAGS_OF_PAGE = {
    *("body", "main", "header", "section", "div", "p", "h1", "h2", "ol", "li"),
    *("a", "b", "code", "span", "strong", "svg", "line", "rect"),
}
TRUSTED_ADDRESSES = ("https://drone.example.com/", "https://gitea.example.com/")
TAGS = {"h2", "h3", "h4", "p", "strong", "em", "code", "pre", "ul", "li", "a", "details", "summary", "br"}
ACTIVE = re.compile(
    r"@\w|@\{|#\w|[!$%~&^]\w|//|www\.|\w\.[a-z]{2,}|:\w+:|GH-\d|\b[0-9a-f]{40}\b|\[\w+:\d", re.IGNORECASE
)
ROW = re.compile(r"(?:@\u200b?@\u200b? .* @\u200b?@\u200b?|[! ] +\d+ │.*)?", re.DOTALL)
"""A line of a code block: if an engine does not close a fence at its end, other lines follow in the block."""
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)


def attacked(name: str) -> Report:
    return hostile(ATTACKS[name])


def markdowns(report: Report) -> list[str]:
    """Return every Markdown text that is made of a report."""
    comments = [shown_of(report, plain=plain, most=most) for plain in (True, False) for most in (65_000, 4_000, 1_500)]
    heads = [section.headline for section in sections(report, plain=True)]
    with using("zh"):
        chinese = [render(report), shown_of(report)]
    return [render(report), render(report, size=2_000), *heads, *comments, *chinese]


def assert_harmless(markdown: str) -> None:
    """Assert that no engine finds an untrusted tag, address or reference, and that each block ends at its fence."""
    for name, render_with in engines_for(markdown).items():
        page = Page(render_with(markdown))
        assert page.faults == [], name
        assert page.tags <= TAGS, name
        assert [address for address in page.addresses if not address.startswith(TRUSTED_ADDRESSES)] == [], name
        assert [text for text in page.prose if ACTIVE.search(text)] == [], name
        assert [line for line in "".join(page.blocks).split("\n") if not ROW.fullmatch(line)] == [], name


@pytest.mark.parametrize("engine", ENGINES)
def test_engine_renders(engine: str) -> None:
    """Show which engines are used: those that cannot run here are skipped by name."""
    page = Page(ENGINES[engine]("a ![image](https://x.example/y.png)\n"))
    assert page.addresses == ["https://x.example/y.png"]


@pytest.mark.parametrize("attack", ATTACKS)
def test_markdown_shows_untrusted_text_as_text(attack: str) -> None:
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
"""Pieces of Markdown and HTML syntax."""
COMBINED = st.lists(st.sampled_from(PIECES), min_size=1, max_size=9).map("".join)
MIXED = st.fixed_dictionaries(dict.fromkeys(FIELDS, COMBINED))
"""A different text for each untrusted part of a report."""
BACKTICKS_IN_A_NAME = {"step": "``a` ** b", "title": "`*![x](http://evil.example/p.png`) **"}
"""Made an image of an untrusted address on blackfriday when code spans could have several backticks."""


def tried(most: int) -> settings:
    """Return settings for that many examples; `make fuzz` runs more."""
    return settings(
        max_examples=int(os.environ.get("RENDER_EXAMPLES", most)),
        phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking would take minutes, and the texts are short
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@given(MIXED)
@example({**dict.fromkeys(FIELDS, "x"), **BACKTICKS_IN_A_NAME})
@tried(40)
def test_any_combination_of_markdown_syntax_is_shown_as_text(texts: Mapping[str, str]) -> None:
    for markdown in dict.fromkeys(markdowns(hostile_fields(texts))):
        assert_harmless(markdown)


@pytest.mark.parametrize("attack", ATTACKS)
def test_log_lines_stay_in_their_block(attack: str) -> None:
    """The block of an engine has exactly the lines of the fence."""
    page = Page(ENGINES["cmark-gfm"](render(attacked(attack))))
    block = "".join(page.blocks).splitlines()
    assert block[0] == "@@ … 6 lines … @@"
    assert block[-1] == "@@ … 10 lines … @@"
    assert len(block) == 6
    assert block[2].startswith("!  8 │")


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_line_of_a_comment_begins_with_untrusted_text(attack: str) -> None:
    """Otherwise a log could forge a marker, or run a quick action of GitLab or a bot."""
    for markdown in markdowns(attacked(attack)):
        assert [line for line in markdown.split("\n") if line.startswith(("<!--", "-->", "/", "@octocat"))] == []


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_has_no_control_characters(attack: str) -> None:
    assert UNSEEN.search(FORMATS["text"](attacked(attack))) is None


@pytest.mark.parametrize("attack", ATTACKS)
def test_html_page_shows_untrusted_text_as_text(attack: str) -> None:
    html = html_format.render(attacked(attack))
    body = Page(html[html.index("<body>") :].removesuffix("</html>\n"))
    assert body.faults == []
    assert body.tags <= TAGS_OF_PAGE
    addresses = [address for address in body.addresses if not re.fullmatch(r"#(?:main|failure-\d+)", address)]
    assert [address for address in addresses if not address.startswith(TRUSTED_ADDRESSES)] == []
    assert "<script" not in html
    assert UNSEEN.search(html) is None


@pytest.mark.parametrize("attack", ATTACKS)
def test_formats_for_programs_stay_valid(attack: str) -> None:
    report = attacked(attack)
    assert len(ET.XML(FORMATS["junit"](report)).findall(".//testcase")) == 4
    assert len(json.loads(FORMATS["sarif"](report))["runs"][0]["results"]) == 4
    assert json.loads(FORMATS["json"](report))["failures"][0]["excerpt"][1]["text"] == ATTACKS[attack]
    card = card_format.render(report)
    assert len(card) < 64 * 1024
    assert len(json.loads(card)["data"]["failures"]) == 4
