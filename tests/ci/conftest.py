"""Fixtures: a fake server of any generation, and a short limit for silent streams."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.fakes.servers import FAKES
from tests.fakes.servers.server import FakeServer
from tests.fakes.servers.truth import TrueBuild

Start = Callable[..., FakeServer]


@pytest.fixture(autouse=True)
def short_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plugin.ci.log_stream.QUIET", 0.1)


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a fake of a generation: `start("drone-2", build(…))`."""
    with ExitStack() as stack:

        def started(generation: str, *builds: TrueBuild, **more: object) -> FakeServer:
            return stack.enter_context(FAKES[generation](*builds, **more))

        yield started


@pytest.fixture(params=FAKES)
def generation(request: pytest.FixtureRequest) -> str:
    """Return each generation in turn."""
    name: str = request.param
    return name
