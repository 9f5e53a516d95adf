"""Errors of a single request: their cause in our own words, and whether a retry may help."""

import re
from collections.abc import Callable
from typing import NoReturn

import requests
import urllib3
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from plugin.http.request_error import RequestError
from plugin.http.response import Response, media_type, requested_pause, server_message
from plugin.http.tls import Tls
from plugin.http.urls import display_url
from plugin.model.message import Message

PROXY_AUTHENTICATION = Message("the proxy requires a user and password: set them in HTTP_PROXY and HTTPS_PROXY")
_REFUSALS = (401, 403, 451)
_PERMANENT = (501, 505)
"""Errors of a server that a retry does not change."""
_SLOW_DOWN = ("abuse detection", "submitted too quickly", "too many requests")
"""Parts of messages, in lower case, with which a 403 or 422 asks for fewer requests."""
_SECONDARY_LIMIT_PAUSE = 60.0
"""Seconds to wait after GitHub's secondary rate limit, if the response does not say how long."""


def status_error(response: Response, mask: Callable[[str], str]) -> RequestError:
    """Return the error for a status of failure, with the server's message, masked and shortened."""
    status, pause = response.status, requested_pause(response.headers)
    message = mask(server_message(response))[:200]
    if status == 407:
        return RequestError(Message("answered 407; {remedy}", remedy=PROXY_AUTHENTICATION), from_proxy=True)
    if status == 511:
        return RequestError(
            Message("answered 511; this network requires a login on a web page before it lets requests through"),
            status=status,
            from_proxy=True,
        )
    if status in _REFUSALS and media_type(response.headers) == "text/html":
        return RequestError(
            Message(
                "answered {status} with a web page; most likely a proxy, a firewall or a login page in front of "
                "the server refuses the request; allow it there, or check HTTP_PROXY, HTTPS_PROXY, NO_PROXY",
                status=status,
            ),
            status=status,
            from_proxy=True,
        )
    slow_down = status in (403, 422) and any(part in message.lower() for part in _SLOW_DOWN)
    limited = status == 403 and (pause is not None or "rate limit" in message.lower())
    rate_limited = status == 429 or limited or slow_down
    if rate_limited and pause is None and (slow_down or "secondary" in message.lower()):
        pause = _SECONDARY_LIMIT_PAUSE
    cause = Message("answered {status}", status=status)
    if message:
        cause = Message("answered {status} ({message})", status=status, message=message)
    return RequestError(
        Message("{cause} and asks to wait {pause:,.0f} s", cause=cause, pause=pause) if pause else cause,
        status=status,
        transient=rate_limited or (status >= 500 and status not in _PERMANENT),
        pause=pause,
        rate_limited=rate_limited,
    )


def refuse_redirect(target: str, setting: str) -> NoReturn:
    """Raise the error for a redirect to another server, which must not get the token."""
    raise RequestError(
        Message(
            "redirects to {url}, where the token must not go; set `{setting}` to the URL that needs no "
            "redirect, or let the reverse proxy pass API calls",
            url=display_url(target),
            setting=setting,
        )
    )


def refuse_moved(target: str, status: int) -> NoReturn:
    """Raise RequestError for a write whose redirect would make it a GET."""
    raise RequestError(
        Message(
            "answered {status} and redirects to {url}: most likely the repository has another name now; "
            "repair it in the CI server, so that builds use the new name",
            status=status,
            url=display_url(target),
        ),
        status=status,
    )


def transport_error(error: Exception, setting: str, tls: Tls) -> RequestError:
    """Return the error below HTTP in our own words: messages of the libraries contain full URLs with secrets."""
    reason = getattr(error.args[0], "reason", error) if error.args else error
    match error, reason:
        case requests.exceptions.InvalidProxyURL() | TypeError(), _:  # requests raises TypeError without a proxy host
            return RequestError(Message("the URL of the proxy is invalid; check HTTP_PROXY, HTTPS_PROXY, NO_PROXY"))
        case requests.exceptions.ProxyError(), _:
            return _proxy_error(getattr(reason, "original_error", None))

        case requests.exceptions.SSLError() | urllib3.exceptions.SSLError(), _:
            return RequestError(Message("no trusted TLS connection: {reason}", reason=tls.explain(error, setting)))
        case _, NameResolutionError():
            return RequestError(
                Message("the host name cannot be resolved; check `{setting}`", setting=setting),
                transient=True,
                unsent=True,
            )
        case _, NewConnectionError():
            return RequestError(
                Message("cannot connect; check `{setting}` and the network", setting=setting),
                transient=True,
                unsent=True,
            )
        case requests.exceptions.ConnectTimeout(), _:
            return RequestError(
                Message("no connection in time; check the network and NO_PROXY"), transient=True, unsent=True
            )
        case requests.exceptions.Timeout() | urllib3.exceptions.ReadTimeoutError(), _:
            return RequestError(Message("no response in time"), transient=True)
        case requests.exceptions.ConnectionError() | urllib3.exceptions.ProtocolError(), _:
            return RequestError(Message("the connection broke"), transient=True)
        case requests.RequestException() | ValueError(), _:
            return RequestError(_invalid_url(error, setting))
    return RequestError(
        Message(
            "no request possible; check that `ca_bundle`, or else REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE, "
            "names a readable file of certificates"
        )
    )


def _invalid_url(error: Exception, setting: str) -> str:
    if isinstance(error, requests.exceptions.InvalidSchema) and "SOCKS" in str(error):
        return Message("SOCKS proxies are not supported; use an HTTP proxy in HTTP_PROXY and HTTPS_PROXY")
    return Message("the URL is invalid; check `{setting}`", setting=setting)


def _proxy_error(cause: object) -> RequestError:
    """Return the error for a connection through a proxy that failed."""
    refused = re.search(r"Tunnel connection failed: (\d{3})", str(cause))
    if refused and refused[1] == "407":
        return RequestError(
            Message("the proxy answered 407; {remedy}", remedy=PROXY_AUTHENTICATION),
            from_proxy=True,
        )
    if refused and refused[1] < "500":
        return RequestError(
            Message(
                "the proxy refused the connection (it answered {status}); allow the host in the proxy, or add it "
                "to NO_PROXY",
                status=refused[1],
            ),
            from_proxy=True,
        )
    # urllib3 also raises this when a proxy breaks the connection after it took the request
    unsent = bool(refused) or isinstance(cause, NewConnectionError | ConnectTimeoutError)
    return RequestError(
        Message("the proxy does not work; check HTTP_PROXY, HTTPS_PROXY, NO_PROXY"),
        transient=True,
        unsent=unsent,
        from_proxy=True,
    )
