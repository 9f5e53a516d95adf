"""Takes an example of patterns.yaml, gives it with made-up secrets: whole ones in a repository alarm every scanner."""

import re

_LETTERS = {
    "": "k7Qw2ZrT9xLmB4vN8cYpD3hG6jFsA5tE1uRiOoPaSeWqXzCyVbUnMlKIHJ0dfg",
    "x": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "U": "Q7W2ERT5YUIOPA3SDFG4HJKLZ6XCVBNM",
    "d": "4815162342108725963",
}
_PLACE = re.compile(r"<(\d+)([xUd]?)>")


def filled(example: str) -> str:
    """The example with letters in place of `<36>`, `<36x>`, `<36U>`, `<36d>`."""
    return _PLACE.sub(lambda place: (_LETTERS[place[2]] * 8)[: int(place[1])], example)


def made(example: str) -> list[str]:
    """The made-up parts that are long enough to tell the secret."""
    return [filled(place[0]) for place in _PLACE.finditer(example) if int(place[1]) >= 12]
