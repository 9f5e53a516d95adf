"""Takes what became of every cell, gives docs/reliability.md."""

import statistics
from collections.abc import Sequence

from tests.fakes.faults import FAULTS
from tests.faults.matrix import ENDLESS, FORGES, SERVERS
from tests.faults.trial import Tried

_PAGE = """# Reliability

Made by `python -m tests.faults --write`; do not edit. Every endpoint that a run asks, of {servers} kinds of servers and
{forges} of forges, goes wrong in {faults} ways: for ever, and for writes also once, and once after the write did its
work. `make test` tries the part for Drone 2 and Gitea.

**{kept} of {all} runs kept every promise:**

- exit code 0, within the time of the run;
- the file is written, with all that could be read, and says what could not;
- at most one comment, and it is there unless the forge itself failed or the build could not be read;
- a build that could not be read is reported as unknown, or as failed where the environment says so, never as passed;
- no token in anything that is printed or written.

Where the fault is one of time ({endless}), the run's time is made to end soon after it began.
The others took {median:.0f} ms in the middle and {longest:.0f} ms at most, pauses between attempts not counted;
all together took {seconds:.0f} seconds with two processes.

The cells say what was left: **all** is the report and the comment; **part** a report that names what is missing, and
the comment; **file** the report without a comment. Shown is the worst of all kinds and ways.

## Servers

{server_table}

## Forges

{forge_table}

## Besides

| what happens | what is left | shown by |
|---|---|---|
| the build cannot be read | unknown or failed, never passed | `tests/test_unknown.py` |
| the CI says failure, its API lists no failed step | unknown, the comment is not green | `tests/test_unknown.py` |
| SIGTERM in the middle of the run | what is known is written, exit 0 | `tests/faults/test_process.py` |
| slow patterns of a pull request | the report without that log, in time | `tests/faults/test_process.py` |
| no room on the disk | a line on stderr, the comment | `tests/faults/test_process.py`, `image/check` |
| workspace read-only, or another user's | a line on stderr, the comment | `image/check` |
| output closed or on a full disk | file and comment | `tests/faults/test_process.py` |
| certificate expired, of another host, of nobody known | no token is sent | `tests/faults/test_certificates.py` |
| a name look-up that hangs | ends with the time of the run | `tests/rest/test_bounds.py` |
"""


def page(tried: Sequence[Tried], seconds: float) -> str:
    quick = [one.seconds * 1000 for one in tried if one.cell.fault not in ENDLESS]
    return _PAGE.format(
        servers=len(SERVERS),
        forges=len(FORGES),
        faults=len(FAULTS),
        kept=sum(not one.broken for one in tried),
        all=len(tried),
        endless=", ".join(sorted(ENDLESS)),
        median=statistics.median(quick),
        longest=max(quick),
        seconds=seconds,
        server_table=_table([one for one in tried if not one.cell.at_forge]),
        forge_table=_table([one for one in tried if one.cell.at_forge]),
    )


def _table(tried: Sequence[Tried]) -> str:
    roles = list(dict.fromkeys(one.cell.role for one in tried))
    rows = [f"| fault | {' | '.join(roles)} |", f"|---|{'---|' * len(roles)}"]
    for fault in FAULTS:
        cells = ([one for one in tried if (one.cell.fault, one.cell.role) == (fault, role)] for role in roles)
        rows.append(f"| {fault} | {' | '.join(map(_left, cells))} |")
    return "\n".join(rows)


def _left(tried: Sequence[Tried]) -> str:
    if any(one.broken for one in tried):
        return "**BROKEN**"
    if not all(one.posted for one in tried):
        return "file"
    return "part" if any(one.told for one in tried) else "all"
