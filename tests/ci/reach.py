"""A client of a fake server, made as the plugin makes it, with a clock that never waits."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from plugin.ci.connect import connect
from plugin.ci.server import Server
from plugin.context import read_context
from plugin.errors import ServerError
from plugin.http.client import ApiClient
from plugin.http.deadline import Deadline
from plugin.http.tls import Tls
from plugin.model.build import Build, Job, RawLog, Step
from tests.fakes.servers.server import FakeServer


@dataclass
class Clock:
    """Time that passes only in `sleep`."""

    now: float = 0.0
    naps: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds

    def deadline(self, seconds: float = 60) -> Deadline:
        return Deadline(seconds, self, self.sleep)


@dataclass
class Client:
    server: Server
    clock: Clock
    deadline: Deadline

    def build(self) -> Build:
        return self.server.build()

    def log(self, name: str, build: Build | None = None) -> RawLog:
        """Return the log of the step with that name."""
        return self.server.log(*step(build or self.build(), name))

    def green(self, name: str, build: Build | None = None) -> RawLog:
        build = build or self.build()
        return self.server.green(build, *step(build, name))


def step(build: Build, name: str) -> tuple[Job, Step]:
    return next((job, one) for job in build.jobs for one in job.steps if one.name == name)


def reach(
    fake: FakeServer,
    *,
    job: int = 1,
    token: str | None = None,
    seconds: float = 60,
    baseline_requests: int = 2,
    deadline: Deadline | None = None,
    environ: Mapping[str, str] | None = None,
    **overruled: str | int,
) -> Client:
    """Return a client for the environment that the fake sets for a step."""
    clock = Clock()
    deadline = deadline or clock.deadline(seconds)

    def client_factory(address: str, headers: Mapping[str, str]) -> ApiClient:
        return ApiClient(address, deadline=deadline, headers=headers, tls=Tls(), error=ServerError)

    place = read_context(fake.environ(job) if environ is None else environ, **overruled)
    found = connect(place, fake.token if token is None else token, client_factory, baseline_requests=baseline_requests)
    return Client(found, clock, deadline)
