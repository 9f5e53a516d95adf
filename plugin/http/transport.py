"""Send single requests to one server and read the responses, with a limit on every wait and size."""

import zlib
from collections.abc import Iterator, Mapping
from copy import copy

import requests
import urllib3

from plugin.about import USER_AGENT
from plugin.errors import OutOfTime
from plugin.http.deadline import TIME_IS_UP, Deadline
from plugin.http.errors import refuse_moved, refuse_redirect, transport_error
from plugin.http.origin_adapter import session_for
from plugin.http.proxies import no_proxy_for
from plugin.http.request_error import RequestError
from plugin.http.response import Response
from plugin.http.tls import Tls
from plugin.http.urls import configured_origin, leads_to, redirect_target
from plugin.model.message import Message

MAX_BYTES = 64 * 1024 * 1024
"""Maximum size of a response after decompression: a 5 MiB log is some 12 MiB of JSON."""
_CONNECT_SECONDS = 10.0
_SILENCE_SECONDS = 20.0  # the first request may be slow: the servers ask the forge for permissions once an hour
_AFTER_DEADLINE_SECONDS = 0.1
"""How much later than the deadline a socket times out, so that the error is about the deadline and names `timeout`."""
_CHUNK = 64 * 1024
_MAX_REDIRECTS = 5
_REDIRECT_STATUS = (301, 302, 303, 307, 308)
_KEEPS_METHOD = (307, 308)


class Transport:
    """Sends single requests without retries. Every failure is raised as RequestError or OutOfTime."""

    def __init__(self, base: str, headers: Mapping[str, str], tls: Tls, deadline: Deadline, setting: str) -> None:
        self._setting = setting
        self.deadline = deadline
        self._tls = tls
        self.origin = configured_origin(base)
        defaults = {"User-Agent": USER_AGENT, "Accept": "application/json", **headers, "Accept-Encoding": "gzip"}
        self._session = session_for(self.origin, defaults)
        self._session.verify = tls.option(self._session)
        self._proxies = no_proxy_for(self.origin)
        if not tls.verify:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def within(self, deadline: Deadline) -> "Transport":
        """Return the same transport with another deadline."""
        other = copy(self)
        other.deadline = deadline
        return other

    def read(self, url: str, params: Mapping[str, str | int] | None, media_type: str = "") -> Response:
        """Return the response to a GET. `media_type` is what it accepts, JSON if empty."""
        headers = {"Accept": media_type} if media_type else {}
        with self._follow(url, params, self._silence(), headers) as response:
            return self._read(response)

    def write(self, method: str, url: str, data: bytes | None) -> Response:
        """Return the response to a write.

        Redirects are followed on the same scheme, host and port, and only those that keep method and body (307, 308).
        """
        headers = {"Content-Type": "application/json"} if data else {}
        for _ in range(_MAX_REDIRECTS):
            with self._send(method, url, self._silence(), headers, data=data) as response:
                if response.status_code not in _REDIRECT_STATUS:
                    return self._read(response)
                url = redirect_target(url, response.headers.get("Location", ""))
            if not leads_to(url, self.origin):
                refuse_redirect(url, self._setting)
            if response.status_code not in _KEEPS_METHOD:
                refuse_moved(url, response.status_code)
        raise self._circle()

    def stream(self, url: str, kind: str, quiet: float) -> requests.Response:
        """Return a response of media type `kind` with an unread body; it breaks after `quiet` seconds of silence."""
        return self._follow(url, None, quiet, {"Accept": kind})

    def _follow(
        self, url: str, params: Mapping[str, str | int] | None, silence: float, headers: Mapping[str, str]
    ) -> requests.Response:
        """Follow redirects on the same scheme, host and port only, as no other server may get the token."""
        for _ in range(_MAX_REDIRECTS):
            response = self._send("GET", url, silence, headers, params=params)
            location = response.headers.get("Location", "")
            if response.status_code not in _REDIRECT_STATUS or not location:
                return response
            response.close()
            url, params = redirect_target(response.url, location), None
            if not leads_to(url, self.origin):
                refuse_redirect(url, self._setting)
        raise self._circle()

    def _circle(self) -> RequestError:
        return RequestError(Message("redirects in a circle; check setting `{setting}`", setting=self._setting))

    def _send(
        self,
        method: str,
        url: str,
        silence: float,
        headers: Mapping[str, str],
        *,
        params: Mapping[str, str | int] | None = None,
        data: bytes | None = None,
    ) -> requests.Response:
        try:
            return self._session.request(
                method,
                url,
                params=params,
                data=data,
                headers=headers,
                timeout=(self._capped(_CONNECT_SECONDS), silence),
                verify=self._session.verify,
                proxies=dict(self._proxies),
                allow_redirects=False,
                stream=True,
            )
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError, TypeError) as error:
            raise self._failure(error) from None

    def _failure(self, error: Exception) -> RequestError | OutOfTime:
        """Return what to raise for a request that failed: after the deadline, the time limit is the cause."""
        if self.deadline.remaining() > 0:
            return transport_error(error, self._setting, self._tls)
        return OutOfTime(TIME_IS_UP)

    def _silence(self) -> float:
        return self._capped(_SILENCE_SECONDS)

    def _capped(self, seconds: float) -> float:
        return min(seconds, self.deadline.remaining() + _AFTER_DEADLINE_SECONDS)

    def _read(self, response: requests.Response) -> Response:
        length = response.headers.get("Content-Length", "")
        if length.isdecimal() and int(length[:20]) > MAX_BYTES:
            raise _too_large()
        decompress = _Decompressor(response.headers.get("Content-Encoding", ""))
        chunks: list[bytes] = []
        room = MAX_BYTES
        for compressed in self._chunks(response):
            chunks.append(decompress(compressed, room + 1))
            room -= len(chunks[-1])
            if room < 0:
                raise _too_large()
        decompress.finish()
        return Response(response.status_code, response.headers, b"".join(chunks))

    def _chunks(self, response: requests.Response) -> Iterator[bytes]:
        """Yield data as it arrives, so that deadline and size are checked after each chunk."""
        while self.deadline.remaining() > 0:
            try:
                chunk: bytes = response.raw.read1(_CHUNK, decode_content=False)
            except (urllib3.exceptions.HTTPError, OSError) as error:
                raise self._failure(error) from None
            if not chunk:
                return
            yield chunk
        raise OutOfTime(TIME_IS_UP)


