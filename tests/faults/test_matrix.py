"""With any fault of a server or forge, the run exits with 0, reports what it could read, and never comments twice.

One server and one forge, a test per fault; `python -m tests.faults` tries them all and writes docs/reliability.md.
"""

from pathlib import Path

import pytest

from tests.fakes.faults import FAULTS
from tests.faults.matrix import Cell, broken_promises, cells_of_forge, cells_of_server, outcome


@pytest.fixture(scope="session")
def cells() -> list[Cell]:
    return [*cells_of_server("drone-2"), *cells_of_forge("gitea")]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("at_forge", [False, True], ids=["server", "forge"])
def test_a_fault_at_any_endpoint_breaks_no_promise(
    fault: str,
    at_forge: bool,  # noqa: FBT001
    cells: list[Cell],
    tmp_path: Path,
) -> None:
    tried = [cell for cell in cells if cell.fault == fault and cell.at_forge is at_forge]
    broken = {}
    for number, cell in enumerate(tried):
        workspace = tmp_path / str(number)
        workspace.mkdir()
        broken[str(cell)] = broken_promises(cell, outcome(cell, workspace))
    assert len(broken) == (8 if at_forge else 7)
    assert not any(broken.values()), {cell: promises for cell, promises in broken.items() if promises}
