"""Files of a repository at a branch, as forges serve them without encoding."""

from plugin.http.client import ApiClient, Params, Remedies
from plugin.model.message import Message

LARGEST = 256 * 1024
"""Bytes of a file that is read; a larger one counts as missing."""
_REMEDIES: Remedies = {
    401: Message("the token is wrong or has expired; check setting `forge_token`"),
    403: Message("to read a file of the repository, the token needs read access to its contents"),
    429: Message("the token has used up its rate limit; give the plugin one of its own"),
}


def raw_file(client: ApiClient, path: str, params: Params | None, *, media_type: str = "*/*") -> bytes | None:
    """Return the content of the file that a GET returns as it is, None if there is none. Raise the client's error."""
    answer = client.get(path, params, accept_status=(404,), remedies=_REMEDIES, media_type=media_type)
    return None if answer.status == 404 or len(answer.body) > LARGEST else answer.body
