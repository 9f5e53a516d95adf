"""Eight copies of the step in eight jobs that end at different times, and one receiver, in simulated time.

Each copy reads the build through HTTP from a fake server that shows the state at that moment, and sends through HTTP.
"""

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from plugin.ci.connect import connect
from plugin.ci.server import Server
from plugin.commands.clients import context_of, make_client_factory
from plugin.commands.collect import collect, collect_options, nothing_collected
from plugin.commands.notify import NotifyRun, notify
from plugin.errors import ServerError
from plugin.extract.catalogue import Catalogue
from plugin.extract.pattern_files import built_in
from plugin.http.deadline import Deadline
from plugin.logs.redact.redactor import Redactor
from plugin.model.build import Build
from plugin.settings.parse import read_settings
from tests.deliver.comment.slow_world import World
from tests.fakes.chats import Chats
from tests.fakes.servers import FAKES, FakeServer
from tests.fakes.servers.truth import Fate, TrueBuild, TrueStep, TrueUnit, green, job

COPIES = 8
ROUNDS = int(os.environ.get("NOTIFY_ROUNDS", "6"))
"""Builds on the first server; `NOTIFY_ROUNDS=50` takes several minutes."""
EPOCH = 100
"""Seconds from the start of the build to the start of the simulated time."""
RED = "+ flake8 src\nsrc/app.py:10:1: F401 'os' imported but unused\n"


@dataclass
class Job:
    """When the tests of a job end, with which exit code, and when its copy of the step starts and ends."""

    end: float
    code: int
    start: float
    done: float | None = None
    bare: bool = False
    """It has no copy of the step."""

    def at(self, now: float, number: int) -> TrueUnit:
        ended = now >= self.end
        seconds = EPOCH + int(self.end)  # servers send whole seconds
        test = TrueStep("test", self.code, Fate.ENDED if ended else Fate.RUNNING, log=RED, ended=seconds)
        if self.bare:
            return job(test, current=False, axes={"N": str(number)}, fate=Fate.ENDED if ended else Fate.RUNNING)
        over = self.done is not None
        fate = Fate.ENDED if over else Fate.RUNNING if now >= self.start else Fate.WAITING
        began, done = EPOCH + int(self.start), EPOCH + int(self.done or 0)
        steps = (test, TrueStep("summary", fate=fate, kind="plugin", began=began, ended=done))
        return job(*steps, current=False, axes={"N": str(number)}, fate=Fate.ENDED if over else Fate.RUNNING)


@dataclass
class Round:
    """One build."""

    jobs: list[Job]
    before: TrueBuild
    world: World = field(default_factory=World)

    def build(self) -> TrueBuild:
        jobs = tuple(one.at(self.world.now, number) for number, one in enumerate(self.jobs, 1))
        return TrueBuild(number=42, jobs=jobs)


class Far:
    """The connection of one copy to the server: a request takes time, and shows the state at its arrival."""

    def __init__(self, server: Server, fake: FakeServer, build: Round, delay: Callable[[], float]) -> None:
        self._server, self._fake, self._round, self._delay = server, fake, build, delay

    def build(self) -> Build:
        self._round.world.pass_time(self._delay())
        self._fake.happens(self._round.build())
        found = self._server.build()
        self._round.world.pass_time(self._delay())
        return found

    def __getattr__(self, name: str) -> object:
        return getattr(self._server, name)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return built_in()


def rounds(dice: random.Random, count: int, spread: float, bare: int) -> Iterator[Round]:
    """Yield builds of which every third has no failure, after one that had the opposite result.

    So many jobs have no copy of the step.
    """
    for number in range(count):
        passes = number % 3 == 0
        ends = [dice.uniform(0, spread) for _ in range(COPIES)]
        codes = [0 if passes else dice.choice((0, 1)) for _ in ends]
        if not passes:
            codes[dice.randrange(COPIES)] = 1
        jobs = [Job(end, code, end + dice.uniform(0.1, 1)) for end, code in zip(ends, codes, strict=True)]
        for one in dice.sample(jobs, bare):
            one.bare = True
        earlier = green(41)
        if passes:
            earlier = TrueBuild(41, (job(TrueStep("test", code=1), current=False, fate=Fate.ENDED),))
        yield Round(jobs, earlier)


