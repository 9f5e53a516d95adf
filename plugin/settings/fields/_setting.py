"""One setting: a dataclass field whose metadata is its documentation."""

import dataclasses
from collections.abc import Callable
from types import MappingProxyType
from typing import Any


def setting(
    default: object,
    doc: str,
    *,
    example: str,
    aliases: tuple[str, ...] = (),
    variable: str = "",
    least: float = 0,
    secret: bool = False,
    parse: Callable[[str], object] | None = None,
    kind: str = "",
) -> Any:
    """Return a field with its documentation. `variable` is read where the setting is not set.

    `parse` replaces the parser of the field's type, `kind` the name of the type in the documentation.
    """
    metadata = {
        "doc": doc,
        "example": example,
        "aliases": aliases,
        "variable": variable,
        "least": least,
        "secret": secret,
        "parse": parse,
        "kind": kind,
    }
    return dataclasses.field(default=default, repr=not secret, metadata=MappingProxyType(metadata))
