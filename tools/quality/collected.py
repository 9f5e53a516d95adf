"""Failing logs of public repositories, labeled in `collected.yaml`; the logs themselves are not in this repository.

`python -m tools.quality.collected` downloads them from GitHub into the folder that COLLECTED_LOGS names, or else into
`../shared/collected`. A file whose content is not the labeled one is refused.
"""

import hashlib
import os
import re
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

import yaml

from plugin.logs.readable import readable
from plugin.logs.redact.redactor import Redactor
from tools.quality.cases import SHARED, Case
from tools.quality.label_corrections import corrected

LABELS = Path(__file__).with_suffix(".yaml")
FOLDER = Path(os.environ.get("COLLECTED_LOGS") or SHARED / "collected")
DEVELOPMENT, FRESH = "development", "fresh"
"""The half that may be learned from and looked at, and the half that is only measured."""
_DOWNLOAD = "https://raw.githubusercontent.com/{repository}/{commit}/{path}"
_TIMEOUT = 30  # seconds, of one download
_GH_COLUMNS = re.compile(r"^[^\t]*\t[^\t]*\t\ufeff?(?:\d{4}-\d\d-\d\dT[\d:.]+Z )?")


@dataclass(frozen=True)
class CollectedCase(Case):
    """A collected log, with words for its title."""

    title: str = ""
    """An expression that a good title matches, in any case."""


def collected(half: str, folder: Path = FOLDER) -> Iterator[CollectedCase]:
    """Yield the labeled logs of one half that are in the folder."""
    for row in labels():
        path = place(row, folder)
        if row["half"] == half and path.exists():
            name = case_id(row)
            core, same = corrected(name, numbers(row["cause"]), frozenset())
            yield CollectedCase(
                name,
                "collected",
                row["repository"],
                "github-actions" if row["kind"] == "step of a job" else "",
                path,
                numbers(row["block"]),
                core=core,
                same=same,
                categories=tuple(row["category"]),
                text=readable(part(path.read_bytes(), row), Redactor()),
                title=row["title"],
            )


def missing(folder: Path = FOLDER) -> str:
    """Return a message for people when the folder lacks labeled logs, else an empty string."""
    count = sum(not place(row, folder).exists() for row in labels())
    if not count:
        return ""
    return f"{count} of {len(labels())} collected logs are not in {folder}: python -m tools.quality.collected"


@cache
def labels() -> tuple[Mapping[str, str], ...]:
    """Return the rows of `collected.yaml`."""
    return tuple(yaml.safe_load(LABELS.read_bytes()))


def case_id(row: Mapping[str, str]) -> str:
    """Return the id of a row's case."""
    return f"collected/{row['repository']}/{row['path']}@{row['commit'][:7]}"


def place(row: Mapping[str, str], folder: Path) -> Path:
    """Return where the file of a row is kept."""
    return folder / row["repository"].replace("/", "+") / row["commit"][:12] / row["path"]


def numbers(ranges: str) -> frozenset[int]:
    """Return the numbers in text such as `1-4 8`."""
    ends = [item.partition("-") for item in ranges.split()]
    return frozenset(n for first, _, last in ends for n in range(int(first), int(last or first) + 1))


def part(content: bytes, row: Mapping[str, str]) -> bytes:
    """Return the lines of a file that the labels count, in UTF-8 and without the columns of `gh run view --log`."""
    lines = _text(content).replace("\r\n", "\n").removesuffix("\n").split("\n")
    if "lines" in row:
        first, _, last = row["lines"].partition("-")
        lines = lines[int(first) - 1 : int(last)]
    if row.get("columns") == "gh":
        lines = [_GH_COLUMNS.sub("", line).replace("^[[", "\x1b[") for line in lines]
    return ("\n".join(lines) + "\n").encode()


def _text(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    wide = content.count(0) > len(content) // 3
    return content.decode("utf-16-le" if wide else "utf-8-sig", errors="replace")


def fetch(row: Mapping[str, str], folder: Path) -> str:
    """Download the file of a row into the folder; return what was wrong, or an empty string."""
    address = _DOWNLOAD.format(repository=row["repository"], commit=row["commit"], path=quote(row["path"]))
    try:
        with urllib.request.urlopen(address, timeout=_TIMEOUT) as response:  # noqa: S310 - a constant https address
            content: bytes = response.read()
    except OSError as error:
        return f"{address}: {error}"
    if hashlib.sha256(content).hexdigest() != row["sha256"]:
        return f"{address}: not the file that was labeled"
    path = place(row, folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return ""


def main() -> int:
    """Return the exit code: 1 when a log could not be downloaded."""
    wanted = [row for row in labels() if not place(row, FOLDER).exists()]
    failed = [message for row in wanted if (message := fetch(row, FOLDER))]
    print("\n".join((*failed, f"{len(wanted) - len(failed)} downloaded, {len(failed)} failed, into {FOLDER}")))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
