"""The patterns that match in labeled logs: `python -m tools.quality.pattern_matches` lists new and stale rows.

A row is a pattern, a case and the command whose output the pattern matches. The rows in `pattern_matches.tsv` were
reviewed: none names a tool that did not print the line. Review new rows, then accept them with `--write`. Held-out logs
are not read, and patterns of files that belong to no tool are not listed.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from plugin.extract.candidates import choose_candidates
from plugin.extract.features import Features
from plugin.extract.pattern_files import built_in
from plugin.extract.tool_evidence import command_above
from tools.quality.cases import Case, corpus, own_tools, project_logs, public_cases

LIST = Path(__file__).with_suffix(".tsv")
OF_NO_TOOL = ("generic.yaml", "limits.yaml", "network.yaml", "runner.yaml")
_LONGEST_COMMAND = 60

Row = tuple[str, str, str]
"""Id of the pattern, id of the case, command."""


def reviewed() -> frozenset[Row]:
    """Return the committed rows."""
    lines = LIST.read_text("utf-8").splitlines()
    return frozenset((pattern, case, command) for pattern, case, command in (line.split("\t") for line in lines))


def labeled_cases() -> Iterator[Case]:
    """Yield the cases that may be looked at; without the collections beside the checkout, the project's own logs."""
    yield from (*corpus(), *public_cases(), *own_tools(), *project_logs())


def matches(cases: Iterable[Case]) -> Iterator[Row]:
    """Yield a row for each pattern and case, with the command of the first match."""
    for case in cases:
        features = Features(choose_candidates(case.log), built_in())
        first = {pattern: row for row, pattern in reversed(features.patterns.items())}
        for pattern, row in first.items():
            if pattern.place not in OF_NO_TOOL:
                command = command_above(row, features.candidates.lines).decode("utf-8", "replace")
                yield pattern.id, case.id, " ".join(command.split())[:_LONGEST_COMMAND].strip()


def main() -> int:
    """Return the exit code: 1 if there are rows to review or to remove."""
    cases = list(labeled_cases())
    names = {case.id for case in cases}
    before = reviewed() if LIST.exists() else frozenset()
    now = frozenset(matches(cases))
    new, stale = now - before, {row for row in before - now if row[1] in names}
    for sign, rows in (("new", new), ("stale", stale)):
        print(*(f"{sign}: {'  '.join(row)}" for row in sorted(rows)), sep="\n", end="\n" if rows else "")
    if "--write" in sys.argv[1:]:
        LIST.write_text("".join("\t".join(row) + "\n" for row in sorted(before - stale | new)), encoding="utf-8")
        return 0
    return 1 if new or stale else 0


if __name__ == "__main__":
    sys.exit(main())
