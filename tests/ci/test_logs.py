"""Logs of several failed steps at once: bounded, in order, and one that breaks costs only itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Barrier, Lock

import pytest

from plugin.ci.earlier_builds import EarlierBuilds
from plugin.ci.logs import logs_of
from plugin.model.build import Build, EarlierBuild, Job, RawLog, State, Step, culprits
from tests.ci.conftest import Start
from tests.ci.reach import reach
from tests.fakes.servers import Reply
from tests.fakes.servers.truth import TrueStep, build, green

FAILED = tuple(TrueStep(f"test{number}", code=1, log=f"boom {number}\n") for number in range(1, 6))


@dataclass
class Counting:
    """A server that counts who is inside."""

    enter: Callable[[], object] = lambda: None
    asked: list[str] = field(default_factory=list)
    inside: int = 0
    most: int = 0
    lock: Lock = field(default_factory=Lock)

    def build(self) -> Build:
        raise NotImplementedError

    def log(self, job: Job, step: Step) -> RawLog:
        with self.lock:
            self.asked.append(step.name)
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.enter()
        with self.lock:
            self.inside -= 1
        return RawLog(step.name.encode())

    def green(self, build: Build, job: Job, step: Step) -> RawLog:
        return RawLog(b"green " + step.name.encode())

    def past(self) -> EarlierBuilds:
        raise NotImplementedError

    def earlier(self) -> tuple[EarlierBuild, ...]:
        return ()


def failed(count: int) -> Build:
    steps = tuple(Step(number, f"test{number}", State.FAILURE, str(number)) for number in range(count))
    return Build("octo/demo", 42, State.RUNNING, (Job(1, "default", State.RUNNING, steps),))


def test_come_in_the_order_of_the_pipeline(generation: str, start: Start) -> None:
    client = reach(start(generation, build(*FAILED)))
    found = client.build()

    logs = list(logs_of(client.server, found, baseline=False))

    assert [(one.job, one.step) for one in logs] == list(culprits(found))
    assert [one.log.data.strip() for one in logs] == [f"boom {number}".encode() for number in range(1, 6)]
    assert [one.green for one in logs] == [None] * 5


def test_four_are_fetched_at_the_same_time() -> None:
    """Each waits inside until four are: fewer at once would never come out."""
    server = Counting(enter=Barrier(4, timeout=5).wait)

    assert len(list(logs_of(server, failed(8), workers=4))) == 8
    assert server.most == 4


def test_no_more_than_wanted_are() -> None:
    server = Counting()

    list(logs_of(server, failed(20), workers=1))

    assert server.most == 1


def test_few_logs_wait_to_be_consumed() -> None:
    server = Counting()
    logs = logs_of(server, failed(20), workers=2)

    next(logs)

    assert len(server.asked) <= 2
    logs.close()  # type: ignore[attr-defined]  # it is a generator


@pytest.mark.parametrize("place", [0, 2, 4])
def test_one_that_cannot_be_read_costs_only_itself(place: int, start: Start) -> None:
    fake = start("drone-2", build(*FAILED))
    fake.fault(f"logs/1/{place + 2}", Reply(500), times=99)
    client = reach(fake)

    logs = list(logs_of(client.server, client.build(), baseline=False))

    assert [one.step.name for one in logs if not one.log.data] == [f"test{place + 1}"]
    assert "500" in logs[place].log.reason


def test_green_ones_come_along(generation: str, start: Start) -> None:
    before = green(41, *(TrueStep(step.name, log=f"fine {step.name}\n") for step in FAILED))
    client = reach(start(generation, build(*FAILED), before))

    logs = list(logs_of(client.server, client.build()))

    assert [one.green and one.green.data.strip() for one in logs] == [f"fine {step.name}".encode() for step in FAILED]


def test_green_one_of_a_missing_log_is_not_fetched(start: Start) -> None:
    fake = start("drone-2", build(TrueStep("test", code=1, stored=False)), green(41, TrueStep("test")))
    client = reach(fake)

    (logs,) = logs_of(client.server, client.build())

    assert logs.green is None
    assert fake.asked("/41/") == []


def test_green_build_without_anything_to_compare() -> None:
    assert list(logs_of(Counting(), failed(0))) == []


def test_when_the_time_is_over_the_rest_is_named(start: Start) -> None:
    client = reach(start("drone-2", build(*FAILED)))
    found = client.build()
    client.clock.now += 60

    logs = list(logs_of(client.server, found))

    assert [one.log.data for one in logs] == [b""] * 5
    assert all("setting `timeout`" in one.log.reason for one in logs)
