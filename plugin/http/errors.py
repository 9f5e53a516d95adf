"""Takes what went wrong with one attempt, gives it in own words, with whether another attempt may do better."""

import re
from collections.abc import Callable
from typing import NoReturn

import requests
import urllib3
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from plugin.http.response import Response, requested_pause, server_message
from plugin.http.urls import display_url


class RequestError(Exception):
    """An attempt that failed."""

    def __init__(
        self,
        cause: str,
        *,
        status: int = 0,
        transient: bool = False,
        unsent: bool = False,
        pause: float | None = None,
        rate_limited: bool = False,
    ) -> None:
        super().__init__(cause)
        self.status = status
        self.transient = transient
        """Another attempt may do better."""
        self.unsent = unsent
        """Nothing was sent, so even a write may be sent again. No answer promises that: a proxy may have made it up."""
        self.pause = pause
        """Seconds that the server asked to wait."""
        self.rate_limited = rate_limited
        """The account has asked too often."""


_SLOW_DOWN = ("abuse detection", "submitted too quickly", "too many requests")
"""Parts of messages, in lower case, with which a 403 or 422 asks for fewer requests."""
_SECONDARY = 60.0
"""Seconds that GitHub wants to be left alone after too many writes, where it does not say so itself."""


def error_status(answer: Response, hidden: Callable[[str], str]) -> RequestError:
    """The answer's status is one of failure. What the server says of it is shortened after hiding secrets in it."""
    status, pause, told = answer.status, requested_pause(answer.headers), hidden(server_message(answer))[:200]
    if status == 407:
        return RequestError(
            "answered 407; the proxy wants a user and password, which stand in HTTP_PROXY and HTTPS_PROXY"
        )
    slow_down = status in (403, 422) and any(part in told.lower() for part in _SLOW_DOWN)
    rate_limited = status == 429 or (status == 403 and (pause is not None or "rate limit" in told.lower())) or slow_down
    if rate_limited and pause is None and (slow_down or "secondary" in told.lower()):
        pause = _SECONDARY
    cause = f"answered {status}" + (f" ({told})" if told else "")
    return RequestError(
        f"{cause} and wants to be left alone for {pause:,.0f} s" if pause else cause,
        status=status,
        transient=rate_limited or status >= 500,
        pause=pause,
        rate_limited=rate_limited,
    )


def refuse_redirect(target: str, setting: str) -> NoReturn:
    """The token is meant for one server only."""
    raise RequestError(
        f"redirects to {display_url(target)}, where the token must not go; "
        f"set `{setting}` to the address that needs no redirect, or let the reverse proxy pass API calls"
    )


def refuse_moved(target: str, status: int) -> NoReturn:
    """Raise RequestError for a write whose redirect would make it a GET."""
    raise RequestError(
        f"answered {status} and redirects to {display_url(target)}: most likely the repository has another name now; "
        "repair it in the CI server, so that builds use the new name",
        status=status,
    )


def transport_error(error: Exception, setting: str) -> RequestError:
    """What went wrong below HTTP: the libraries' own words hold whole addresses, secrets included."""
    reason = getattr(error.args[0], "reason", error) if error.args else error
    match error, reason:
        case requests.exceptions.InvalidProxyURL() | TypeError(), _:  # requests trips over a proxy without a host
            return RequestError("the proxy's address cannot be read; check HTTP_PROXY, HTTPS_PROXY, NO_PROXY")
        case requests.exceptions.ProxyError(), _:
            # urllib3 also says so when a proxy breaks the connection after it took the request
            unsent = isinstance(getattr(reason, "original_error", None), NewConnectionError | ConnectTimeoutError)
            return RequestError(
                "the proxy does not work; check HTTP_PROXY, HTTPS_PROXY, NO_PROXY", transient=True, unsent=unsent
            )
        case requests.exceptions.SSLError() | urllib3.exceptions.SSLError(), _:
            return RequestError(
                f"no trusted TLS connection{_tls_reason(error)}; set `ca_bundle` to the file of the certificate "
                f"authority, or check that `{setting}` is meant to be https"
            )
        case _, NameResolutionError():
            return RequestError(f"the host's name is not known here; check `{setting}`", transient=True, unsent=True)
        case _, NewConnectionError():
            return RequestError(f"cannot connect; check `{setting}` and the network", transient=True, unsent=True)
        case requests.exceptions.ConnectTimeout(), _:
            return RequestError("no connection in time; check the network and NO_PROXY", transient=True, unsent=True)
        case requests.exceptions.Timeout() | urllib3.exceptions.ReadTimeoutError(), _:
            return RequestError("no answer in time", transient=True)
        case requests.exceptions.ConnectionError() | urllib3.exceptions.ProtocolError(), _:
            return RequestError("the connection broke", transient=True)
        case requests.RequestException() | ValueError(), _:
            return RequestError(f"no usable address; check `{setting}`")
    return RequestError("cannot be asked; if `ca_bundle` is set, check that it names a readable file of certificates")


def _tls_reason(error: Exception) -> str:
    found = re.search(r"certificate verify failed: ([\w ,.'-]+)", str(error))
    return f" ({found[1].strip()})" if found else ""
