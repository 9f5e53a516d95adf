"""Sends single requests to one server and reads what comes back, with a limit to every wait and size."""

import zlib
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass

import requests
import urllib3

from plugin import __version__
from plugin.errors import OutOfTime
from plugin.http.deadline import Deadline
from plugin.http.errors import RequestError, refuse_moved, refuse_redirect, transport_error
from plugin.http.origin_adapter import session_for
from plugin.http.response import Response
from plugin.http.urls import configured_origin, leads_to, redirect_target

USER_AGENT = f"drone-failure-alert/{__version__} (+https://github.com/drone-failure-alert/drone-failure-alert)"
MAX_BYTES = 64 * 1024 * 1024
"""Largest answer that is read, after decompression: a 5 MiB log is some 12 MiB of JSON."""
_CONNECT_SECONDS = 10.0
_SILENCE_SECONDS = 20.0  # the first call may be slow: the servers ask the forge for permissions once an hour
_PIECE = 64 * 1024
_REDIRECTS = 5
_REDIRECT_STATUS = (301, 302, 303, 307, 308)
_KEEPS_METHOD = (307, 308)


@dataclass(frozen=True, slots=True)
class Tls:
    """How a server's certificate is checked."""

    verify: bool = True
    ca_bundle: str = ""
    """File with the certificates to trust instead of the usual ones."""


class Transport:
    """Everything that one attempt needs. Whatever goes wrong is raised as Trouble, or as OutOfTime."""

    def __init__(self, base: str, headers: Mapping[str, str], tls: Tls, deadline: Deadline, setting: str) -> None:
        self._setting = setting
        self.deadline = deadline
        self._verify = (tls.ca_bundle or True) if tls.verify else False
        self.origin = configured_origin(base)
        sent = {"User-Agent": USER_AGENT, "Accept": "application/json", **headers, "Accept-Encoding": "gzip"}
        self._session = session_for(self.origin, sent)
        if not tls.verify:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def within(self, deadline: Deadline) -> "Transport":
        """The same, with less time."""
        other = copy(self)
        other.deadline = deadline
        return other

    def read(self, url: str, params: Mapping[str, str | int] | None) -> Response:
        """The answer to a GET."""
        with self._followed(url, params, self._silence(), {}) as response:
            return self._whole(response)

    def write(self, method: str, url: str, data: bytes | None) -> Response:
        """Return the answer to a request that changes the server.

        Redirects are followed on the same scheme, host and port, and only those that keep method and body (307, 308).
        """
        headers = {"Content-Type": "application/json"} if data else {}
        for _ in range(_REDIRECTS):
            with self._sent(method, url, self._silence(), headers, data=data) as response:
                if response.status_code not in _REDIRECT_STATUS:
                    return self._whole(response)
                url = redirect_target(url, response.headers.get("Location", ""))
            if not leads_to(url, self.origin):
                refuse_redirect(url, self._setting)
            if response.status_code not in _KEEPS_METHOD:
                refuse_moved(url, response.status_code)
        raise RequestError(f"redirects in a circle; check setting `{self._setting}`")

    def stream(self, url: str, kind: str, quiet: float) -> requests.Response:
        """An answer of the media type `kind` whose body is still to come; `quiet` silent seconds break it off."""
        return self._followed(url, None, quiet, {"Accept": kind})

    def _followed(
        self, url: str, params: Mapping[str, str | int] | None, silence: float, headers: Mapping[str, str]
    ) -> requests.Response:
        """Redirects are followed on the same scheme, host and port only: the token is meant for nobody else."""
        for _ in range(_REDIRECTS):
            response = self._sent("GET", url, silence, headers, params=params)
            location = response.headers.get("Location", "")
            if response.status_code not in _REDIRECT_STATUS or not location:
                return response
            response.close()
            url, params = redirect_target(response.url, location), None
            if not leads_to(url, self.origin):
                refuse_redirect(url, self._setting)
        raise RequestError(f"redirects in a circle; check setting `{self._setting}`")

    def _sent(
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
                verify=self._verify,
                allow_redirects=False,
                stream=True,
            )
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError, TypeError) as error:
            raise transport_error(error, self._setting) from None

    def _silence(self) -> float:
        return self._capped(_SILENCE_SECONDS)

    def _capped(self, seconds: float) -> float:
        """Never 0, which the library takes for a mistake: the budget itself ends what has no time left."""
        return min(seconds, self.deadline.remaining() or seconds)

    def _whole(self, response: requests.Response) -> Response:
        announced = response.headers.get("Content-Length", "")
        if announced.isdecimal() and int(announced[:20]) > MAX_BYTES:
            raise _too_large()
        unpack = _Unpacker(response.headers.get("Content-Encoding", ""))
        pieces: list[bytes] = []
        room = MAX_BYTES
        for packed in self._pieces(response):
            pieces.append(unpack(packed, room + 1))
            room -= len(pieces[-1])
            if room < 0:
                raise _too_large()
        unpack.finish()
        return Response(response.status_code, response.headers, b"".join(pieces))

    def _pieces(self, response: requests.Response) -> Iterator[bytes]:
        """What arrives as it arrives, so that the clock and the size are looked at between any two pieces."""
        while self.deadline.remaining() > 0:
            try:
                packed: bytes = response.raw.read1(_PIECE, decode_content=False)
            except (urllib3.exceptions.HTTPError, OSError) as error:
                raise transport_error(error, self._setting) from None
            if not packed:
                return
            yield packed
        raise OutOfTime("the time for this run is spent; give it more with setting `timeout`")


class _Unpacker:
    """Decompresses by itself: the library would unpack a piece of a gzip bomb before anyone can look at its size."""

    def __init__(self, encoding: str) -> None:
        if encoding.lower() not in ("", "identity", "gzip", "x-gzip"):
            raise RequestError(f"the answer is packed as {encoding[:20]!r}, which was not asked for")
        self._gzip = zlib.decompressobj(wbits=31) if encoding.lower().endswith("gzip") else None

    def __call__(self, packed: bytes, room: int) -> bytes:
        if not self._gzip:
            return packed
        try:
            return self._gzip.decompress(packed, room)
        except zlib.error:
            raise RequestError("the answer is broken gzip", transient=True) from None

    def finish(self) -> None:
        if self._gzip and not self._gzip.eof:
            raise RequestError("the answer is half of a gzip", transient=True)


def _too_large() -> RequestError:
    return RequestError(f"the answer is larger than {MAX_BYTES // 1024**2} MiB")
