"""Forms of `NO_PROXY` that curl and Go support and requests does not: `IP:port`, `*.domain`, IPv6 networks."""

from collections.abc import Mapping
from contextlib import suppress
from ipaddress import ip_address, ip_network
from urllib.request import getproxies_environment

from plugin.http.urls import Origin


def no_proxy_for(origin: Origin) -> Mapping[str, str]:
    """Return proxies for requests: none for the origin's scheme if `NO_PROXY` names the origin, else no entries.

    Without an entry, requests takes the proxy from the environment and applies its own rules for `NO_PROXY`.
    """
    exceptions = getproxies_environment().get("no", "").replace(",", " ").split()
    return {origin.scheme: ""} if any(_covers(exception.lower(), origin) for exception in exceptions) else {}


def _covers(exception: str, origin: Origin) -> bool:
    host, port = _host_and_port(exception)
    if port and port != str(origin.port):
        return False
    with suppress(ValueError):
        return ip_address(origin.host) in ip_network(host, strict=False)
    domain = host.removeprefix("*").removeprefix(".")
    return host == "*" or (bool(domain) and f".{origin.host}".endswith(f".{domain}"))


def _host_and_port(exception: str) -> tuple[str, str]:
    """Return both parts of `host`, `host:port` or `[IPv6]:port`; the port may be empty."""
    if exception.startswith("["):
        host, _, port = exception[1:].partition("]")
        return host, port.removeprefix(":")
    if exception.count(":") == 1:
        host, _, port = exception.partition(":")
        return host, port
    return exception, ""
