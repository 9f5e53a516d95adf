"""Write the results of the fault matrix as the generated part of docs/reliability.md."""

import statistics
from collections.abc import Sequence

from tests.fakes.faults import FAULTS
from tests.faults.matrix import ENDLESS, FORGES, SERVERS
from tests.faults.trial import Tried

_PART = """{kept} of {all} runs kept every promise of the table above. Tried were {faults} faults at every endpoint of
{servers} kinds of servers and {forges} kinds of forges: each fault for the whole run, and for writes also once
before and once after the write took effect.

Where the fault takes up time ({endless}), the time of the run ends soon after the fault begins. The other runs took
{median:.0f} ms in the median and {longest:.0f} ms at most, pauses between attempts not counted. All runs took
{seconds:.0f} seconds in two processes.

A cell shows what was left in the worst run: **all** is the report and the comment; **part** a report that names what is
missing, and the comment; **file** the report without a comment.

### Servers

{server_table}

### Forges

{forge_table}
"""


def part(tried: Sequence[Tried], seconds: float) -> str:
    """Return the part of the page between its marks, as Markdown."""
    quick = [one.seconds * 1000 for one in tried if one.cell.fault not in ENDLESS]
    return _PART.format(
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
