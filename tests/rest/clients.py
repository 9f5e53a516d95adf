"""Clients for the tests of the way they ask: real ones, whose pauses take no time but count."""

import time
from collections.abc import Mapping

from plugin.errors import ServerError
from plugin.rest import Budget, Rest, Tls

TOKEN = "demo-" + "token-" + "73" * 4
BEARER = {"Authorization": f"Bearer {TOKEN}"}


class Pauses(list[float]):
    """The pauses between attempts, noted and counted as time that has passed."""

    def budget(self, seconds: float = 60.0) -> Budget:
        return Budget(seconds, clock=lambda: time.monotonic() + sum(self), sleep=self.append)


def client(
    url: str,
    budget: Budget | None = None,
    headers: Mapping[str, str] = BEARER,
    *,
    verify: bool = True,
    ca_bundle: str = "",
) -> Rest:
    return Rest(
        url,
        budget=budget or Pauses().budget(),
        headers=headers,
        tls=Tls(verify=verify, ca_bundle=ca_bundle),
        error=ServerError,
    )
