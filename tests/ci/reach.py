"""Takes a fake server, gives the client as the plugin itself would make it, with a clock that never waits."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from plugin.ci import connect
from plugin.ci.build import Build, Log, Server, Step, Unit
from plugin.errors import ServerError
from plugin.rest import Budget, Rest, Tls
from plugin.where import where
from tests.fakes.servers.server import FakeServer


@dataclass
class Clock:
    """Time that passes in sleep only."""

    now: float = 0.0
    naps: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds

    def budget(self, seconds: float = 60) -> Budget:
        return Budget(seconds, self, self.sleep)


@dataclass
class Client:
    server: Server
    clock: Clock
    budget: Budget

    def build(self) -> Build:
        return self.server.build()

    def log(self, name: str, build: Build | None = None) -> Log:
        """The log of the step of that name."""
        return self.server.log(*step(build or self.build(), name))

    def green(self, name: str, build: Build | None = None) -> Log:
        build = build or self.build()
        return self.server.green(build, *step(build, name))


def step(build: Build, name: str) -> tuple[Unit, Step]:
    return next((unit, one) for unit in build.units for one in unit.steps if one.name == name)


def reach(
    fake: FakeServer,
    *,
    unit: int = 1,
    token: str | None = None,
    seconds: float = 60,
    baseline_requests: int = 2,
    budget: Budget | None = None,
    environ: Mapping[str, str] | None = None,
    **overruled: str | int,
) -> Client:
    """From the environment that the fake gives a step to the client."""
    clock = Clock()
    budget = budget or clock.budget(seconds)

    def rest_of(address: str, headers: Mapping[str, str]) -> Rest:
        return Rest(address, budget=budget, headers=headers, tls=Tls(), error=ServerError)

    place = where(fake.environ(unit) if environ is None else environ, **overruled)
    found = connect(place, fake.token if token is None else token, rest_of, baseline_requests=baseline_requests)
    return Client(found, clock, budget)
