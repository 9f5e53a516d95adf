"""Speaks HTTP with one server: takes paths, gives answers; bounded in time and size, repeated only where safe."""

import json
import random
import re
import time
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from threading import Thread
from typing import NoReturn, TypeVar
from urllib.parse import urljoin, urlsplit, urlunsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from tenacity import RetryCallState, Retrying, retry_if_exception
from urllib3.exceptions import NameResolutionError, NewConnectionError

from plugin import __version__
from plugin.errors import OutOfTime, PluginError

USER_AGENT = f"drone-failure-alert/{__version__} (+https://github.com/drone-failure-alert/drone-failure-alert)"
MAX_BYTES = 64 * 1024 * 1024
"""Largest answer that is read, after decompression: a 5 MiB log is some 12 MiB of JSON."""
TRIES = 5
_CONNECT_SECONDS = 10.0
_SILENCE_SECONDS = 20.0  # the first call may be slow: the servers ask the forge for permissions once an hour
_LONGEST_PAUSE = 8.0
_PIECE = 64 * 1024
_REDIRECTS = 5
_REDIRECT_STATUS = (301, 302, 303, 307, 308)
_NO_REMEDIES: Mapping[int, str] = {}

Params = Mapping[str, str | int]
"""What stands behind the question mark."""

_T = TypeVar("_T")


