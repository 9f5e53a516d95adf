"""Read settings from `PLUGIN_*` variables, in every form in which servers send them."""

import json
import re
from collections.abc import Callable, Iterator, Mapping

from plugin.errors import SettingsError
from plugin.settings.notify import resolved, secret_parts
from plugin.settings.schema import Field, Settings, fields
from plugin.text.shorten import cut


def value_of(text: str, field: Field) -> object:
    """Return the value of the text, of the field's type. Raise ValueError that says what is allowed."""
    if field.choices:
        return _choice(text, field.choices)
    if field.parse:
        return field.parse(text)
    return _PARSERS[type(field.default)](text, field.least)


def _choice(text: str, choices: tuple[str, ...]) -> str:
    word = text.lower().replace("-", "_")
    if word not in choices:
        raise ValueError(f"must be one of {', '.join(choices)}")
    return word


_YES, _NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


def _boolean(text: str, _: float) -> bool:
    if text.lower() not in _YES + _NO:
        raise ValueError("must be true or false")
    return text.lower() in _YES


def _integer(text: str, least: float) -> int:
    if not (re.fullmatch(r"[0-9]{1,12}", text) and int(text) >= least):
        raise ValueError(f"must be a whole number of at least {least:.0f}")
    return int(text)


def _seconds(text: str, least: float) -> float:
    """Return a number of seconds, also from `90s` or `2m`."""
    match = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,6})?) ?(s|sec|m|min)?", text)
    seconds = float(match[1]) * (60 if match[2] in ("m", "min") else 1) if match else -1.0
    if seconds < least:
        raise ValueError(f"must be a number of seconds from {least:.0f} to 999999, for example 90 or 2m")
    return seconds


def _list(text: str, _: float) -> tuple[str, ...]:
    """Return the items of a JSON list, or else of a list separated by commas and line breaks."""
    try:
        items = json.loads(text) if text.startswith("[") else None
    except (ValueError, RecursionError):
        items = None
    if isinstance(items, list) and all(isinstance(item, str | int | float) for item in items):
        return tuple(str(item) for item in items if str(item).strip())
    return tuple(item.strip() for item in re.split(r"[,\n]", text) if item.strip())


def _text(text: str, _: float) -> str:
    return text


_PARSERS: Mapping[type, Callable[[str, float], object]] = {
    bool: _boolean,
    int: _integer,
    float: _seconds,
    tuple: _list,
    str: _text,
}


PREFIX = "PLUGIN_"
_MAX_SHOWN = 80


def read_settings(environ: Mapping[str, str]) -> tuple[Settings, tuple[SettingsError, ...]]:
    """Return the settings and all errors in them; an invalid setting has its default. Empty means unset."""
    texts, problems = _texts(environ)
    values: dict[str, object] = {}
    for field in fields():
        text = texts.get(field.name) or environ.get(field.variable, "").strip()
        if text:
            try:
                values[field.name] = value_of(text, field)
            except ValueError as error:
                value = "" if field.secret or "-----BEGIN" in text else f" is {_shown(text)}, and"
                problems.append(SettingsError(f"setting `{field.name}`{value} {error}"))
    try:
        values["notify"] = resolved(values.get("notify", ()), values.get("notify_urls", ()))  # type: ignore[arg-type]
    except ValueError as error:
        del values["notify"]
        problems.append(SettingsError(f"setting `notify` {error}"))
    return Settings(**values), tuple(problems)  # type: ignore[arg-type]  # each value was parsed by its field's type


def _texts(environ: Mapping[str, str]) -> tuple[dict[str, str], list[SettingsError]]:
    """Return the texts by the names of settings, with aliases and spellings resolved."""
    names = {name: field.name for field in fields() for name in (field.name, *field.aliases)}
    texts: dict[str, str] = {}
    problems: list[SettingsError] = []
    for variable in sorted(environ):
        text = environ[variable].strip()
        if not (variable.startswith(PREFIX) and text):
            continue
        spelling = variable.removeprefix(PREFIX).lower().replace("-", "_").replace(".", "_")
        name = names.get(spelling)
        if name is None:
            problems.append(_unknown(spelling, text))
        elif texts.setdefault(name, text) != text:
            problems.append(SettingsError(f"setting `{name}` is set twice: `{spelling}` has another value"))
    return texts, problems


def _unknown(name: str, text: str) -> SettingsError:
    """Return the error for an unknown setting, without its value if that may be a secret."""
    from difflib import get_close_matches  # late: hardly ever needed

    known = {name: field for field in fields() for name in (field.name, *field.aliases)}
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    hidden = bool(_MAYBE_SECRET.search(name)) or any(known[match].secret for match in close)
    value = "" if hidden else f" (value {_shown(text)})"
    hint = f"did you mean `{close[0]}`?" if close else f"known settings: {', '.join(field.name for field in fields())}"
    shown = "".join(sign if sign.isprintable() else "?" for sign in name[:_MAX_SHOWN])
    return SettingsError(f"setting `{shown}`{value} is unknown; {hint}")


_MAYBE_SECRET = re.compile(r"to?k|secr|pass|pw|key|cred|auth")


def _shown(text: str) -> str:
    return repr(cut(text, _MAX_SHOWN))


def secret_values(settings: Settings) -> Iterator[str]:
    """Yield the values of the secret settings, and the URLs of channels with their parts."""
    for field in fields():
        value = getattr(settings, field.name) if field.secret else ""
        if isinstance(value, str) and value:
            yield value
    for channel in (*settings.notify_urls, *(channel for rule in settings.notify for channel in rule.to)):
        yield from secret_parts(channel.url)
