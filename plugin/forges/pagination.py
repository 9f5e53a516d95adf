"""Reads lists that come in pages: takes a path, gives the objects of all pages, in each manner that forges have."""

from collections.abc import Iterator, Mapping

from plugin.errors import ForgeError
from plugin.http.client import ApiClient, Params
from plugin.http.json_fields import Record, integer, record, records, text
from plugin.http.response import Response

Remedies = Mapping[int, str]
"""By HTTP status, what a person can do about it."""

_NONE: Params = {}


def by_link(client: ApiClient, path: str, params: Params = _NONE, *, remedies: Remedies) -> Iterator[Record]:
    """Pages by number as long as the `Link` header knows a next one: GitHub, Gitea, Gogs.

    Its address is not followed: behind a reverse proxy it may name another host.
    """
    page = 1
    while True:
        answer = client.get(path, {**params, "page": page}, remedies=remedies)
        yield from _listed(json_value(answer))
        if 'rel="next"' not in answer.headers.get("Link", ""):
            return
        page += 1


def by_next_page(client: ApiClient, path: str, params: Params = _NONE, *, remedies: Remedies) -> Iterator[Record]:
    """Pages by number, the next one's in `X-Next-Page`: GitLab."""
    page = "1"
    while page.isdecimal():
        answer = client.get(path, {**params, "page": page}, remedies=remedies)
        yield from _listed(json_value(answer))
        page = answer.headers.get("X-Next-Page", "").strip()


def until_seen(client: ApiClient, path: str, params: Params = _NONE, *, remedies: Remedies) -> Iterator[Record]:
    """Pages by number until one brings nothing new, whether or not the server knows pages: Harness."""
    seen: set[int] = set()
    page = 1
    while True:
        listed = _listed(client.json(path, {**params, "page": page}, remedies=remedies))
        new = [one for one in listed if integer(one.get("id")) not in seen]
        if not new:
            return
        yield from new
        seen.update(integer(one.get("id")) for one in new)
        page += 1


def by_next_address(client: ApiClient, path: str, params: Params = _NONE, *, remedies: Remedies) -> Iterator[Record]:
    """Pages that name the address of the next one, which `Rest` follows on the same host only: Bitbucket Cloud."""
    page = record(client.json(path, params, remedies=remedies))
    yield from _listed(page.get("values"))
    while following := text(page.get("next")):
        page = record(client.json(following, remedies=remedies))
        yield from _listed(page.get("values"))


def by_start(client: ApiClient, path: str, params: Params = _NONE, *, remedies: Remedies) -> Iterator[Record]:
    """Pages that begin at a given entry: Bitbucket Data Center."""
    start = 0
    while True:
        page = record(client.json(path, {**params, "start": start, "limit": 100}, remedies=remedies))
        yield from _listed(page.get("values"))
        following = integer(page.get("nextPageStart"))
        if page.get("isLastPage") is not False or following <= start:
            return
        start = following


def json_value(answer: Response) -> object:
    """What the answer's JSON says. Raises ForgeError."""
    try:
        return answer.json()
    except ValueError:
        raise ForgeError(_NO_LIST) from None


def _listed(found: object) -> tuple[Record, ...]:
    """Anything but a list must not read as an empty one: then a second comment would be written."""
    if not isinstance(found, list):
        raise ForgeError(_NO_LIST)
    return records(found)


_NO_LIST = "the forge answered with something unknown; most likely setting `forge_url` or `forge` does not fit it"