class Budget:
    """The time that the run has left, shared by all its threads."""

    def __init__(
        self, seconds: float, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._end = clock() + seconds

    def left(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self._end - self._clock())

    def less(self, seconds: float) -> "Budget":
        """One that ends earlier by so many seconds, though never by more than a quarter of what is left."""
        left = self.left()
        return Budget(max(left - seconds, left * 0.75), self._clock, self._sleep)

    def sleep(self, seconds: float) -> None:
        """Sleeps. Raises OutOfTime at once when the time left would not outlast the sleep."""
        if seconds >= self.left():
            raise OutOfTime("the time for this run is spent; give it more with setting `timeout`")
        self._sleep(seconds)


@dataclass(frozen=True, slots=True)
class Tls:
    """How a server's certificate is checked."""

    verify: bool = True
    ca_bundle: str = ""
    """File with the certificates to trust instead of the usual ones."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    """Names in any case."""
    body: bytes
    """Decompressed."""

    def json(self) -> object:
        """The body's value. Raises ValueError when it is no JSON."""
        try:
            return json.loads(self.body)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


class _Trouble(Exception):  # noqa: N818 — never leaves this file
    """An attempt that failed."""

    def __init__(
        self, cause: str, *, status: int = 0, passing: bool = False, harmless: bool = False, pause: float | None = None
    ) -> None:
        super().__init__(cause)
        self.status = status
        self.passing = passing
        """Another attempt may do better."""
        self.harmless = harmless
        """The server has surely done nothing, so even a write may be sent again."""
        self.pause = pause
        """Seconds that the server asked to wait."""


class Rest:
    """One server's HTTP interface; safe to use from several threads.

    Every failure is raised as `error` (OutOfTime when the budget is spent), with the HTTP status in `error.status`.
    """

    def __init__(
        self,
        base: str,
        *,
        budget: Budget,
        headers: Mapping[str, str],
        tls: Tls,
        error: type[PluginError],
        setting: str = "server",
    ) -> None:
        """`base` may have a path; `setting` is the name of the setting that holds it, for messages."""
        self.budget = budget
        self._error = error
        self._setting = setting
        self._base = self._checked(base)
        self._secrets = tuple(word for value in headers.values() for word in value.split() if len(word) > 7)
        self._tls = tls
        self._session = requests.Session()
        self._session.headers.update({"User-Agent": USER_AGENT, "Accept": "application/json"})
        self._session.headers.update(self._sendable(headers))
        self._session.headers["Accept-Encoding"] = "gzip"
        self._session.auth = _as_it_is  # else requests would replace the token by what ~/.netrc says
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=8))
        if not tls.verify:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def get(
        self,
        path: str,
        params: Params | None = None,
        *,
        accept_status: Collection[int] = (),
        remedies: Mapping[int, str] = _NO_REMEDIES,
    ) -> Answer:
        """The answer to a GET, repeated over passing trouble; a status of 400 or more raises unless accepted.

        `path` is percent-encoded, relative to the base or a whole address on the same host (as in a `Link` header).
        `remedies` says what a person can do about a status.
        """
        return self._repeated("GET", path, remedies, lambda: self._fetched(path, params, accept_status))

    def json(
        self,
        path: str,
        params: Params | None = None,
        *,
        remedies: Mapping[int, str] = _NO_REMEDIES,
    ) -> object:
        """Like `get`, and the answer must call itself JSON: the servers answer unknown paths with their web page."""
        return self._repeated("GET", path, remedies, lambda: self._value(self._fetched(path, params)))

    def write(
        self, method: str, path: str, body: object = None, *, remedies: Mapping[int, str] = _NO_REMEDIES
    ) -> Answer:
        """Sends `body` as JSON. Sent again only where the server has surely done nothing with it."""
        return self._repeated(method, path, remedies, lambda: self._written(method, path, body))

    def lines(self, path: str, *, seconds: float, quiet: float, size: int) -> Iterator[bytes]:
        """The lines of an event stream until it ends or breaks, is silent for `quiet` seconds, or spent its bounds.

        The bounds are `seconds`, `size` in bytes, and the budget. Not repeated; raises when it cannot be opened.
        """
        try:
            response = self._in_time(lambda: self._stream(path, quiet))
        except _Trouble as trouble:
            self._give_up("GET", path, trouble, _NO_REMEDIES)
        end = self.budget.left() - seconds
        held = b""
        with response:
            while size > 0 and self.budget.left() > max(end, 0.0):
                try:
                    piece = response.raw.read1(_PIECE, decode_content=False)
                except (urllib3.exceptions.HTTPError, OSError):
                    break
                if not piece:
                    break
                size -= len(piece)
                *whole, held = (held + piece).split(b"\n")
                yield from whole

    # Repeating

    def _repeated(self, method: str, path: str, remedies: Mapping[int, str], attempt: Callable[[], _T]) -> _T:
        retrying = Retrying(
            retry=retry_if_exception(_may_repeat if method == "GET" else _may_repeat_write),
            wait=_pause,
            stop=self._enough,
            sleep=self.budget.sleep,
            reraise=True,
        )
        try:
            answer: _T = retrying(self._in_time, attempt)
            return answer
        except _Trouble as trouble:
            self._give_up(method, path, trouble, remedies)

    def _enough(self, state: RetryCallState) -> bool:
        return state.attempt_number >= TRIES or state.upcoming_sleep >= self.budget.left()

    def _in_time(self, attempt: Callable[[], _T]) -> _T:
        """The attempt's outcome within the budget.

        It runs in a thread that is left behind when the time is over, because neither a name look-up nor headers that
        arrive drop by drop know a time limit.
        """
        left = self.budget.left()
        outcome: Future[_T] = Future()

        def run() -> None:
            try:
                outcome.set_result(attempt())
            except BaseException as error:  # noqa: BLE001 — raised again in the thread that waits
                outcome.set_exception(error)

        if left > 0:
            Thread(target=run, daemon=True).start()
        try:
            return outcome.result(timeout=left)
        except TimeoutError:
            host = urlsplit(self._base).netloc
            raise OutOfTime(
                f"{host} gave no whole answer in the time of this run; setting `timeout` extends it"
            ) from None

    def _give_up(self, method: str, path: str, trouble: _Trouble, remedies: Mapping[int, str]) -> NoReturn:
        remedy = remedies.get(trouble.status, "")
        url = _public(self._url(path))
        error = self._error(f"{method} {url}: {self._hidden(str(trouble))}{'; ' if remedy else ''}{remedy}")
        error.status = trouble.status
        raise error from None

    # One attempt

    def _fetched(self, path: str, params: Params | None, accept_status: Collection[int] = ()) -> Answer:
        with self._followed(self._url(path), params, self._silence()) as response:
            return self._judged(self._read(response), accept_status)

    def _written(self, method: str, path: str, body: object) -> Answer:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} if data else {}
        with self._sent(method, self._url(path), self._silence(), data=data, headers=headers) as response:
            if response.status_code in _REDIRECT_STATUS:
                self._refuse_redirect(response.headers.get("Location", ""))
            return self._judged(self._read(response), ())

    def _stream(self, path: str, quiet: float) -> requests.Response:
        response = self._followed(self._url(path), None, quiet, headers={"Accept": "text/event-stream"})
        if response.status_code == 200 and _media_type(response.headers) == "text/event-stream":
            return response
        response.close()
        raise _Trouble(f"answered {response.status_code} instead of a stream", status=response.status_code)

    def _followed(
        self, url: str, params: Params | None, silence: float, headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """Redirects are followed on the same scheme, host and port only: the token is meant for nobody else."""
        for _ in range(_REDIRECTS):
            response = self._sent("GET", url, silence, params=params, headers=headers)
            target = response.headers.get("Location", "")
            if response.status_code not in _REDIRECT_STATUS or not target:
                return response
            response.close()
            url, params = urljoin(response.url, target), None
            if _origin(url) != _origin(self._base):
                self._refuse_redirect(url)
        raise _Trouble(f"redirects in a circle; check setting `{self._setting}`")

    def _refuse_redirect(self, target: str) -> NoReturn:
        raise _Trouble(
            f"redirects to {_public(target)}, where the token must not go; "
            f"set `{self._setting}` to the address that needs no redirect, or let the reverse proxy pass API calls"
        )

    def _sent(
        self,
        method: str,
        url: str,
        silence: float,
        *,
        params: Params | None = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        try:
            return self._session.request(
                method,
                url,
                params=params,
                data=data,
                headers=headers,
                timeout=(min(_CONNECT_SECONDS, self.budget.left() or _CONNECT_SECONDS), silence),
                verify=self._tls.ca_bundle or self._tls.verify if self._tls.verify else False,
                allow_redirects=False,
                stream=True,
            )
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise self._told(error) from None

    def _silence(self) -> float:
        return min(_SILENCE_SECONDS, self.budget.left() or _SILENCE_SECONDS)

    def _read(self, response: requests.Response) -> Answer:
        """Reads what arrives as it arrives, so that the clock and the size are looked at between any two pieces."""
        announced = response.headers.get("Content-Length", "")
        if announced.isdecimal() and int(announced[:20]) > MAX_BYTES:
            raise _too_large()
        unpack = _unpacker(response.headers.get("Content-Encoding", ""))
        pieces: list[bytes] = []
        room = MAX_BYTES
        while self.budget.left() > 0:
            try:
                packed = response.raw.read1(_PIECE, decode_content=False)
            except (urllib3.exceptions.HTTPError, OSError) as error:
                raise self._told(error) from None
            if not packed:
                unpack.finish()
                return Answer(response.status_code, response.headers, b"".join(pieces))
            pieces.append(unpack(packed, room + 1))
            room -= len(pieces[-1])
            if room < 0:
                raise _too_large()
        raise OutOfTime("the time for this run is spent; give it more with setting `timeout`")

    def _judged(self, answer: Answer, accept_status: Collection[int]) -> Answer:
        status = answer.status
        if status < 400 or status in accept_status:
            return answer
        pause = _retry_after(answer.headers)
        told = _told_by_server(answer)
        raise _Trouble(
            f"answered {status}" + (f" ({told})" if told else ""),
            status=status,
            passing=status == 429 or status >= 500 or (status == 403 and pause is not None),
            harmless=status == 429 or (status in (403, 503) and pause is not None),
            pause=pause,
        )

    def _value(self, answer: Answer) -> object:
        kind = _media_type(answer.headers)
        if kind.endswith(("/json", "+json")):
            try:
                return answer.json()
            except ValueError:
                raise _Trouble("the answer is not whole JSON", passing=True) from None
        raise _Trouble(
            f"answered with {kind or 'something'} instead of JSON; most likely `{self._setting}` "
            f"({_public(self._base)}) is not the base address of that server, or a login page stands before it"
        )

    def _told(self, error: Exception) -> _Trouble:
        """What went wrong below HTTP, in own words: the libraries' words hold whole addresses, secrets included."""
        reason = getattr(error.args[0], "reason", error) if error.args else error
        match error, reason:
            case requests.exceptions.ProxyError(), _:
                return _Trouble(
                    "the proxy does not work; check HTTP_PROXY, HTTPS_PROXY, NO_PROXY", passing=True, harmless=True
                )
            case requests.exceptions.SSLError() | urllib3.exceptions.SSLError(), _:
                return _Trouble(
                    f"no trusted TLS connection{_tls_reason(error)}; set `ca_bundle` to the file of the certificate "
                    f"authority, or check that `{self._setting}` is meant to be https"
                )
            case _, NameResolutionError():
                return _Trouble(
                    f"the host's name is not known here; check `{self._setting}`", passing=True, harmless=True
                )
            case _, NewConnectionError():
                return _Trouble(f"cannot connect; check `{self._setting}` and the network", passing=True, harmless=True)
            case requests.exceptions.ConnectTimeout(), _:
                return _Trouble("no connection in time; check the network and NO_PROXY", passing=True, harmless=True)
            case requests.exceptions.Timeout() | urllib3.exceptions.ReadTimeoutError(), _:
                return _Trouble("no answer in time", passing=True)
            case requests.exceptions.ConnectionError() | urllib3.exceptions.ProtocolError(), _:
                return _Trouble("the connection broke", passing=True)
            case requests.RequestException() | ValueError(), _:
                return _Trouble(f"no usable address; check `{self._setting}`")
        return _Trouble("cannot be asked; if `ca_bundle` is set, check that it names a readable file of certificates")

    # Addresses and secrets

    def _checked(self, base: str) -> str:
        """The base without user, query and last slash."""
        try:
            parts = urlsplit(base.strip())
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            usable = False
        if not usable:
            raise self._error(f"setting `{self._setting}` must be an address like https://ci.example.com")
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))

    def _url(self, path: str) -> str:
        url = path if "://" in path.split("?", 1)[0] else f"{self._base}/{path.lstrip('/')}"
        if _origin(url) != _origin(self._base):
            raise self._error(f"{_public(self._base)} points to {_public(url)}, another host, which is not asked")
        return url

    def _sendable(self, headers: Mapping[str, str]) -> Mapping[str, str]:
        for name, value in headers.items():
            if not (value.isascii() and value.isprintable()):
                raise self._error(f"the token for `{self._setting}` holds a character that no {name} header can carry")
        return headers

    def _hidden(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "******")
        return text


