"""The keys of the failures that the comment shows, for the comparison with a newer build."""

from collections.abc import Callable, Mapping
from itertools import islice

from plugin.deliver.comment.identity import Identity
from plugin.deliver.comment.post import place_of
from plugin.forges import FORGES
from plugin.http.client import ApiClient
from plugin.model.comment import CommentTarget

_FIRST = 50
"""Comments that are read: those of one page. Ours is an early one, because it is written once and then edited."""


def keys_in_comment(
    target: CommentTarget,
    token: str,
    client_factory: Callable[[str, Mapping[str, str]], ApiClient],
    *,
    key: str,
    seconds: float,
) -> Mapping[int, frozenset[str]]:
    """Return the keys in our newest comment by the number of its build; nothing if none is known to be ours.

    One request that takes at most `seconds`. A comment of another account could make a new failure look old, so only
    one with a proof counts. Raise ForgeError.
    """
    kind = FORGES[target.forge]
    client = client_factory(kind.api(target.address), kind.headers(token)).within(seconds)
    if target.pull_request is None:
        return {}
    thread = kind(client, target.repo, target.address).pull_request(target.pull_request)
    own, _ = Identity(thread.account, token, place_of(target, key)).own(islice(thread.comments(), _FIRST), key)
    states = [one.state for one in own if one.state]
    newest = max(states, key=lambda state: state.build, default=None)
    return {newest.build: frozenset(one for section in newest.sections for one in section.keys)} if newest else {}
