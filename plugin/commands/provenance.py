"""Find the settings and variables from which the context of a build was read."""

from collections.abc import Callable, Mapping

from plugin.model.context import BuildContext

_PREFIXES = ("DRONE", "CI", "PLUGIN_")

ReadContext = Callable[[Mapping[str, str]], BuildContext]


def sources(environ: Mapping[str, str], read: ReadContext, field: str) -> tuple[str, ...]:
    """Return the names of the variables that decide a field of the context.

    A variable decides the field if its absence changes it. Where several have the same value, and so none decides,
    return those with the value. Variables that decide the kind of server do not count for other fields.
    """
    context = read(environ)
    value = getattr(context, field)
    if not value:
        return ()
    names = [name for name in sorted(environ) if name.startswith(_PREFIXES) and environ[name].strip()]
    decisive = tuple(name for name in names if _decides(name, environ, read, context, field))
    equal = tuple(name for name in names if environ[name].strip().rstrip("/") == str(value))
    prefix = "CI" if (context.server_kind or "").startswith("woodpecker") else "DRONE"
    return decisive or tuple(name for name in equal if name.startswith(prefix)) or equal


def _decides(name: str, environ: Mapping[str, str], read: ReadContext, context: BuildContext, field: str) -> bool:
    without = read({other: text for other, text in environ.items() if other != name})
    if field != "server_kind" and without.server_kind != context.server_kind:
        return False
    return bool(getattr(without, field) != getattr(context, field))
