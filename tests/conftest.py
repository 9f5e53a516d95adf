"""Fixtures of all tests: no connection leaves this machine, texts are English, and Hypothesis has no deadline."""

import os
import socket
from collections.abc import Iterator

import hypothesis
import pytest

from plugin.text import language

# CI runs the same examples each time, so that a random find does not fail an unrelated change.
hypothesis.settings.register_profile("here", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("here")

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test that connects to another machine, with the address."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise AssertionError(f"a test tried to reach {address!r}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """End the language of a test with the test."""
    yield
    language.activate("en")
