"""docs/reliability.md shows the fault matrix as it is now; `python -m tests.faults --write` writes that part."""

import re

from tests.fakes.faults import FAULTS
from tests.faults.front import Endpoint
from tests.faults.matrix import FORGES, SERVERS, Cell, cells_of_forge, cells_of_server
from tests.faults.page import part
from tests.faults.trial import Tried
from tests.regenerate import ROOT, with_part

PAGE = (ROOT / "docs" / "reliability.md").read_text("utf-8")
STALE = "stale: run `python -m tests.faults --write`"


def shown() -> str:
    found = re.search(r"(?s)<!-- matrix -->\n(.*?)<!-- /matrix -->", PAGE)
    assert found, "the marks of the generated part are gone"
    return found[1]


def tried(fault: str, *, at_forge: bool = False, broken: tuple[str, ...] = ()) -> Tried:
    role = "comments" if at_forge else "log"
    return Tried(Cell("drone-2", role, Endpoint("GET", "/"), fault), broken, 0.1, posted=not at_forge, told=True)


def test_every_run_of_the_page_kept_every_promise() -> None:
    kept, runs = re.findall(r"\d+", shown())[:2]
    assert kept == runs
    assert "BROKEN" not in shown()


def test_the_page_shows_every_fault_at_servers_and_forges() -> None:
    rows = re.findall(r"(?m)^\| ([^|]+) \|", shown())
    assert [row for row in rows if row != "fault"] == [*FAULTS, *FAULTS], STALE


def test_the_page_counts_every_run() -> None:
    cells = [list(cells_of_server(kind)) for kind in SERVERS] + [list(cells_of_forge(kind)) for kind in FORGES]
    numbers = [str(len(FAULTS)), str(len(SERVERS)), str(len(FORGES))]
    assert re.findall(r"\d+", shown())[1:5] == [str(sum(map(len, cells))), *numbers], STALE


def test_a_run_that_broke_a_promise_shows() -> None:
    all_tried = [tried(fault, at_forge=at_forge) for fault in FAULTS for at_forge in (False, True)]
    text = part([*all_tried, tried("404", broken=("exit code 0",))], 1)
    assert text.startswith(f"{len(all_tried)} of {len(all_tried) + 1} runs kept every promise")
    assert "| 404 | **BROKEN** |" in text
    assert "| 500 | part |" in text
    assert "| 500 | file |" in text


def test_only_the_part_between_the_marks_is_replaced() -> None:
    page = with_part(PAGE, "matrix", "new\nfigures\n")
    assert page.partition("<!-- matrix -->")[0] == PAGE.partition("<!-- matrix -->")[0]
    assert page.partition("<!-- /matrix -->")[2] == PAGE.partition("<!-- /matrix -->")[2]
    assert "<!-- matrix -->\nnew\nfigures\n<!-- /matrix -->" in page
