"""Report formats. Each format is a module with `render`, a pure function of the Report."""

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType

from plugin.errors import SettingsError
from plugin.model.report import Report
from plugin.text.language import using

Format = Callable[[Report], str]


def _from(module: str) -> Format:
    """Return a function that imports the format on use, so that a broken format does not affect the others."""

    def render(report: Report) -> str:
        text: str = import_module(f"plugin.render.{module}").render(report)
        return text

    return render


def _in_english(module: str) -> Format:
    """Return the same for a format that programs read."""
    render = _from(module)

    def render_in_english(report: Report) -> str:
        with using("en"):
            return render(report)

    return render_in_english


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "text": _from("text"),
        "markdown": _from("markdown"),
        "json": _in_english("json"),
        "html": _from("html"),
        "junit": _in_english("junit"),
        "sarif": _in_english("sarif"),
    }
)
"""Formats by their names on the command line."""

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
        "env": _from("env"),
    }
)
"""Formats by file extension."""


def format_of(name: str) -> Format | None:
    """Return the format for the longest known extension of the file name, or None if it has none."""
    extensions = [extension for extension in EXTENSIONS if name.lower().endswith(f".{extension}")]
    return EXTENSIONS[max(extensions, key=len)] if extensions else None


def render_for(report: Report, output: str) -> str:
    """Return the report in the format that the extension of the file name selects.

    Raise SettingsError for an unknown extension.
    """
    render = format_of(output)
    if render is None:
        known = ", ".join(f".{extension}" for extension in EXTENSIONS)
        raise SettingsError(f"setting `output`: {output!r} has no known file extension; use one of {known}")
    return render(report)
