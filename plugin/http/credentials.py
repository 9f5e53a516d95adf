"""Takes the headers that show who asks, keeps what is secret in them out of messages."""

from base64 import b64decode
from collections.abc import Iterator, Mapping


class Credentials:
    """The headers, and their secret parts."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        """Raises ValueError with the header's name when a value cannot be sent."""
        for name, value in headers.items():
            if not (value.isascii() and value.isprintable()):
                raise ValueError(name)
        self.headers = dict(headers)
        self._secrets = sorted({part for value in headers.values() for part in _parts(value)}, key=len, reverse=True)

    def hidden(self, text: str) -> str:
        """The text without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, "******")
        return text


def _parts(value: str) -> Iterator[str]:
    """The words of a header that are long enough to be secrets, and what Basic authentication packs."""
    scheme, _, packed = value.partition(" ")
    words = value.split()
    if scheme.lower() == "basic":
        try:
            user, _, password = b64decode(packed).decode().partition(":")
        except ValueError:
            user = password = ""
        words += [password, f"{user}:{password}"]
    yield from (word for word in words if len(word) > 7)
