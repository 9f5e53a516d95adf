"""Made-up secrets for the examples of patterns.yaml. Whole secrets in a repository would set off every scanner."""

import re

_LETTERS = {
    "": "k7Qw2ZrT9xLmB4vN8cYpD3hG6jFsA5tE1uRiOoPaSeWqXzCyVbUnMlKIHJ0dfg",
    "x": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "U": "Q7W2ERT5YUIOPA3SDFG4HJKLZ6XCVBNM",
    "d": "4815162342108725963",
}
_PLACEHOLDER = re.compile(r"<(\d+)([xUd]?)>")


def filled(example: str) -> str:
    """Return the example with its placeholders (`<36>`, `<36x>`, `<36U>`, `<36d>`) filled."""
    return _PLACEHOLDER.sub(lambda placeholder: (_LETTERS[placeholder[2]] * 8)[: int(placeholder[1])], example)


def made(example: str) -> list[str]:
    """Return the made-up parts that are long enough to identify the secret."""
    return [filled(part[0]) for part in _PLACEHOLDER.finditer(example) if int(part[1]) >= 12]
