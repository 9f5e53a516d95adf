"""What shows that a diagnostic is a linter's: the command, the lines around it, or its own words."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from plugin.extract.finding import Finding
from plugin.extract.forms import load_forms, matches

_NEAR = 40
"""Lines around a finding in which a linter's command or summary makes it lint."""


_FAR = 200
"""Lines above a finding within which the command is that printed it."""
_ECHO = (b"$ ", b"> ", b"+ ")
_SCRIPT = r"^> \S+@\S+ \S+$"
"""The line in which npm names the script, above its command."""


class Linters:
    """The places of a log at which linters printed something."""

    def __init__(self, lines: Sequence[bytes], command: bytes = b"") -> None:
        """`command` is the one that printed the lines, where it is known."""
        self._lines = lines
        self._command = command
        self._by_stretch: dict[int, bool] = {}

    def printed(self, row: int) -> bool:
        """Return whether a linter printed the line, as far as the command or the lines around it show."""
        stretch = row // _NEAR
        if stretch not in self._by_stretch:
            near = self._lines[max(0, (stretch - 1) * _NEAR) : (stretch + 2) * _NEAR]
            self._by_stretch[stretch] = self._command_is_lint or any(map(_names_linter, near))
        return self._by_stretch[stretch]

    def ran_last(self, row: int) -> bool:
        """Return whether the last command above the line is a linter's: a script's, which a runner echoes, included."""
        for above in range(row - 1, max(-1, row - 1 - _FAR), -1):
            line = self._lines[above]
            if line[:2] in _ECHO and not matches(_SCRIPT, line):
                return matches(_forms()["lint"], line)
        return self._command_is_lint

    @cached_property
    def _command_is_lint(self) -> bool:
        return matches(_forms()["lint"], self._command)


def is_opinion(finding: Finding) -> bool:
    """Return whether a diagnostic finds fault with code that compiles: its rule or its words show that."""
    text = finding.title.removeprefix(finding.place).lstrip(": ").encode()
    if finding.kind != "diagnostic" or matches(_forms()["no-opinion"], text):
        return False
    return any(matches(_forms()[name], text) for name in ("checker-rule", "rule-first", "opinion"))


def _names_linter(line: bytes) -> bool:
    if line[:2] in _ECHO:
        return matches(_forms()["lint"], line)
    return matches(_forms()["lint-summary"], line)


def _forms() -> Mapping[str, Any]:
    return load_forms("diagnostics.yaml")
