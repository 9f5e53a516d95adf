"""Paged lists, in each form that forges have: a path to the objects of all pages."""

from collections.abc import Callable, Iterator

from plugin.errors import ForgeError
from plugin.http.client import ApiClient, Params, Remedies
from plugin.http.json_fields import Record, integer, record, records, text
from plugin.http.response import Response
from plugin.model.message import Message

_NONE: Params = {}


def by_link(client: ApiClient, path: str, params: Params = _NONE, *, remedies: Remedies) -> Iterator[Record]:
    """Yield pages by number as long as the `Link` header names a next one: GitHub, Gitea, Gogs.

    The address in the header is not used: behind a reverse proxy it may name another host.
    """
    page = 1
    while True:
        answer = client.get(path, {**params, "page": page}, remedies=remedies)
        yield from _listed(json_value(answer))
        if 'rel="next"' not in answer.headers.get("Link", ""):
            return
        page += 1


def by_next_page(client: ApiClient, path: str, params: Params = _NONE, *, remedies: Remedies) -> Iterator[Record]:
    """Yield pages by number; `X-Next-Page` has the next one: GitLab."""
    page = "1"
    while page.isdecimal():
        answer = client.get(path, {**params, "page": page}, remedies=remedies)
        yield from _listed(json_value(answer))
        page = answer.headers.get("X-Next-Page", "").strip()


def until_seen(
    client: ApiClient, path: str, params: Params = _NONE, *, key: str = "id", remedies: Remedies
) -> Iterator[Record]:
    """Yield pages by number until one is short or has nothing new, as the server may not page the list: Harness.

    `key` is the field that distinguishes the objects.
    """
    seen: set[int] = set()
    page = 1
    while True:
        listed = _listed(client.json(path, {**params, "page": page}, remedies=remedies))
        new = [one for one in listed if integer(one.get(key)) not in seen]
        if not new:
            return
        yield from new
        if len(listed) < integer(params.get("limit")):
            return
        seen.update(integer(one.get(key)) for one in new)
        page += 1


def by_next_address(client: ApiClient, path: str, params: Params = _NONE, *, remedies: Remedies) -> Iterator[Record]:
    """Yield pages that name the address of the next one, followed on the same host only: Bitbucket Cloud."""
    page = record(client.json(path, params, remedies=remedies))
    yield from _listed(page.get("values"))
    while following := text(page.get("next")):
        page = record(client.json(following, remedies=remedies))
        yield from _listed(page.get("values"))


def by_start(
    client: ApiClient,
    path: str,
    params: Params = _NONE,
    *,
    remedies: Remedies,
    answered: Callable[[Response], object] = lambda _: None,
) -> Iterator[Record]:
    """Yield pages that start at an index: Bitbucket Data Center. `answered` is called with each answer."""
    start = 0
    while True:
        answer = client.get(path, {**params, "start": start, "limit": 100}, remedies=remedies)
        answered(answer)
        page = record(json_value(answer))
        yield from _listed(page.get("values"))
        following = integer(page.get("nextPageStart"))
        if page.get("isLastPage") is not False or following <= start:
            return
        start = following


def json_value(answer: Response) -> object:
    """Return the value of the answer's JSON. Raise ForgeError."""
    try:
        return answer.json()
    except ValueError:
        raise ForgeError(_NO_LIST) from None


def _listed(found: object) -> tuple[Record, ...]:
    """Return the objects of a list. Raise ForgeError for anything else, which must not be taken for empty."""
    if not isinstance(found, list):
        raise ForgeError(_NO_LIST)
    return records(found)


_NO_LIST = Message("the forge sent an unexpected answer; most likely setting `forge_url` or `forge` does not fit it")
