"""The number of requests of a run: the tables in docs/servers.md and docs/performance.md."""

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
PERFORMANCE = DOCS.with_name("performance.md")

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


TEST = TrueStep("test", code=1)
SITUATIONS = ("green", "failed", "failed, with comparison", "failed twice, with comparison")
"""The columns of the table in docs/performance.md: builds of one job."""


def documented_by_situation() -> dict[str, dict[str, int]]:
    """Return the requests of each generation by situation."""
    rows = re.findall(r"^\| `([\w.-]+)` +((?:\| \d+ +){4})\|$", PERFORMANCE.read_text("utf-8"), re.MULTILINE)
    return {name: dict(zip(SITUATIONS, map(int, re.findall(r"\d+", cells)), strict=True)) for name, cells in rows}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_requests_of_a_build_with_one_job_are_as_documented(situation: str, generation: str, start: Start) -> None:
    failed = [TEST, TrueStep("lint", code=1)][: 2 if "twice" in situation else 1] if situation != "green" else []
    past = [green(41, TrueStep("test"), TrueStep("lint"))]
    fake = start(generation, build(*(failed or [TrueStep("test")])), *past)
    client = reach(fake)

    found = wait_for_jobs(client.server, client.deadline, 10)
    read = [one for one in logs_of(client.server, found, baseline="comparison" in situation) if one.log.data]

    assert len(read) == len(failed)
    assert len(fake.requests) == documented_by_situation()[generation][situation]
