"""Results of `check`, one on a line, and the variables and settings that a value comes from."""

from collections.abc import Mapping
from enum import StrEnum

from plugin.commands.clients import context_of
from plugin.commands.provenance import sources
from plugin.frozen import frozen
from plugin.settings.schema import Settings


class Status(StrEnum):
    """The result of one check."""

    OK = "ok"
    WARNING = "warning"
    """It works, or cannot be checked without a write."""
    FAILED = "FAILED"


@frozen
class Finding:
    """The result of one check on one line."""

    status: Status
    subject: str
    text: str


def origin(environ: Mapping[str, str], settings: Settings, field: str, setting: str) -> str:
    """Return the setting or the variables that a field of the context is from, in parentheses."""
    if getattr(settings, setting, None):
        return f" (setting `{setting}`)"
    names = sources(environ, lambda variables: context_of(variables, settings), field)
    return f" (from {', '.join(names)})" if names else ""
