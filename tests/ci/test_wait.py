"""A red build waits a little for its other units; nothing else is waited for."""

import pytest

from plugin.ci.wait import wait_for_jobs
from plugin.errors import ServerError
from plugin.model.build import State, culprits, unfinished_jobs
from tests.ci.conftest import Start
from tests.ci.reach import Client, reach
from tests.fakes.servers import Reply
from tests.fakes.servers.server import FakeServer
from tests.fakes.servers.truth import Fate, TrueBuild, TrueStep, TrueUnit, job

TEST = TrueStep("test", code=2)
SLOW = TrueStep("slow", fate=Fate.RUNNING)


def two(here: TrueUnit, there: TrueUnit) -> TrueBuild:
    return TrueBuild(jobs=(here, there))


RED = job(TEST, name="here")
RUNNING = job(SLOW, current=False, name="there")
ENDED = job(TrueStep("slow", code=3), current=False, name="there", fate=Fate.ENDED)


def looks(fake: FakeServer) -> int:
    return len(fake.asked(r"/(builds|pipelines|executions)/42$"))


def after(client: Client, fake: FakeServer, seconds: float, then: TrueBuild) -> None:
    """Let the server return another build once so much time has passed."""
    sleep = client.clock.sleep

    def sleeping(pause: float) -> None:
        sleep(pause)
        if client.clock.now >= seconds:
            fake.happens(then)

    client.deadline._sleep = sleeping


def test_job_that_ends_in_time_is_seen(generation: str, start: Start) -> None:
    fake = start(generation, two(RED, RUNNING))
    client = reach(fake)
    after(client, fake, 3, two(RED, ENDED))

    found = wait_for_jobs(client.server, client.deadline, 10)

    assert [one.name for _, one in culprits(found)] == ["test", "slow"]
    assert unfinished_jobs(found) == ()
    assert client.clock.naps == [0.5, 0.75, 1.125, 1.6875], "until it is seen that the job ended after 3 s"


def test_job_that_does_not_end_is_reported_as_running(start: Start) -> None:
    fake = start("drone-2", two(RED, RUNNING))
    client = reach(fake)

    found = wait_for_jobs(client.server, client.deadline, 10)

    assert [(one.name, one.state) for one in unfinished_jobs(found)] == [("there", State.RUNNING)]
    assert (client.clock.now, looks(fake)) == (10, 7)


@pytest.mark.parametrize(
    ("build", "why"),
    [
        (two(RED, ENDED), "nothing runs"),
        (two(job(TrueStep("test"), name="here"), RUNNING), "it is green so far, and a copy there will report it"),
        (two(RED, TrueUnit(name="there", fate=Fate.WAITING)), "what has not started may wait for this one"),
        (two(RED, job(TrueStep("test"), name="there")), "a copy is at work there, so all else has ended"),
        (
            two(
                RED,
                job(
                    TrueStep("test"), TrueStep("summary", fate=Fate.WAITING, kind="plugin"), name="there", current=False
                ),
            ),
            "only a copy has not started there",
        ),
        (TrueBuild(jobs=(job(TEST, TrueStep("lint", fate=Fate.RUNNING, together=True)),)), "there is one job only"),
        (two(job(TrueStep("lint", code=1, ignored=True), name="here"), RUNNING), "the failure is ignored"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_build_is_read_once(build: TrueBuild, why: str, start: Start) -> None:
    fake = start("drone-2", build)
    client = reach(fake)

    wait_for_jobs(client.server, client.deadline, 10)

    assert (client.clock.now, looks(fake)) == (0, 1)


def test_from_a_workstation_nothing_is_waited_for(start: Start) -> None:
    fake = start("drone-2", two(RED, RUNNING))
    client = reach(fake, environ={}, server=fake.url, server_kind="drone", repo="octo/demo", build=42)

    wait_for_jobs(client.server, client.deadline, 10)

    assert looks(fake) == 1


def test_setting_of_zero_waits_for_nothing(start: Start) -> None:
    fake = start("drone-2", two(RED, RUNNING))
    client = reach(fake)

    wait_for_jobs(client.server, client.deadline, 0)

    assert looks(fake) == 1


def test_waits_no_longer_than_the_setting(start: Start) -> None:
    client = reach(start("drone-2", two(RED, RUNNING)))

    wait_for_jobs(client.server, client.deadline, 1)
    wait_for_jobs(client.server, client.deadline, 0.5)

    assert client.clock.naps == [0.5, 0.5, 0.5]


def test_half_of_the_time_is_kept_for_the_logs(start: Start) -> None:
    client = reach(start("drone-2", two(RED, RUNNING)), seconds=60)

    wait_for_jobs(client.server, client.deadline, 600)

    assert client.clock.now == 30


def test_when_a_later_request_fails_the_earlier_answer_is_used(start: Start) -> None:
    fake = start("drone-2", two(RED, RUNNING))
    client = reach(fake)
    first = client.build()

    def sleeping(pause: float) -> None:
        client.clock.sleep(pause)
        fake.fault("builds/42", Reply(404))

    client.deadline._sleep = sleeping

    assert wait_for_jobs(client.server, client.deadline, 10) == first


def test_when_the_first_request_fails_there_is_no_build(start: Start) -> None:
    fake = start("drone-2", two(RED, RUNNING))
    fake.fault("builds/42", Reply(404))
    client = reach(fake)

    with pytest.raises(ServerError, match="404"):
        wait_for_jobs(client.server, client.deadline, 10)
