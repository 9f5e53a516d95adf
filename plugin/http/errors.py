"""Errors of a single request: their cause in our own words, and whether a retry may help."""

import re
from collections.abc import Callable
from typing import NoReturn

import requests
import urllib3
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from plugin.http.response import Response, media_type, requested_pause, server_message
from plugin.http.tls import Tls
from plugin.http.urls import display_url

PROXY_AUTHENTICATION = "the proxy requires a user and password: set them in HTTP_PROXY and HTTPS_PROXY"


class RequestError(Exception):
    """A request that failed."""

    def __init__(
        self,
        cause: str,
        *,
        status: int = 0,
        transient: bool = False,
        unsent: bool = False,
        pause: float | None = None,
        rate_limited: bool = False,
        from_proxy: bool = False,
    ) -> None:
        super().__init__(cause)
        self.status = status
        self.transient = transient
        """A retry may help."""
        self.unsent = unsent
        """Nothing was sent, so even a write is safe to retry. No response proves that: a proxy may have sent it."""
        self.pause = pause
        """Seconds that the server asked to wait."""
        self.rate_limited = rate_limited
        """The account has sent too many requests."""
        self.from_proxy = from_proxy
        """Something in front of the server refused the request, so advice about the server's tokens does not apply."""


_REFUSALS = (401, 403, 451)
_PERMANENT = (501, 505)
"""Errors of a server that a retry does not change."""
_SECONDARY_LIMIT_PAUSE = 60.0
"""Seconds to wait after GitHub's secondary rate limit, if the response does not say how long."""


def status_error(response: Response, mask: Callable[[str], str]) -> RequestError:
    """Return the error for a status of failure, with the server's message, masked and shortened."""
    status, pause = response.status, requested_pause(response.headers)
    message = mask(server_message(response))[:200]
    if status == 407:
        return RequestError(f"answered 407; {PROXY_AUTHENTICATION}", from_proxy=True)
    if status == 511:
        return RequestError(
            "answered 511; this network requires a login on a web page before it lets requests through",
            status=status,
            from_proxy=True,
        )
    if status in _REFUSALS and media_type(response.headers) == "text/html":
        return RequestError(
            f"answered {status} with a web page; most likely a proxy, a firewall or a login page in front of the "
            "server refuses the request; allow it there, or check HTTP_PROXY, HTTPS_PROXY, NO_PROXY",
            status=status,
            from_proxy=True,
        )
    rate_limited = status == 429 or (status == 403 and (pause is not None or "rate limit" in message.lower()))
    if rate_limited and pause is None and "secondary" in message.lower():
        pause = _SECONDARY_LIMIT_PAUSE
    cause = f"answered {status}" + (f" ({message})" if message else "")
    return RequestError(
        f"{cause} and asks to wait {pause:,.0f} s" if pause else cause,
        status=status,
        transient=rate_limited or (status >= 500 and status not in _PERMANENT),
        pause=pause,
        rate_limited=rate_limited,
    )


def refuse_redirect(target: str, setting: str) -> NoReturn:
    """Raise the error for a redirect to another server, which must not get the token."""
    raise RequestError(
        f"redirects to {display_url(target)}, where the token must not go; "
        f"set `{setting}` to the URL that needs no redirect, or let the reverse proxy pass API calls"
    )


def transport_error(error: Exception, setting: str, tls: Tls) -> RequestError:
    """Return the error below HTTP in our own words: messages of the libraries contain full URLs with secrets."""
    reason = getattr(error.args[0], "reason", error) if error.args else error
    match error, reason:
        case requests.exceptions.InvalidProxyURL() | TypeError(), _:  # requests raises TypeError without a proxy host
            return RequestError("the URL of the proxy is invalid; check HTTP_PROXY, HTTPS_PROXY, NO_PROXY")
        case requests.exceptions.ProxyError(), _:
            return _proxy_error(getattr(reason, "original_error", None))

        case requests.exceptions.SSLError() | urllib3.exceptions.SSLError(), _:
            return RequestError(f"no trusted TLS connection: {tls.explain(error, setting)}")
        case _, NameResolutionError():
            return RequestError(f"the host name cannot be resolved; check `{setting}`", transient=True, unsent=True)
        case _, NewConnectionError():
            return RequestError(f"cannot connect; check `{setting}` and the network", transient=True, unsent=True)
        case requests.exceptions.ConnectTimeout(), _:
            return RequestError("no connection in time; check the network and NO_PROXY", transient=True, unsent=True)
        case requests.exceptions.Timeout() | urllib3.exceptions.ReadTimeoutError(), _:
            return RequestError("no response in time", transient=True)
        case requests.exceptions.ConnectionError() | urllib3.exceptions.ProtocolError(), _:
            return RequestError("the connection broke", transient=True)
        case requests.RequestException() | ValueError(), _:
            return RequestError(_invalid_url(error, setting))
    return RequestError(
        "no request possible; check that `ca_bundle`, or else REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE, names a readable "
        "file of certificates"
    )


def _invalid_url(error: Exception, setting: str) -> str:
    if isinstance(error, requests.exceptions.InvalidSchema) and "SOCKS" in str(error):
        return "SOCKS proxies are not supported; use an HTTP proxy in HTTP_PROXY and HTTPS_PROXY"
    return f"the URL is invalid; check `{setting}`"


def _proxy_error(cause: object) -> RequestError:
    """Return the error for a connection through a proxy that failed."""
    refused = re.search(r"Tunnel connection failed: (\d{3})", str(cause))
    if refused and refused[1] == "407":
        return RequestError(f"the proxy answered 407; {PROXY_AUTHENTICATION}", from_proxy=True)
    if refused and refused[1] < "500":
        return RequestError(
            f"the proxy refused the connection (it answered {refused[1]}); allow the host in the proxy, or add it to "
            "NO_PROXY",
            from_proxy=True,
        )
    # urllib3 also raises this when a proxy breaks the connection after it took the request
    unsent = bool(refused) or isinstance(cause, NewConnectionError | ConnectTimeoutError)
    return RequestError(
        "the proxy does not work; check HTTP_PROXY, HTTPS_PROXY, NO_PROXY",
        transient=True,
        unsent=unsent,
        from_proxy=True,
    )
