"""The command that failed, in a step's trace as Drone, Woodpecker and `sh -x` print it.

A step runs with `set -e`, so the last command is the one that failed, apart from those of a trap or of error handling.
Other lines that start with a plus are added lines of diffs, lists of packages and tables.
"""

from collections.abc import Collection, Sequence

import re2

from plugin.extract.regex import regex
from plugin.text.lazy_expression import lazily

_NO_COMMAND = (
    r"^\+ (?:[Aa]ctual|[Ee]xpected|[Rr]eceived|~|\^|CategoryInfo|FullyQualifiedErrorId|where |First Load JS|[•○●ƒ├└┌│])"
    # packages of npm, pnpm, pub and Composer
    r"|^\+ @?[\w.-]+(?:/[\w.-]+)?(?:@| v?| \(?)\d+(?:\.\d+)+[\w.+-]*\)?(?: \(.*\))?(?: \S+: .*)?$"
    r"|\s\d+(?:\.\d+)? ?[kMG]?B$"  # sizes of bundles
    r"|^\+ (?:\[[^ \[]|\[$|[{(<*]|//|/\*|@@|-?\d+(?:[.,]|$)|(?:None|True|False|null|true|false|undefined|nil)\b,?$)"
    r"|^\+ (?:'[^'/\[]*'|\"[^\"/]*\")(?:[,:)\]}]|$)"  # quoted values
    r"|[,{(\[]$|^\+ [\w\"'.]+ ?(?:=>|: )"
)
"""Added lines of diffs, PowerShell's messages, tables, lists of packages."""
_REMOVED = r"^-(?:[^-\s]|\s+\S|$)"
"""A removed line of a diff. `-- Build files`, a rule of dashes and `-rw-r--r--` are none."""
_LISTED_FILE = r"^[-dlcbps](?:[r-][w-][xsStT-]){3}"
_DIFF = r"^(?:@@|\+\+\+ |--- \S|\+ {2,}|\? +[-+^~]|[-+] (?:[Ee]xpected|[Aa]ctual|[Rr]eceived)\b|At .+:\d+)"
"""Lines that occur only in a diff, or in PowerShell's messages."""
_COMPARES = r"(?i)^\s*(?:E\s+)?(?:\w*Assert\w*|\w*Error\b.*[!=]=|(?:full )?diff:|comparison)"
_WORDS = r"^\+ [\w./~$-]+(?: |$)"
_SUBSTITUTED = lazily(r"\$\{[^}]*\}")
_LONGEST_EXPRESSION = 20_000
_LOOKS_BACK = 12
"""Maximum number of commands, and of lines above a command, that are examined."""

_TEARDOWN = (
    r"^\+ (?:exit\b|return\b|echo\b|printf\b|set [-+]|trap\b|true$|:$"
    r"|\w*(?i:clean_?up|tear_?down|on_?exit|on_?error|finish|dump_logs)\w*"
    r"|rm -|rmdir\b|kill\b|killall\b|pkill\b|wait\b|popd|cd\b|unset\b"
    r"|docker(?: compose|-compose)? (?:\S+ )*(?:down|rm|stop|kill|logs|ps)\b"
    r"|kubectl (?:logs|delete|get|describe)\b|umount\b|ls\b|cat\b|df\b|date\b|\w+=\S*$|local \w)"
)
"""Commands of a trap or of error handling. One that prints an error has failed itself."""
_PRINTS = (b"+ echo", b"+ printf", b"+ cat")
_FAILED = r"(?i)\b(?:error|cannot|can't|failed|denied|no such|not found|fatal|unable)\b"


def last_command(lines: Sequence[bytes], commands: Collection[str] = ()) -> int | None:
    """Return the row of the command that failed, or None if the log has no trace.

    `commands` are the step's own, from the pipeline's definition. If the trace contains one of them, its last row is
    returned, whatever the other lines look like.
    """
    own = _expression(commands)
    search = regex(own).search if own else None
    rows = [row for row, line in enumerate(lines) if line[:2] == b"+ " and search(line)] if search else []
    return rows[-1] if rows else _without_teardown(lines, _commands_from_the_end(lines))


def _expression(commands: Collection[str]) -> str:
    """Return an expression for the commands' first lines in a trace, where the server may have replaced `${NAME}`."""
    first_lines = {command.strip().split("\n")[0].strip() for command in commands if command.strip()}
    escaped = [
        ".*".join(re2.escape(part) for part in _SUBSTITUTED.split(line.replace("$$", "$")))
        for line in sorted(first_lines)
    ]
    expression = "|".join(escaped)
    return f"^\\+ (?:{expression})\\s*$" if expression and len(expression) <= _LONGEST_EXPRESSION else ""


def _commands_from_the_end(lines: Sequence[bytes]) -> list[int]:
    """Return the rows of some commands, the last one first."""
    rows: list[int] = []
    no_command = regex(_NO_COMMAND).search
    row = len(lines) - 1
    while row >= 0 and len(rows) < _LOOKS_BACK:
        if not _traced(lines[row]):
            row -= 1
            continue
        first = row
        while first > 0 and _traced(lines[first - 1]):
            first -= 1
        if not _is_added(lines, first):
            last_ones = range(row, max(first, row - _LOOKS_BACK) - 1, -1)
            rows += (one for one in last_ones if not no_command(lines[one]))
        row = first - 1
    return rows


def _without_teardown(lines: Sequence[bytes], rows: Sequence[int]) -> int | None:
    """Return the last of the commands (last one first) that is no teardown or prints an error; else the last one."""
    teardown, failed = regex(_TEARDOWN).search, regex(_FAILED).search
    end = len(lines)
    for row in rows:
        command = lines[row]
        if not teardown(command) or (not command.startswith(_PRINTS) and any(map(failed, lines[row + 1 : end]))):
            return row
        end = row
    return rows[0] if rows else None


def _is_added(lines: Sequence[bytes], row: int) -> bool:
    """Return whether the lines with a plus from `row` on are added lines of a diff."""
    above = lines[max(0, row - _LOOKS_BACK) : row]
    if not above:
        return False
    before, line = above[-1], lines[row]
    if regex(_DIFF).search(before):
        return True
    if not regex(_REMOVED).search(before) or regex(_LISTED_FILE).search(before):
        return False
    return (
        any(regex(_DIFF).search(one) or regex(_COMPARES).search(one) for one in above)
        or bool(regex(_NO_COMMAND).search(line) or not regex(_WORDS).search(line))
        or before[1:].split()[:1] == line[1:].split()[:1]
        or before[1:2] not in (b" ", b"-")
    )


def _traced(line: bytes) -> bool:
    return line[:2] == b"+ " and line[2:3].strip() != b""
