"""Markdown engines of the forges, and the page that they make of a text: tags, addresses, text in and out of code."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from html.parser import HTMLParser

import comrak
import pytest
from cmarkgfm import github_flavored_markdown_to_html
from cmarkgfm.cmark import Options
from markdown import Markdown
from markdown_it import MarkdownIt

from tests.engines.external import MissingEngineError, Program, go_program, node_program

VOID = {"br", "hr", "img", "input"}
Engine = Callable[[str], str]


def cmark_gfm(markdown: str) -> str:
    """Render with GitHub's engine; raw HTML is kept, so that tests can see it."""
    html = github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES)
    assert isinstance(html, str)
    return html


def gitlab() -> Engine:
    """Return Comrak with the extensions that GitLab enables; raw HTML is kept."""
    extensions = comrak.ExtensionOptions()
    for name in (
        "autolink", "alerts", "description_lists", "footnotes", "inline_footnotes", "greentext", "math_code",
        "math_dollars", "multiline_block_quotes", "shortcodes", "strikethrough", "table", "tasklist",
        "wikilinks_title_before_pipe",
    ):  # fmt: skip
        setattr(extensions, name, True)
    parsing, rendering = comrak.ParseOptions(), comrak.RenderOptions()
    parsing.relaxed_autolinks = True
    rendering.unsafe_ = rendering.hardbreaks = True

    def render(markdown: str) -> str:
        html = comrak.render_markdown(markdown, extensions, parsing, rendering)
        assert isinstance(html, str)
        return html

    return render


def bitbucket() -> Engine:
    """Return Python-Markdown with the extensions that Bitbucket Cloud documents; raw HTML is shown as text."""
    extensions = ("abbr", "def_list", "fenced_code", "footnotes", "sane_lists", "tables", "nl2br")
    engine = Markdown(extensions=extensions, output_format="html")
    engine.preprocessors.deregister("html_block")
    engine.inlinePatterns.deregister("html")
    return lambda markdown: engine.reset().convert(markdown)


def _of_program(program: Callable[[], Program], name: str) -> Engine:
    return partial(program().render, name)


_STARTS: Mapping[str, Callable[[], Engine]] = {
    "cmark-gfm": lambda: cmark_gfm,
    "markdown-it": lambda: MarkdownIt("commonmark", {"html": True}).render,
    "markdown-it with links": lambda: MarkdownIt("gfm-like", {"html": True, "linkify": True}).render,
    "comrak": gitlab,
    "python-markdown": bitbucket,
    **{name: partial(_of_program, go_program, name) for name in ("blackfriday", "blackfriday with breaks", "goldmark")},
    **{name: partial(_of_program, node_program, name) for name in ("marked", "micromark")},
}
"""How to start each engine.

GitHub uses cmark-gfm, GitLab comrak, Gogs blackfriday, Gitea and Forgejo goldmark. Bitbucket and Harness do not
document theirs; the closest are python-markdown without HTML and the engines that follow CommonMark.
"""
WITHOUT_FOLDS = ("python-markdown", "blackfriday", "blackfriday with breaks")
"""Engines of forges that do not support HTML in comments."""


@cache
def _started(name: str) -> Engine | MissingEngineError:
    try:
        return _STARTS[name]()
    except MissingEngineError as error:
        return error


def _rendered(name: str, markdown: str) -> str:
    """Render with an engine. Skip the test if the engine cannot run here; fail it if all engines are required."""
    engine = _started(name)
    if not isinstance(engine, MissingEngineError):
        return engine(markdown)
    if os.environ.get("REQUIRE_ENGINES"):
        pytest.fail(f"{name}: {engine}")
    pytest.skip(f"{name}: {engine}")


ENGINES: Mapping[str, Engine] = {name: partial(_rendered, name) for name in _STARTS}
"""Every engine by name. An engine that needs Go or Node.js skips the test if they are missing."""


def engines_for(markdown: str) -> Mapping[str, Engine]:
    """Return the engines that can run here and belong to forges that could get this text."""
    return {
        name: engine
        for name, engine in ENGINES.items()
        if not (name in WITHOUT_FOLDS and "<details>" in markdown)
        and not isinstance(_started(name), MissingEngineError)
    }


@dataclass
class Page(HTMLParser):
    """A parsed HTML page."""

    html: str
    tags: set[str] = field(default_factory=set)
    addresses: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    """Text inside <code>, so also inside <pre>."""
    blocks: list[str] = field(default_factory=list)
    """Text inside <pre>."""
    prose: list[str] = field(default_factory=list)
    """All other text, where forges look for mentions and references."""
    shown: list[str] = field(default_factory=list)
    """All text in the order of the page."""
    open: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.html)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.faults.append(f"</{tag}> closes {self.open[-1:]}")

    def handle_data(self, data: str) -> None:
        self.shown.append(data)
        if "code" in self.open:
            self.code.append(data)
            if "pre" in self.open:
                self.blocks.append(data)
        else:
            self.prose.append(data)

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"a declaration: {decl}")

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"a declaration: {data}")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"a processing instruction: {data}")