class _unpacker:  # noqa: N801 — used like a function
    """Decompresses by itself: the library would unpack a piece of a gzip bomb before anyone can look at its size."""

    def __init__(self, encoding: str) -> None:
        if encoding.lower() not in ("", "identity", "gzip", "x-gzip"):
            raise _Trouble(f"the answer is packed as {encoding[:20]!r}, which was not asked for")
        self._gzip = zlib.decompressobj(wbits=31) if encoding.lower().endswith("gzip") else None

    def __call__(self, packed: bytes, room: int) -> bytes:
        if not self._gzip:
            return packed
        try:
            return self._gzip.decompress(packed, room)
        except zlib.error:
            raise _Trouble("the answer is broken gzip", passing=True) from None

    def finish(self) -> None:
        if self._gzip and not self._gzip.eof:
            raise _Trouble("the answer is half of a gzip", passing=True)


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _may_repeat(error: BaseException) -> bool:
    return isinstance(error, _Trouble) and error.passing


def _may_repeat_write(error: BaseException) -> bool:
    return isinstance(error, _Trouble) and error.harmless


def _pause(state: RetryCallState) -> float:
    """Seconds before the next attempt: what the server asked for, else doubled each time, the half of it by chance."""
    trouble = state.outcome.exception() if state.outcome else None
    if isinstance(trouble, _Trouble) and trouble.pause is not None:
        return trouble.pause
    most = min(_LONGEST_PAUSE, 0.5 * 2**state.attempt_number)
    return random.uniform(most / 2, most)  # noqa: S311 — spreads clients, guards nothing


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds, from a number or from a date, which is read by the server's own clock. RFC 9110, section 10.2.3."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdecimal():
        return float(value[:9])
    try:
        now = headers.get("Date", "")
        start = parsedate_to_datetime(now).timestamp() if now else time.time()
        return max(0.0, parsedate_to_datetime(value).timestamp() - start)
    except (ValueError, OverflowError):
        return None


def _told_by_server(answer: Answer) -> str:
    """The server's own words, one short line: the `message` of JSON, or plain text; nothing of a web page."""
    kind = _media_type(answer.headers)
    text: object = ""
    if kind.endswith("json"):
        try:
            value = answer.json()
        except ValueError:
            value = None
        text = (value.get("message") or value.get("error")) if isinstance(value, dict) else ""
    elif kind == "text/plain":
        text = answer.body[:400].decode(errors="replace")
    line = " ".join(text.split()) if isinstance(text, str) else ""
    return re.sub(r"[^\x20-\x7e\xa0-\uffff]", "", line)[:200]


def _tls_reason(error: Exception) -> str:
    found = re.search(r"certificate verify failed: ([\w ,.'-]+)", str(error))
    return f" ({found[1].strip()})" if found else ""


def _media_type(headers: Mapping[str, str]) -> str:
    return headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _origin(url: str) -> tuple[str, str, int | None] | None:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None


def _public(url: str) -> str:
    """The address without user, password and query."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "an unreadable address"
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))[:300]


def _too_large() -> _Trouble:
    return _Trouble(f"the answer is larger than {MAX_BYTES // 1024**2} MiB")
