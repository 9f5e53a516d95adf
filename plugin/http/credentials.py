"""Authentication headers, and masking of their secrets in messages."""

from base64 import b64decode
from collections.abc import Iterator, Mapping


class Credentials:
    """Authentication headers and the secrets in them."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        """Raise ValueError with the name of the header if its value cannot be sent."""
        for name, value in headers.items():
            if not (value.isascii() and value.isprintable()):
                raise ValueError(name)
        self.headers = dict(headers)
        self._secrets = sorted({part for value in headers.values() for part in _parts(value)}, key=len, reverse=True)

    def masked(self, text: str) -> str:
        """Return the text with its secrets masked."""
        for secret in self._secrets:
            text = text.replace(secret, "******")
        return text


def _parts(value: str) -> Iterator[str]:
    """Yield the words of a header that are long enough to be secrets, and the decoded parts of Basic authentication."""
    scheme, _, encoded = value.partition(" ")
    words = value.split()
    if scheme.lower() == "basic":
        try:
            user, _, password = b64decode(encoded).decode().partition(":")
        except ValueError:
            user = password = ""
        words += [password, f"{user}:{password}"]
    yield from (word for word in words if len(word) > 7)
