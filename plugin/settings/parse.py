"""Takes the text of a setting in any spelling that servers send, gives its value."""

import json
import re
from collections.abc import Callable, Iterator, Mapping

from plugin.errors import SettingsError
from plugin.settings.schema import Settings, fields


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


PREFIX = "PLUGIN_"


_LONGEST_SHOWN = 80


def read_settings(environ: Mapping[str, str]) -> tuple[Settings, tuple[SettingsError, ...]]:
    """The settings, and what is wrong with them: a setting that cannot be used has its default. Empty is unset."""
    given, problems = _given(environ)
    values: dict[str, object] = {}
    for field in fields():
        text = given.get(field.name) or environ.get(field.variable, "").strip()
        if text:
            try:
                values[field.name] = value_of(text, like=field.default, choices=field.choices, least=field.least)
            except ValueError as error:
                told = "" if field.secret else f" is {_shown(text)}, and"
                problems.append(SettingsError(f"setting `{field.name}`{told} {error}"))
    return Settings(**values), tuple(problems)  # type: ignore[arg-type]  # each value was read by its field's type


def _given(environ: Mapping[str, str]) -> tuple[dict[str, str], list[SettingsError]]:
    """Values by the names of settings, whatever alias and spelling they came with."""
    names = {name: field.name for field in fields() for name in (field.name, *field.aliases)}
    given: dict[str, str] = {}
    problems: list[SettingsError] = []
    for variable in sorted(environ):
        text = environ[variable].strip()
        if not (variable.startswith(PREFIX) and text):
            continue
        spelt = variable.removeprefix(PREFIX).lower().replace("-", "_").replace(".", "_")
        name = names.get(spelt)
        if name is None:
            problems.append(_unknown(spelt, text))
        elif given.setdefault(name, text) != text:
            problems.append(SettingsError(f"setting `{name}` is given twice, as `{spelt}` with another value"))
    return given, problems


def _unknown(name: str, text: str) -> SettingsError:
    """What was meant for a secret setting may be a secret, so its value is not told."""
    from difflib import get_close_matches  # late: hardly ever needed

    known = {name: field for field in fields() for name in (field.name, *field.aliases)}
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    hidden = bool(_MAY_HIDE.search(name)) or any(known[one].secret for one in near)
    value = "" if hidden else f" (with the value {_shown(text)})"
    meant = f"did you mean `{near[0]}`?" if near else f"known are {', '.join(field.name for field in fields())}"
    shown = "".join(sign if sign.isprintable() else "?" for sign in name[:_LONGEST_SHOWN])
    return SettingsError(f"setting `{shown}`{value} is not known; {meant}")


_MAY_HIDE = re.compile(r"to?k|secr|pass|pw|key|cred|auth")


def _shown(text: str) -> str:
    return repr(text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…")


def secret_values(settings: Settings) -> Iterator[str]:
    """The values of the settings that nobody may read."""
    for field in fields():
        if field.secret and (value := getattr(settings, field.name)):
            yield value
