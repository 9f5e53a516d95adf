"""Takes addresses apart: what of them may be shown, and whether two are the same server."""

from urllib.parse import urljoin, urlsplit, urlunsplit


def base_of(address: str) -> str:
    """The address without user, query and last slash. Raises ValueError when it is none that can be asked."""
    parts = urlsplit(address.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
        raise ValueError("not an http address")
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path.rstrip("/"), "", ""))


def below(base: str, path: str) -> str:
    """The path's address; a whole address stays as it is."""
    return path if "://" in path.split("?", 1)[0] else f"{base}/{path.lstrip('/')}"


def target_of(address: str, location: str) -> str:
    """Where a redirect leads."""
    try:
        return urljoin(address, location)
    except ValueError:
        return location


def same_origin(one: str, other: str) -> bool:
    """Whether scheme, host and port are the same."""
    return _origin(one) == _origin(other) is not None


def host_of(address: str) -> str:
    """Host and port as written."""
    return urlsplit(address).netloc


def public(address: str) -> str:
    """The address without user, password and query, short enough for a message."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "an unreadable address"
    shown = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    return "".join(sign for sign in shown if sign.isprintable())[:300]


def _origin(address: str) -> tuple[str, str, int | None] | None:
    try:
        parts = urlsplit(address)
        return parts.scheme, parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
