"""Takes Markdown, gives what real engines make of it: the tags, the text in and out of code, the addresses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from cmarkgfm import github_flavored_markdown_to_html
from cmarkgfm.cmark import Options
from markdown_it import MarkdownIt

VOID = {"br", "hr", "img", "input"}


def cmark_gfm(markdown: str) -> str:
    """GitHub's own engine, raw HTML let through so that nothing hides."""
    html = github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES)
    assert isinstance(html, str)
    return html


ENGINES: Mapping[str, Callable[[str], str]] = {
    "cmark-gfm": cmark_gfm,
    "markdown-it": MarkdownIt("commonmark", {"html": True}).render,
    "markdown-it with links": MarkdownIt("gfm-like", {"html": True, "linkify": True}).render,
}


@dataclass
class Page(HTMLParser):
    """A page of HTML, read."""

    html: str
    tags: set[str] = field(default_factory=set)
    addresses: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    """Text inside <code>, so also inside <pre>."""
    blocks: list[str] = field(default_factory=list)
    """Text inside <pre>."""
    prose: list[str] = field(default_factory=list)
    """All other text, where forges look for mentions and the like."""
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

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.faults.append(f"</{tag}> closes {self.open[-1:]}")

    def handle_data(self, data: str) -> None:
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
