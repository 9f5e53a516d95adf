"""Dataclasses that cannot be changed, for a program whose whole run takes a fifth of a second.

`dataclass(frozen=True, slots=True)` compiles six methods for every class. For the 55 classes of `analyze`, that took a
third of the time before it read the first line of a log. Here, the classes share all methods but `__init__`.
"""

import dataclasses
from typing import Any, TypeVar, dataclass_transform

_Instance = TypeVar("_Instance")


@dataclass_transform(frozen_default=True, field_specifiers=(dataclasses.field,))
def frozen(cls: type[_Instance]) -> type[_Instance]:
    """Return what `dataclass(frozen=True, slots=True)` would return."""
    for name in ("__eq__", "__hash__", "__repr__", "__setattr__", "__delattr__"):
        setattr(cls, name, vars(_Frozen)[name])
    return dataclasses.dataclass(slots=True, eq=False, repr=False)(cls)


class _Frozen:
    """The shared methods."""

    def __eq__(self, other: object) -> bool:
        return _compared(self) == _compared(other) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self) -> int:
        return hash(_compared(self))

    def __repr__(self) -> str:
        fields = (f"{field.name}={getattr(self, field.name)!r}" for field in _fields(self) if field.repr)
        return f"{type(self).__qualname__}({', '.join(fields)})"

    def __setattr__(self, name: str, value: object) -> None:
        if hasattr(self, name):  # `__init__` sets each field once
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _compared(instance: object) -> tuple[object, ...]:
    return tuple(getattr(instance, field.name) for field in _fields(instance) if field.compare)


def _fields(instance: Any) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(instance)
