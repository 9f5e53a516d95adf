"""Takes the text of a setting in any spelling that servers send, gives its value."""

import json
import re
from collections.abc import Callable, Mapping


def value_of(text: str, *, like: object, choices: tuple[str, ...], least: float) -> object:
    """The value that the text spells, of the type of `like`. Raises ValueError that says what is allowed."""
    return _choice(text, choices) if choices else _READERS[type(like)](text, least)


def _choice(text: str, choices: tuple[str, ...]) -> str:
    word = text.lower().replace("-", "_")
    if word not in choices:
        raise ValueError(f"must be one of {', '.join(choices)}")
    return word


_YES, _NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def _yes_or_no(text: str, _: float) -> bool:
    if text.lower() not in _YES + _NO:
        raise ValueError("must be true or false")
    return text.lower() in _YES


def _whole(text: str, least: float) -> int:
    if not (re.fullmatch(r"[0-9]{1,12}", text) and int(text) >= least):
        raise ValueError(f"must be a whole number of at least {least:.0f}")
    return int(text)


def _seconds(text: str, least: float) -> float:
    """A number of seconds, also as `90s` or `2m`."""
    found = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,6})?) ?(s|sec|m|min)?", text)
    seconds = float(found[1]) * (60 if found[2] in ("m", "min") else 1) if found else -1.0
    if seconds < least:
        raise ValueError(f"must be a number of seconds of at least {least:.0f}")
    return seconds


def _list(text: str, _: float) -> tuple[str, ...]:
    """JSON, as lists of maps arrive and as people write for values with commas, else values between commas."""
    if text.startswith("["):
        try:
            items = json.loads(text)
        except (ValueError, RecursionError):
            items = None
        if isinstance(items, list) and all(isinstance(item, str) for item in items):
            return tuple(item for item in items if item.strip())
    return tuple(item.strip() for item in text.split(",") if item.strip())


def _text(text: str, _: float) -> str:
    return text


_READERS: Mapping[type, Callable[[str, float], object]] = {
    bool: _yes_or_no,
    int: _whole,
    float: _seconds,
    tuple: _list,
    str: _text,
}