class _Decompressor:
    """Decompresses with a size limit; urllib3 would decompress a whole chunk of a gzip bomb first."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding.lower()
        if self._encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise RequestError(
                Message(
                    "the response has the encoding {encoding}, which was not requested", encoding=repr(encoding[:20])
                )
            )
        self._stream = zlib.decompressobj(wbits=31) if self._encoding.endswith("gzip") else None

    def __call__(self, compressed: bytes, room: int) -> bytes:
        if not self._stream and self._encoding == "deflate":
            self._stream = zlib.decompressobj(wbits=_window_of_deflate(compressed))
        if not self._stream:
            return compressed
        try:
            return self._stream.decompress(compressed, room)
        except zlib.error:
            raise RequestError(
                Message("the response is not valid {encoding}", encoding=self._encoding), transient=True
            ) from None

    def finish(self) -> None:
        if self._stream and not self._stream.eof:
            raise RequestError(
                Message("the response is incomplete {encoding}", encoding=self._encoding), transient=True
            )


def _window_of_deflate(start: bytes) -> int:
    """Return zlib's `wbits`: some servers send raw deflate without the header of RFC 1950."""
    has_header = start[0] & 0x0F == 8 and (len(start) < 2 or int.from_bytes(start[:2]) % 31 == 0)
    return 15 if has_header else -15


def _too_large() -> RequestError:
    return RequestError(Message("the response is larger than {most} MiB", most=MAX_BYTES // 1024**2))
