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
        "sarif": FORMATS["sarif"],
    }
)
"""The formats by the ending of a file's name."""
