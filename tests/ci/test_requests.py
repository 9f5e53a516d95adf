"""How many requests a run makes: the table in docs/servers.md, for a build of 30 steps with 5 failed ones."""

import re
from pathlib import Path

import pytest

from plugin.ci.logs import logs_of
from plugin.ci.wait import wait_for_jobs
from plugin.model.build import culprits
from tests.ci.conftest import Start
from tests.ci.reach import Client, reach
from tests.fakes.servers import FakeServer
from tests.fakes.servers.truth import TrueStep, build, green

DOCS = Path(__file__).parents[2] / "docs" / "servers.md"

STEPS = [TrueStep(f"step{number}", code=number % 6 == 5) for number in range(30)]


def documented() -> dict[str, tuple[int, int]]:
    """By generation: requests without and with a comparison."""
    rows = re.findall(r"^\| `([\w.-]+)` +\| (\d+) +\| (\d+) +\|$", DOCS.read_text(), re.MULTILINE)
    return {name: (int(without), int(with_green)) for name, without, with_green in rows}


def run(client: Client, *, baseline: bool) -> int:
    found = wait_for_jobs(client.server, client.deadline, 10)
    assert len(culprits(found)) == 5
    return sum(bool(one.log.data) for one in logs_of(client.server, found, baseline=baseline))


@pytest.fixture
def thirty(generation: str, start: Start) -> FakeServer:
    return start(generation, build(*STEPS), green(41, *(TrueStep(step.name) for step in STEPS)))


@pytest.mark.parametrize("compared", ["alone", "compared"])
def test_are_as_documented(compared: str, generation: str, thirty: FakeServer) -> None:
    baseline = compared == "compared"

    assert run(reach(thirty), baseline=baseline) == 5

    assert len(thirty.requests) == documented()[generation][baseline]
    assert len(thirty.asked(r"/(builds|pipelines|executions)/42$")) == 1, "one look at the build"
