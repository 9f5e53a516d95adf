"""The servers of the trials, which all tests share, and how long the plugin took on them."""

from collections.abc import Iterator
from statistics import median

import pytest

from tests.real.trial import SERVERS, Trial, started

TARGETS = {"a passed build": 1.0, "one failed job": 2.0, "three failed jobs": 2.5}
"""Median seconds on an idle machine, where the logs are complete when the step starts."""
_SECONDS: dict[tuple[str, str], list[float]] = {}


@pytest.fixture(scope="session", params=sorted(SERVERS))
def trial(request: pytest.FixtureRequest) -> Iterator[Trial]:
    """Yield a repository on a CI server, and keep the seconds for the summary."""
    with started(request.param) as servers:
        yield servers
        _SECONDS.update({(servers.kind, name): seconds for name, seconds in servers.seconds.items()})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how long the plugin took."""
    for (kind, situation), seconds in _SECONDS.items():
        target = f" (target {TARGETS[situation]})" if situation in TARGETS else ""
        figures = f"median {median(seconds):.1f}{target}, at worst {max(seconds):.1f}"
        terminalreporter.write_line(f"seconds of the plugin on {kind}, {situation}: {figures}")
