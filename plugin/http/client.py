"""The HTTP client that CI servers and forges use."""

import json
import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import nullcontext
from copy import copy
from threading import Lock
from types import MappingProxyType
from typing import NoReturn, TypeVar

from plugin.errors import OutOfTime, PluginError
from plugin.http.credentials import Credentials
from plugin.http.deadline import Deadline
from plugin.http.errors import status_error
from plugin.http.records import R, records_of
from plugin.http.request_error import RequestError
from plugin.http.response import Response, is_json, media_type
from plugin.http.retry import with_retries, within_deadline
from plugin.http.sse import event_lines
from plugin.http.tls import Tls
from plugin.http.transport import Transport
from plugin.http.urls import base_url, display_url, host_and_port, is_whole, join_path, leads_to
from plugin.model.message import Message

_log = logging.getLogger(__name__)

_NO_REMEDIES: Mapping[int | str, str] = MappingProxyType({})

Params = Mapping[str, str | int]
"""Query parameters."""

_T = TypeVar("_T")


Remedies = Mapping[int, str] | Mapping[int | str, str]
"""Advice to users by status, or by a part of the server's message in lower case, which takes precedence."""


def _remedy(remedies: Remedies, error: RequestError) -> str:
    message = str(error).lower()
    by_message = (remedy for part, remedy in remedies.items() if isinstance(part, str) and part in message)
    return next(by_message, remedies.get(429 if error.rate_limited else error.status, ""))


_PARSING = Lock()
"""Held while a large response is parsed: one at a time takes no longer and far less memory."""
_LARGE = 1024 * 1024
_MAYBE_JSON = ("", "text/plain")
"""Media types under which some servers and proxies send JSON."""


