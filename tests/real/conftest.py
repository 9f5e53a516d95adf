"""The servers of the trials, which all tests share, and how long the plugin took on them."""

from collections.abc import Iterator
from statistics import median

import pytest

from tests.real.trial import SERVERS, Trial, started

_SECONDS: dict[str, list[float]] = {}


@pytest.fixture(scope="session", params=sorted(SERVERS))
def trial(request: pytest.FixtureRequest) -> Iterator[Trial]:
    """Yield a repository on a CI server, and keep the seconds for the summary."""
    with started(request.param) as servers:
        yield servers
        _SECONDS.update({f"{servers.kind}, {name}": seconds for name, seconds in servers.seconds.items()})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how long the plugin took."""
    for situation, seconds in _SECONDS.items():
        terminalreporter.write_line(
            f"seconds of the plugin on {situation}: median {median(seconds):.1f}, at worst {max(seconds):.1f}"
        )
