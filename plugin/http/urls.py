r"""Compare and check URLs: which server one names, and which of its parts a message may show.

Two parsers may read one URL differently: `http://a\@b/` is host `b` for `urlsplit` and host `a` for urllib3, which
connects. So an origin is what both of them read, and a URL that they read differently is refused.
"""

import re
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit, urlunsplit

from requests import PreparedRequest
from urllib3.util import parse_url

_DEFAULT_PORTS = {"http": 80, "https": 443}
_AMBIGUOUS = re.compile(r"[\\\s\x00-\x20\x7f-\xa0]")
"""Parsers drop or convert these characters, each in its own way."""


class Origin(NamedTuple):
    """The server that a URL names. A token is sent to one origin only."""

    scheme: str
    host: str
    """Lowercase, as sent to DNS; an IPv6 address without brackets."""
    port: int


def base_url(address: str) -> str:
    """Return the configured URL without user, query and trailing slash.

    Raise ValueError if it is not an HTTP URL.
    """
    address = address.strip()
    parts = urlsplit(address)
    if _AMBIGUOUS.search(address) or parts.scheme not in _DEFAULT_PORTS or not parts.hostname or parts.port == 0:
        raise ValueError("not an HTTP URL")
    base = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))
    configured_origin(base)
    return base


def configured_origin(base: str) -> Origin:
    """Return the origin of a configured URL, whose host may have non-ASCII letters.

    Raise ValueError if it has none.
    """
    request = PreparedRequest()
    request.prepare_url(base, None)
    return origin_of(request.url or "")


def origin_of(address: str) -> Origin:
    """Return the origin of a URL that is ready to be sent.

    Raise ValueError if it has none, or if urllib3 and `urlsplit` read it differently.
    """
    parsed, split = parse_url(address), urlsplit(address)
    origin = Origin(parsed.scheme or "", (parsed.host or "").strip("[]"), _port(parsed.scheme, parsed.port))
    if not origin.host or origin != (split.scheme, split.hostname, _port(split.scheme, split.port)):
        raise ValueError("an ambiguous URL")
    return origin


def leads_to(address: str, origin: Origin) -> bool:
    """Return whether a URL from a server is at this origin for every parser.

    Backslashes, white space, control characters, user info and non-ASCII hosts count as "no": no server needs them,
    and parsers differ on them.
    """
    try:
        authority = urlsplit(address).netloc
        plain = not _AMBIGUOUS.search(address) and authority.isascii() and "@" not in authority
        return plain and origin_of(address) == origin
    except ValueError:
        return False


def join_path(base: str, path: str) -> str:
    """Return the URL of the path; a full URL stays as it is."""
    return path if is_whole(path) else f"{base}/{path.lstrip('/')}"


def is_whole(path: str) -> bool:
    """Return whether this is a full URL, not a path below the base."""
    return "://" in path.split("?", 1)[0]


def redirect_target(address: str, location: str) -> str:
    """Return the target of a redirect. An ambiguous location stays as it is, to be refused."""
    location = location.strip(" \t")
    if _AMBIGUOUS.search(location):
        return location
    try:
        return urljoin(address, location)
    except ValueError:
        return location


def host_and_port(address: str) -> str:
    """Return host and port as written."""
    return urlsplit(address).netloc


def display_url(address: str) -> str:
    """Return the URL without user, password and query, short enough for a message."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "an invalid URL"
    if "\\" in address:
        return "an ambiguous URL"
    shown = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    return "".join(sign for sign in shown if sign.isprintable())[:300]


def _port(scheme: str | None, port: int | None) -> int:
    if scheme not in _DEFAULT_PORTS or port == 0:
        raise ValueError("not an HTTP URL")
    return port or _DEFAULT_PORTS[scheme]