def play(build: Round, generation: str, catalogue: Catalogue, dice: random.Random) -> list[str]:
    """Return the titles of the messages that the copies of one build send."""
    with FAKES[generation](build.build(), build.before) as fake, Chats() as chat:

        def copy(number: int) -> None:
            build.world.pass_time(build.jobs[number - 1].start)
            run_copy(fake, chat, build, number, catalogue, lambda: dice.uniform(0.01, 0.2))
            build.world.pass_time(dice.uniform(0.05, 0.5))
            build.jobs[number - 1].done = build.world.now

        copies = [number for number, one in enumerate(build.jobs, 1) if not one.bare]
        build.world.run([lambda number=number: copy(number) for number in copies])  # type: ignore[misc]
        return [request.payload["title"] for request in chat.sent]


def run_copy(
    fake: FakeServer, chat: Chats, build: Round, number: int, catalogue: Catalogue, delay: Callable[[], float]
) -> None:
    fake.happens(build.build())
    environ = {
        **fake.environ(number),
        "PLUGIN_TOKEN": fake.token,
        "PLUGIN_NOTIFY_URLS": chat.webhook,
        "PLUGIN_BASELINE": "off",
        "PLUGIN_STEP": "summary",
    }
    settings, problems = read_settings(environ)
    assert problems == ()
    context = context_of(environ, settings)
    world = build.world
    deadline = Deadline(60, clock=lambda: world.now, sleep=world.pass_time)
    network = Deadline(60)
    connected = connect(context, fake.token, make_client_factory(settings, network, ServerError, "server"))
    server: Server = Far(connected, fake, build, delay)  # type: ignore[assignment]
    collected = nothing_collected(context, settings)
    options = collect_options(settings, lambda: catalogue)
    redact = Redactor(())

    def read() -> None:
        collect(server, collected, options, deadline, redact)

    read()
    run = NotifyRun(
        settings,
        collected,
        server,
        deadline,
        report=lambda: collected.report(source_url="", hide=str),
        collect=read,
        hide=str,
    )
    list(notify(run))


def messages(
    generation: str, catalogue: Catalogue, *, rounds_played: int = ROUNDS, spread: float = 3.0, bare: int = 0
) -> list[list[str]]:
    """Return the titles of the messages about each build; the builds of a generation are always the same."""
    dice = random.Random(f"{generation} {spread}")  # noqa: S311
    return [play(build, generation, catalogue, dice) for build in list(rounds(dice, rounds_played, spread, bare))]


def test_each_build_is_announced_and_hardly_ever_twice(catalogue: Catalogue) -> None:
    sent = messages("woodpecker-3.17", catalogue)
    counts = Counter(map(len, sent))
    assert counts[0] == 0, "never none"
    assert counts[2] <= max(1, ROUNDS // 25)
    assert set(counts) <= {1, 2}, "never three"
    assert [titles[0].startswith("✅") for titles in sent] == [number % 3 == 0 for number in range(ROUNDS)]


@pytest.mark.parametrize("generation", ["drone-0.8", "drone-2"])
def test_on_other_servers_as_well(generation: str, catalogue: Catalogue) -> None:
    assert Counter(map(len, messages(generation, catalogue, rounds_played=2))) == {1: 2}


def test_jobs_that_take_longer_than_the_wait_are_announced_as_well(catalogue: Catalogue) -> None:
    counts = Counter(map(len, messages("woodpecker-3.17", catalogue, rounds_played=3, spread=60)))
    assert counts[0] == 0
    assert set(counts) <= {1, 2}


def test_failures_of_jobs_without_the_step_are_announced_as_well(catalogue: Catalogue) -> None:
    counts = Counter(map(len, messages("woodpecker-3.17", catalogue, rounds_played=ROUNDS // 2, bare=5)))
    assert counts[0] == 0
    assert set(counts) <= {1, 2}