class ApiClient:
    """An HTTP client for one server; safe to use from several threads.

    Every failure is raised as `error` (OutOfTime after the deadline), with the HTTP status in `error.status`.
    """

    def __init__(
        self,
        base: str,
        *,
        deadline: Deadline,
        headers: Mapping[str, str],
        tls: Tls,
        error: type[PluginError],
        setting: str = "server",
    ) -> None:
        """Connect nothing yet. `base` may have a path; messages name `setting` as the setting to change."""
        self.deadline = deadline
        self._error = error
        self._setting = setting
        try:
            self._base = base_url(base)
        except ValueError:
            raise error(
                Message("setting `{setting}` must be a URL like https://ci.example.com", setting=setting)
            ) from None
        try:
            self._credentials = Credentials(headers)
        except ValueError as name:
            raise error(
                Message(
                    "the token for `{setting}` contains a character that is not allowed in the {name} header",
                    setting=setting,
                    name=name,
                )
            ) from None
        self.connection = Transport(self._base, headers, tls, deadline, setting)

    def within(self, seconds: float) -> "ApiClient":
        """Return a client for the same server whose requests together take at most `seconds`."""
        other = copy(self)
        other.deadline = self.deadline.capped(seconds)
        other.connection = self.connection.within(other.deadline)
        return other

    def get(
        self,
        path: str,
        params: Params | None = None,
        *,
        accept_status: Collection[int] = (),
        remedies: Remedies = _NO_REMEDIES,
        media_type: str = "",
    ) -> Response:
        """Return the response to a GET, retried after transient errors; a status of 400 or more raises unless accepted.

        `path` is percent-encoded, relative to the base or a full URL on the same host (as in a `Link` header).
        `remedies` are the advice to users by status. `media_type` is what the request accepts, JSON if empty.
        """
        url = self._url(path)
        return self._retried(
            "GET", url, remedies, lambda: self._checked(self.connection.read(url, params, media_type), accept_status)
        )

    def json(
        self,
        path: str,
        params: Params | None = None,
        *,
        remedies: Remedies = _NO_REMEDIES,
    ) -> object:
        """Return the JSON value of the response to a GET, which must be JSON: unknown paths lead to a web page."""
        return self._read(path, params, remedies, Response.json)

    def records(self, path: str, kind: type[R]) -> list[R]:
        """Return the objects of a JSON list, which may be a large log, with the fields of `kind`."""
        return self._read(path, None, _NO_REMEDIES, lambda response: records_of(response, kind))

    def write(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        remedies: Remedies = _NO_REMEDIES,
        idempotent: bool = False,
    ) -> Response:
        """Send `body` as JSON and return the response.

        A write is retried only if nothing of it was sent, for example after a failed connection. After any other
        failure the caller must check whether the write arrived. An `idempotent` write is retried like a GET.
        """
        url = self._url(path)
        data = None if body is None else json.dumps(body).encode()
        return self._retried(
            method,
            url,
            remedies,
            lambda: self._not_html(self._checked(self.connection.write(method, url, data), ())),
            writes=not idempotent,
        )

    def lines(self, path: str, *, seconds: float, quiet: float, size: int) -> Iterator[bytes]:
        """Yield the lines of an event stream until it ends, breaks, is silent for `quiet` seconds, or hits a limit.

        The limits are `seconds`, `size` in bytes, and the deadline. No retries; raise if the stream cannot be opened.
        """
        url = self._url(path)
        try:
            response = within_deadline(lambda: self.connection.stream(url, "text/event-stream", quiet), self.deadline)
            if response.status_code != 200 or media_type(response.headers) != "text/event-stream":
                response.close()
                raise RequestError(
                    Message("answered {status} instead of a stream", status=response.status_code),
                    status=response.status_code,
                )
        except RequestError as error:
            self._raise("GET", url, error, _NO_REMEDIES)
        yield from event_lines(response, self.deadline, seconds, size)

    def _read(self, path: str, params: Params | None, remedies: Remedies, parse: Callable[[Response], _T]) -> _T:
        url = self._url(path)
        return self._retried(
            "GET", url, remedies, lambda: self._parsed(self._checked(self.connection.read(url, params), ()), parse)
        )

    def _retried(
        self, method: str, url: str, remedies: Remedies, attempt: Callable[[], _T], *, writes: bool = False
    ) -> _T:
        _log.debug("%s %s", method, display_url(url))
        try:
            return with_retries(attempt, self.deadline, writes=writes)
        except RequestError as error:
            self._raise(method, url, error, remedies)
        except OutOfTime as late:
            raise OutOfTime(
                Message("no complete response from {server}: {late}", server=host_and_port(self._base), late=late)
            ) from None

    def _raise(self, method: str, url: str, error: RequestError, remedies: Remedies) -> NoReturn:
        remedy = "" if error.from_proxy else _remedy(remedies, error)
        problem = Message("{problem}; {remedy}", problem=error, remedy=remedy) if remedy else str(error)
        message = Message("{request}: {problem}", request=f"{method} {display_url(url)}", problem=problem)
        raised = self._error(message.mapped(self._credentials.masked))
        raised.status, raised.temporary, raised.retry_after = error.status, error.transient, error.pause
        raise raised from None

    def _checked(self, response: Response, accept_status: Collection[int]) -> Response:
        _log.debug("answered %d, %d bytes", response.status, len(response.body))
        if response.status < 400 or response.status in accept_status:
            return response
        raise status_error(response, self._credentials.masked)

    def _parsed(self, response: Response, parse: Callable[[Response], _T]) -> _T:
        declared = is_json(response.headers)
        if not declared and media_type(response.headers) not in _MAYBE_JSON:
            raise self._not_json(response)
        try:
            with _PARSING if len(response.body) > _LARGE else nullcontext():
                return parse(response)
        except ValueError:
            if not declared:
                raise self._not_json(response) from None
            raise RequestError(Message("the response is not complete JSON"), transient=True) from None

    def _not_html(self, response: Response) -> Response:
        """Return the response to a write, which is JSON or empty: a web page comes from a proxy or another server."""
        if response.body and media_type(response.headers) == "text/html":
            raise self._not_json(response)
        return response

    def _not_json(self, response: Response) -> RequestError:
        kind = "".join(sign for sign in media_type(response.headers) if sign.isprintable())[:50]
        return RequestError(
            Message(
                "answered with {kind} instead of JSON; most likely `{setting}` ({url}) is not the base URL of "
                "the server, or a login page is in front of it",
                kind=kind or "no content type",
                setting=self._setting,
                url=display_url(self._base),
            )
        )

    def _url(self, path: str) -> str:
        if is_whole(path) and not leads_to(path, self.connection.origin):
            raise self._error(
                Message(
                    "{url} points to another host, {target}; no request goes there",
                    url=display_url(self._base),
                    target=display_url(path),
                )
            )
        return join_path(self._base, path)
