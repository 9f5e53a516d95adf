"""A Report in every form that people and programs read; each module of a format has `render`, a pure function of it."""

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType

from plugin.errors import SettingsError
from plugin.model.report import Report

Format = Callable[[Report], str]


def _from(module: str) -> Format:
    """Import the format when it is used: one that cannot be does not cost the others."""

    def render(report: Report) -> str:
        text: str = import_module(f"plugin.render.{module}").render(report)
        return text

    return render


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "text": _from("text"),
        "markdown": _from("markdown"),
        "json": _from("json"),
        "html": _from("html"),
        "junit": _from("junit"),
        "sarif": _from("sarif"),
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


def render_for(report: Report, output: str) -> str:
    """Return the report in the format that the ending of the file's name stands for.

    Raise SettingsError for an ending of no format.
    """
    render = format_of(output)
    if render is None:
        known = ", ".join(f".{ending}" for ending in EXTENSIONS)
        raise SettingsError(f"setting `output`: {output!r} has no ending that tells its format; use one of {known}")
    return render(report)
