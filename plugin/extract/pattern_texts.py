"""Titles and hints of patterns, filled with what a pattern captures in its line."""

import re
import shlex
from collections.abc import Mapping

from plugin.model.message import Message
from plugin.text.lazy_expression import lazily
from plugin.text.shorten import cut

LONGEST_TITLE = 200
PLACEHOLDER = lazily(r"\{(\w+)\}")
_CODE = lazily(r"(`[^`]*`)")


class FilledTitle(Message):
    """A title of a pattern, with what `match` captures."""

    @staticmethod
    def fill(template: str, fields: Mapping[str, object]) -> str:
        """Return the title as one line of at most 200 characters."""
        captures = {name: str(value) for name, value in fields.items()}
        return cut(" ".join(filled(template, captures).split()), LONGEST_TITLE)


class Hint(Message):
    """A hint of a pattern, with what `match` captures."""

    @staticmethod
    def fill(template: str, fields: Mapping[str, object]) -> str:
        """Return the hint on one line; between backticks, fields are quoted for a POSIX shell."""
        captures = {name: str(value) for name, value in fields.items()}
        quoted = {name: _quoted(value) for name, value in captures.items() if value}
        parts = (filled(part, quoted if part.startswith("`") else captures) for part in _CODE.split(template))
        return " ".join("".join(parts).split())


def filled(template: str, values: Mapping[str, str]) -> str:
    """Return the template with values in place of its placeholders; nothing for a value that is missing."""
    return PLACEHOLDER.sub(lambda placeholder: values.get(placeholder[1], ""), template)


def _quoted(value: str) -> str:
    """Return the value quoted for a POSIX shell, without the quotes that the tool itself printed around it."""
    return shlex.quote(re.sub(r"^'(.*)'$", r"\1", value))
