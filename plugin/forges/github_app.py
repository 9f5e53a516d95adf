"""Tokens of a GitHub App for one repository.

https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-an-installation-access-token-for-a-github-app
"""

import time
from collections.abc import Callable, Mapping

from plugin.about import docs_url
from plugin.errors import ForgeError, SettingsError
from plugin.forges.github import GitHub
from plugin.forges.interface import repository_path
from plugin.http.client import ApiClient
from plugin.http.json_fields import Record, integer, record, text
from plugin.model.message import Message

_PREFIX = "ghs_"
"""Start of an installation token. https://github.blog/engineering/behind-githubs-new-authentication-token-formats/"""
_REMEDIES: dict[int | str, str] = {
    401: Message("GitHub does not accept the key; check settings `github_app_id` and `github_app_key`"),
    404: Message("the App of `github_app_id` is not installed in this repository"),
}
_EARLIER = 60
"""Seconds that a token begins in the past, for clocks that differ."""
_SECONDS = 540
"""Seconds that it is valid; GitHub takes at most ten minutes."""


def is_installation_token(token: str) -> bool:
    """Return whether the token is that of an App's installation, which alone may create check runs."""
    return token.startswith(_PREFIX)


def installation_token(
    address: str, repo: str, app_id: str, key: str, client_factory: Callable[[str, Mapping[str, str]], ApiClient]
) -> str:
    """Return a token of the App's installation that may write checks in this repository, with two requests.

    Raise SettingsError for an unusable key, ForgeError where GitHub refuses.
    """
    client = _client(address, app_id, key, client_factory)
    installation = _installation(client, repo)
    path = f"app/installations/{integer(installation.get('id'))}/access_tokens"
    wanted = {"repositories": [repo.rpartition("/")[2]], "permissions": {"checks": "write"}}
    answer = client.write("POST", path, wanted, remedies=_REMEDIES, idempotent=True)
    token = text(record(answer.json()).get("token"))
    if not token:
        raise ForgeError(Message("GitHub returned no token for the App of `github_app_id`"))
    return token


def installed_permissions(
    address: str, repo: str, app_id: str, key: str, client_factory: Callable[[str, Mapping[str, str]], ApiClient]
) -> Mapping[str, str]:
    """Return what the App may do in this repository, for example `{"checks": "write"}`, with one request.

    Raise SettingsError for an unusable key, ForgeError where GitHub refuses.
    """
    installation = _installation(_client(address, app_id, key, client_factory), repo)
    return {name: text(value) for name, value in record(installation.get("permissions")).items()}


def _client(
    address: str, app_id: str, key: str, client_factory: Callable[[str, Mapping[str, str]], ApiClient]
) -> ApiClient:
    return client_factory(GitHub.api(address), GitHub.headers(_signed(app_id, key)))


def _installation(client: ApiClient, repo: str) -> Record:
    return record(client.json(f"repos/{repository_path(repo)}/installation", remedies=_REMEDIES))


def _signed(app_id: str, key: str) -> str:
    """Return a JSON Web Token that identifies the App."""
    try:
        import jwt  # late: only this needs it, and it is an optional dependency
    except ImportError:
        raise SettingsError(
            Message(
                "setting `github_app_key` needs PyJWT and cryptography, which the image does not contain: build an "
                "image with them by the two lines in {page}, install the package with its extra `github-app`, or set "
                "`forge_token` to a token of the App's installation",
                page=docs_url("forges.md#annotations"),
            )
        ) from None
    now = int(time.time())
    claims = {"iat": now - _EARLIER, "exp": now + _SECONDS, "iss": app_id}
    try:
        return jwt.encode(claims, key.replace("\\n", "\n").strip() + "\n", algorithm="RS256")
    except (ValueError, TypeError, jwt.PyJWTError):
        raise SettingsError(
            Message(
                "setting `github_app_key` is not a private key in PEM format, which begins with `-----BEGIN RSA "
                "PRIVATE KEY-----`"
            )
        ) from None
