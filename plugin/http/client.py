"""One server's HTTP interface, as the servers and forges use it."""

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
from plugin.http.errors import RequestError, error_status
from plugin.http.records import R, records_of
from plugin.http.response import Response, is_json, media_type
from plugin.http.retry import with_retries, within_deadline
from plugin.http.sse import event_lines
from plugin.http.transport import Tls, Transport
from plugin.http.urls import base_url, display_url, host_and_port, is_whole, join_path, leads_to

_log = logging.getLogger(__name__)

_NO_REMEDIES: Mapping[int | str, str] = MappingProxyType({})

Params = Mapping[str, str | int]
"""What stands behind the question mark."""

_T = TypeVar("_T")


Remedies = Mapping[int, str] | Mapping[int | str, str]
"""What the user can do, by status, or by a part of the server's message in lower case, which is the better key."""


def _remedy(remedies: Remedies, error: RequestError) -> str:
    message = str(error).lower()
    named = (remedy for part, remedy in remedies.items() if isinstance(part, str) and part in message)
    return next(named, remedies.get(429 if error.rate_limited else error.status, ""))


_PARSING = Lock()
"""One large answer at a time is turned into objects: it takes no longer, and far less memory."""
_LARGE = 1024 * 1024


class ApiClient:
    """One server's HTTP interface; safe to use from several threads.

    Every failure is raised as `error` (OutOfTime when the budget is spent), with the HTTP status in `error.status`.
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
        """`base` may have a path; `setting` is the name of the setting that holds it, for messages."""
        self.deadline = deadline
        self._error = error
        self._setting = setting
        try:
            self._base = base_url(base)
        except ValueError:
            raise error(f"setting `{setting}` must be an address like https://ci.example.com") from None
        try:
            self._credentials = Credentials(headers)
        except ValueError as name:
            raise error(f"the token for `{setting}` holds a character that no {name} header can carry") from None
        self.connection = Transport(self._base, headers, tls, deadline, setting)

    def within(self, seconds: float) -> "ApiClient":
        """The same server, for what is not worth more than so many seconds."""
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
    ) -> Response:
        """The answer to a GET, repeated over passing trouble; a status of 400 or more raises unless accepted.

        `path` is percent-encoded, relative to the base or a whole address on the same host (as in a `Link` header).
        `remedies` says what a person can do about a status.
        """
        url = self._url(path)
        return self._done("GET", url, remedies, lambda: self._judged(self.connection.read(url, params), accept_status))

    def json(
        self,
        path: str,
        params: Params | None = None,
        *,
        remedies: Remedies = _NO_REMEDIES,
    ) -> object:
        """Like `get`, and the answer must call itself JSON: the servers answer unknown paths with their web page."""
        return self._read(path, params, remedies, Response.json)

    def records(self, path: str, kind: type[R]) -> list[R]:
        """Like `json`, for a list that may be a large log: its objects with the fields of `kind`."""
        return self._read(path, None, _NO_REMEDIES, lambda answer: records_of(answer, kind))

    def write(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        remedies: Remedies = _NO_REMEDIES,
        idempotent: bool = False,
    ) -> Response:
        """Send `body` as JSON and return the answer.

        A write is repeated here only where nothing of it was sent, for example where no connection could be made. After
        any other failure the caller must look whether it arrived. An `idempotent` one, which does no more when it
        arrives twice, is repeated like a GET.
        """
        url = self._url(path)
        data = None if body is None else json.dumps(body).encode()
        return self._done(
            method,
            url,
            remedies,
            lambda: self._no_page(self._judged(self.connection.write(method, url, data), ())),
            writes=not idempotent,
        )

    def lines(self, path: str, *, seconds: float, quiet: float, size: int) -> Iterator[bytes]:
        """The lines of an event stream until it ends or breaks, is silent for `quiet` seconds, or spent its bounds.

        The bounds are `seconds`, `size` in bytes, and the budget. Not repeated; raises when it cannot be opened.
        """
        url = self._url(path)
        try:
            response = within_deadline(lambda: self.connection.stream(url, "text/event-stream", quiet), self.deadline)
            if response.status_code != 200 or media_type(response.headers) != "text/event-stream":
                response.close()
                raise RequestError(f"answered {response.status_code} instead of a stream", status=response.status_code)
        except RequestError as error:
            self._give_up("GET", url, error, _NO_REMEDIES)
        yield from event_lines(response, self.deadline, seconds, size)

    def _read(self, path: str, params: Params | None, remedies: Remedies, value: Callable[[Response], _T]) -> _T:
        url = self._url(path)
        return self._done(
            "GET", url, remedies, lambda: self._value(self._judged(self.connection.read(url, params), ()), value)
        )

    def _done(
        self,
        method: str,
        url: str,
        remedies: Remedies,
        attempt: Callable[[], _T],
        *,
        writes: bool = False,
    ) -> _T:
        _log.debug("%s %s", method, display_url(url))
        try:
            return with_retries(attempt, self.deadline, writes=writes)
        except RequestError as error:
            self._give_up(method, url, error, remedies)
        except OutOfTime as late:
            raise OutOfTime(f"{host_and_port(self._base)} gave no whole answer: {late}") from None

    def _give_up(self, method: str, url: str, error: RequestError, remedies: Remedies) -> NoReturn:
        remedy = _remedy(remedies, error)
        message = f"{method} {display_url(url)}: {error}{'; ' if remedy else ''}{remedy}"
        raised = self._error(self._credentials.hidden(message))
        raised.status, raised.temporary, raised.retry_after = error.status, error.transient, error.pause
        raise raised from None

    def _judged(self, answer: Response, accept_status: Collection[int]) -> Response:
        _log.debug("answered %d, %d bytes", answer.status, len(answer.body))
        if answer.status < 400 or answer.status in accept_status:
            return answer
        raise error_status(answer, self._credentials.hidden)

    def _value(self, answer: Response, value: Callable[[Response], _T]) -> _T:
        if not is_json(answer.headers):
            raise self._strange(answer)
        try:
            with _PARSING if len(answer.body) > _LARGE else nullcontext():
                return value(answer)
        except ValueError:
            raise RequestError("the answer is not whole JSON", transient=True) from None

    def _no_page(self, answer: Response) -> Response:
        """A write is answered with JSON or nothing; a web page comes from something else that stands there."""
        if answer.body and media_type(answer.headers) == "text/html":
            raise self._strange(answer)
        return answer

    def _strange(self, answer: Response) -> RequestError:
        kind = "".join(sign for sign in media_type(answer.headers) if sign.isprintable())[:50]
        return RequestError(
            f"answered with {kind or 'something'} instead of JSON; most likely `{self._setting}` "
            f"({display_url(self._base)}) is not the base address of that server, or a login page stands before it"
        )

    def _url(self, path: str) -> str:
        if is_whole(path) and not leads_to(path, self.connection.origin):
            raise self._error(
                f"{display_url(self._base)} points to {display_url(path)}, another host, which is not asked"
            )
        return join_path(self._base, path)
