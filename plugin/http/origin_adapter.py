"""The session that sends requests: to one origin, without redirects, with no credentials except the token."""

from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter

from plugin.http.informational import POOLS
from plugin.http.request_error import RequestError
from plugin.http.urls import Origin, origin_of
from plugin.model.message import Message

CONNECTIONS = 8


class OneOriginAdapter(HTTPAdapter):
    """An adapter that refuses every request to another origin, whatever the caller has checked."""

    def __init__(self, origin: Origin) -> None:
        super().__init__(pool_maxsize=CONNECTIONS)
        self._origin = origin

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Use connections that skip informational responses."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> urllib3.ProxyManager:
        """Return the manager of connections through a proxy, which skip informational responses, too."""
        manager: urllib3.ProxyManager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = POOLS
        return manager

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send the request. Raise RequestError for another origin, before connecting."""
        try:
            allowed = origin_of(request.url or "") == self._origin
        except ValueError:
            allowed = False
        if not allowed:
            raise RequestError(Message("leads to another server, where the token must not go"))
        return super().send(request, *args, **kwargs)


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return None: with a target, requests would read and unpack the whole body of a redirect, without limit."""


def session_for(origin: Origin, headers: Mapping[str, str]) -> requests.Session:
    """Return a session that sends these headers, to this origin only."""
    session = _Session()
    session.headers.update(headers)
    session.auth = _unchanged  # else requests would replace the token with one from ~/.netrc
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("http://", "https://"):
        session.mount(scheme, OneOriginAdapter(origin))
    return session


def _unchanged(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
