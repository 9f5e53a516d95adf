"""Real clients for tests, whose pauses take no time but count towards the deadline."""

import time
from collections.abc import Mapping

from plugin.errors import ServerError
from plugin.http.client import ApiClient
from plugin.http.deadline import Deadline
from plugin.http.tls import Tls

TOKEN = "demo-" + "token-" + "73" * 4
BEARER = {"Authorization": f"Bearer {TOKEN}"}


class Pauses(list[float]):
    """The pauses between attempts, recorded and counted as elapsed time."""

    def deadline(self, seconds: float = 60.0) -> Deadline:
        return Deadline(seconds, clock=lambda: time.monotonic() + sum(self), sleep=self.append)


def client(
    url: str,
    deadline: Deadline | None = None,
    headers: Mapping[str, str] = BEARER,
    *,
    verify: bool = True,
    ca_bundle: str = "",
) -> ApiClient:
    return ApiClient(
        url,
        deadline=deadline or Pauses().deadline(),
        headers=headers,
        tls=Tls(verify=verify, ca_bundle=ca_bundle),
        error=ServerError,
    )
