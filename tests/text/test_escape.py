"""Markdown that contains untrusted text."""

import pytest

from plugin.text.escape import code_block, escape_markdown, inline_code, link
from plugin.text.log_line import LONGEST_LINE, printable_log_line
from plugin.text.shorten import single_line
from tests.render.engines import ENGINES, Page

ENGINE = pytest.mark.parametrize("engine", ENGINES)


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("src/app.py:100:5: F401 'os' imported but unused", "`src/app.py:100:5`: F401 'os' imported but unused"),
        ("cannot find value `x` in this scope", "cannot find value `x` in this scope"),
        ("Run `pytest -k x` (see setup.py).", "Run `pytest -k x` (see `setup.py`)."),
        ("No rule to make target `foo', needed by `all'", "No rule to make target &#96;foo', needed by &#96;all'"),
        ('@types/node is missing, says "npm"', '`@types/node` is missing, says "npm"'),
        ("a * b_c [d] <e>", "a \\* b\\_c \\[d\\] &lt;e&gt;"),
        ("  two\n lines\t", "two lines"),
        ("1) first", "1\\) first"),
        ("- first", "&#45; first"),
        ("/close", "&#47;close"),
        ("e\u202evil", "e‹U+202E›vil"),
        ("Größe 大小 ошибка", "Größe 大小 ошибка"),
        ("", ""),
    ],
)
def test_text_becomes_escaped_markdown(text: str, markdown: str) -> None:
    assert escape_markdown(text) == markdown


@ENGINE
@pytest.mark.parametrize("text", ["x", "`", "a`b", "``", "` `", "a``b`", "\\", "`x\\`", "*x*", "<b>", "&amp;", "a|b"])
def test_inline_code_shows_the_text_unchanged(text: str, engine: str) -> None:
    page = Page(ENGINES[engine](f"before {inline_code(text)} after"))
    assert "".join(page.shown).strip() == f"before {text} after"
    assert set("".join(page.prose).strip().removeprefix("before").removesuffix("after")) <= set(" `\\")
    assert page.tags <= {"p", "code"}


def test_inline_code_of_empty_text_is_empty() -> None:
    assert inline_code(" \n") == ""


@ENGINE
@pytest.mark.parametrize("text", ["x", "```", "a\n````\nb", "~~~", "    ```", "> `````", ""])
def test_code_block_contains_its_text(text: str, engine: str) -> None:
    page = Page(ENGINES[engine](f"before\n\n{code_block(text, 'diff')}\n\nafter"))
    assert "".join(page.blocks).rstrip("\n") == text
    assert "".join(page.prose).split() == ["before", "after"]


@ENGINE
@pytest.mark.parametrize(
    ("address", "href"),
    [
        ("https://drone.example.com/a/b/1", "https://drone.example.com/a/b/1"),
        ("https://x.example/a b)(<>\"'`\\", "https://x.example/a%20b%29%28%3C%3E%22%27%60%5C"),
        ("https://x.example/?q=1&r=%20#L3", "https://x.example/?q=1&r=%20#L3"),
        ("https://x.example/\n# heading", "https://x.example/%0A#%20heading"),
    ],
)
def test_link_contains_the_whole_url(address: str, href: str, engine: str) -> None:
    page = Page(ENGINES[engine](f"{link('**log**', address)} after"))
    assert page.addresses == [href]
    assert page.tags == {"p", "a", "strong"}


@pytest.mark.parametrize("address", ["", "javascript:alert(1)", "data:text/html,x", "//evil.example", "/x"])
def test_url_that_is_not_http_is_not_linked(address: str) -> None:
    assert link("log", address) == "log"


def test_long_line_keeps_its_start_and_its_end() -> None:
    shown = printable_log_line("a" * 5_000 + "the error")
    assert shown.startswith("aaa")
    assert shown.endswith("the error")
    assert "… 4,609 characters …" in shown
    assert len(shown) < LONGEST_LINE + 30


def test_long_text_is_cut_with_a_mark() -> None:
    assert single_line("word " * 100, 20) == "word word word word…"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("os.kill(os.getpid(), 9)", "`os.kill(os.getpid(), 9)`"),
        ("in os.kill(os.getpid(), 9), line 3", "in `os.kill(os.getpid(), 9)`, line 3"),
        ("(see src/app.py)", "(see `src/app.py`)"),
        ("(src/app.py, line 3)", "(`src/app.py`, line 3)"),
        ("undefined: vector<std.string>.", "undefined: `vector<std.string>`."),
        ("a.b[1].c()!", "`a.b[1].c()`!"),
        ("shop.call(never closed", "`shop.call(never` closed"),
        ("shop.call(`x y`, 1)", "`shop.call(`&#96;`x y`&#96;, 1)"),
    ],
)
def test_code_does_not_end_within_an_expression(text: str, shown: str) -> None:
    assert escape_markdown(text) == shown
