"""Connections that skip informational responses (status 102 to 199) before the final one.

Python's HTTP client skips only 100 and takes 103 (Early Hints), which some proxies send, for the response itself.
"""

from http.client import HTTPMessage, HTTPResponse, parse_headers
from typing import cast

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

_MAX_INFORMATIONAL = 20
"""Maximum number of informational responses before the final one."""


class _Response(HTTPResponse):
    def _read_status(self) -> tuple[str, int, str]:
        """Override a method of the standard library that is private, but unchanged since Python 2."""
        for _ in range(_MAX_INFORMATIONAL):
            status = cast("tuple[str, int, str]", super()._read_status())  # type: ignore[misc]  # not in the stubs
            if not 102 <= status[1] < 200:
                break
            parse_headers(self.fp, HTTPMessage)
        return status


class _Connection(HTTPConnection):
    response_class = _Response


class _TlsConnection(HTTPSConnection):
    response_class = _Response


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


POOLS = {"http": _Pool, "https": _TlsPool}
"""Connection pools by scheme, for urllib3's pool managers."""
