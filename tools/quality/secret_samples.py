"""Make texts with a secret, and texts that only look so, from a seed: spellings × names × kinds of values."""

import random
import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

_LETTERS = {
    "A": string.ascii_letters + string.digits,
    "a": string.ascii_lowercase + string.digits,
    "U": string.ascii_uppercase + string.digits,
    "x": string.digits + "abcdef",
    "X": string.digits + "ABCDEF",
    "d": string.digits,
    "w": string.ascii_letters + string.digits + "_-",
    "b": string.ascii_letters + string.digits + "+/",
    "p": string.ascii_letters + string.digits + "!#%*+-.?@_~",
}
_DRAWN = re.compile(r"\{([AaUxXdwbp])(\d+)\}")
_SHORTEST = 8
"""Characters; a shorter piece of a token is an identifier."""


@dataclass(frozen=True)
class Sample:
    """A text, and what of it is secret."""

    text: str
    secrets: tuple[str, ...]


def secrets(seed: int, count: int) -> Iterator[Sample]:
    """Yield `count` texts that each hold secrets: five in ten by name, three by shape, two whole texts."""
    chance = random.Random(seed)
    kinds = (_named,) * 5 + (_token,) * 3 + (_whole,) * 2
    for number in range(count):
        yield kinds[number % len(kinds)](chance)


def near_misses(seed: int, count: int) -> Iterator[str]:
    """Yield `count` texts without a secret."""
    chance = random.Random(seed)
    for _ in range(count):
        text = chance.choice(_tables()["near_misses"])
        yield _drawn(chance, re.sub(r"\{word\}", lambda _: chance.choice(_tables()["words"]), text))[0]


@cache
def _tables() -> Mapping[str, list[str]]:
    tables: Mapping[str, list[str]] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
    return tables


def _named(chance: random.Random) -> Sample:
    of_vendor = chance.random() < 0.6
    name = _name(chance, "vendors") if of_vendor else chance.choice(_tables()["names"])
    value = _drawn(chance, chance.choice(_tables()["values"]))[0]
    return Sample(_spelled(chance.choice(_tables()["spellings"]), _cased(chance, name), value), (value,))


def _token(chance: random.Random) -> Sample:
    token, _, beside = _drawn(chance, chance.choice(_tables()["tokens"]))[0].partition("|")
    spelling = chance.choice([*_tables()["bare"], *_tables()["spellings"]])
    line = _spelled(spelling, _cased(chance, _name(chance, "words")), token)
    return Sample(f"{beside} {line}" if beside else line, (token,))


def _whole(chance: random.Random) -> Sample:
    text, parts = _drawn(chance, chance.choice(_tables()["whole"]))
    return Sample(text, tuple(part for part in parts if len(part) >= _SHORTEST))


def _drawn(chance: random.Random, shape: str) -> tuple[str, list[str]]:
    """Return the shape with random characters in its places, and these characters."""
    parts: list[str] = []

    def draw(place: re.Match[str]) -> str:
        parts.append("".join(chance.choices(_LETTERS[place[1]], k=int(place[2]))))
        return parts[-1]

    return _DRAWN.sub(draw, shape), parts


def _spelled(spelling: str, name: str, value: str) -> str:
    return spelling.replace("{n}", name).replace("{v}", value).replace("{{", "{").replace("}}", "}")


def _name(chance: random.Random, first: str) -> str:
    return f"{chance.choice(_tables()[first])}_{chance.choice(_tables()['suffixes'])}"


def _cased(chance: random.Random, name: str) -> str:
    words = name.split("_")
    pascal = "".join(map(str.capitalize, words))
    return chance.choice(
        (name, name.upper(), "-".join(words), ".".join(words), words[0] + pascal[len(words[0]) :], pascal)
    )
