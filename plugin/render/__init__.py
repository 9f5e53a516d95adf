"""A Report in every form that people and programs read; each `as_<format>` is a pure function of it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from plugin.render import as_html, as_json, as_junit, as_markdown, as_sarif, as_text
from plugin.report import Report

Format = Callable[[Report], str]

FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "text": as_text.render,
        "markdown": as_markdown.render,
        "json": as_json.render,
        "html": as_html.render,
        "junit": as_junit.render,
        "sarif": as_sarif.render,
    }
)
"""The formats by the names that the command line knows."""

EXTENSIONS: Mapping[str, Format] = MappingProxyType(
    {
        "txt": FORMATS["text"],
        "log": FORMATS["text"],
        "md": FORMATS["markdown"],
        "markdown": FORMATS["markdown"],
        "json": FORMATS["json"],
        "html": FORMATS["html"],
        "htm": FORMATS["html"],
        "xml": FORMATS["junit"],
        "sarif.json": FORMATS["sarif"],
        "sarif": FORMATS["sarif"],
    }
)
"""The formats by the ending of a file's name."""


def format_of(name: str) -> Format | None:
    """The format that a file of this name is in, by its longest known ending; None if it has none."""
    endings = [ending for ending in EXTENSIONS if name.lower().endswith(f".{ending}")]
    return EXTENSIONS[max(endings, key=len)] if endings else None
