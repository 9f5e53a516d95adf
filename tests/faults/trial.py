"""Runs all cells of one kind of server or forge and prints the results; one process for each kind."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.faults.matrix import Cell, broken_promises, cells_of_forge, cells_of_server, outcome
from tests.faults.scene import CAUSES


@dataclass(frozen=True)
class Tried:
    cell: Cell
    broken: tuple[str, ...]
    """Promises that were not kept."""
    seconds: float
    posted: bool
    told: bool
    """The report says what could not be done, or of a log why it is missing."""


def tried(kind: str, *, at_forge: bool) -> list[Tried]:
    return [_one(cell) for cell in (cells_of_forge(kind) if at_forge else cells_of_server(kind))]


def _one(cell: Cell) -> Tried:
    with tempfile.TemporaryDirectory() as folder:
        done = outcome(cell, Path(folder))
    file = "".join(done.files)
    told = "### Notes" in file or not all(cause in file for cause in CAUSES)
    return Tried(cell, tuple(broken_promises(cell, done)), done.seconds, bool(done.comments), told)
