"""Data type for what a recognizer of a kind of output reads in a line."""

from typing import Literal

from plugin.frozen import frozen
from plugin.model.excerpt import Category

FindingKind = Literal["diagnostic", "missing", "record", "refused"]
Severity = Literal[0, 1, 2, 3, 4]
"""0 information, 1 warning, 2 a finding that has no severity, 3 error, 4 fatal."""

REFUSALS = frozenset(
    {
        *("permission", "access", "option", "version", "tool", "patch", "space", "memory"),
        *("port", "checksum", "format", "service", "environment"),
        *("signature", "license", "quota", "taken", "value"),
    }
)
"""What can be refused, see refused.yaml."""

INFORMATION: Severity = 0
WARNING: Severity = 1
UNRATED: Severity = 2
ERROR: Severity = 3
FATAL: Severity = 4


@frozen
class Finding:
    """The content of a line, whatever program printed it."""

    kind: FindingKind
    row: int
    """Row that the message was taken from."""
    title: str
    category: Category
    severity: Severity = ERROR
    file: str = ""
    """File as printed, where the finding has a place in one."""
    place: str = ""
    """File with line and column: `src/a.c:3:5`."""
    thing: str = ""
    """Kind of the missing or refused thing, for example `command`."""
    name: str = ""
    """Name of the missing or refused thing."""

    @property
    def id(self) -> str:
        """Return the name of the recognizer, which reports show where no pattern of the catalogue matches."""
        return f"{'refused' if self.thing in REFUSALS else 'missing'}-{self.thing}" if self.thing else self.kind

    @property
    def names_thing(self) -> bool:
        """Whether the line says which thing is missing or refused."""
        return bool(self.thing) and self.kind != "diagnostic"

    @property
    def misses_environment(self) -> bool:
        """Whether what is missing is no part of the code: a command, file, target, dependency or variable.

        What is refused never is a part of it.
        """
        if self.thing in REFUSALS:
            return True
        variable = self.thing == "variable" and self.name.isupper()
        environment = variable or self.thing in ("command", "file", "key", "target")
        return bool(self.thing) and (environment or self.category == "dependency")
