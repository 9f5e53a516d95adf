"""Dataclasses that cannot be changed, for a program whose whole run takes a fifth of a second.

`dataclass(frozen=True, slots=True)` compiles six methods for every class. For the 55 classes of `analyze`, that took a
third of the time before it read the first line of a log. Here, the classes share all methods but `__init__`.
"""

import dataclasses
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

_Instance = TypeVar("_Instance")


@dataclass_transform(frozen_default=True, field_specifiers=(dataclasses.field,))
def frozen(cls: type[_Instance]) -> type[_Instance]:
    """Return what `dataclass(frozen=True, slots=True)` would return."""
    for name in ("__eq__", "__hash__", "__repr__", "__setattr__", "__delattr__"):
        setattr(cls, name, vars(_Frozen)[name])
    made: Any = dataclasses.dataclass(slots=True, eq=False, repr=False)(cls)
    compared = (field.name for field in dataclasses.fields(made) if field.compare)
    made.__compared__ = attrgetter("__class__", *compared)  # it needs one name, and a class may have no fields
    return made  # type: ignore[no-any-return]


class _Frozen:
    """The shared methods."""

    __compared__: Any
    """Returns the values of the fields that count for equality."""

    def __eq__(self, other: object) -> bool:
        return (
            self.__compared__(self) == self.__compared__(other) if other.__class__ is self.__class__ else NotImplemented
        )

    def __hash__(self) -> int:
        return hash(self.__compared__(self))

    def __repr__(self) -> str:
        fields = (f"{field.name}={getattr(self, field.name)!r}" for field in _fields(self) if field.repr)
        return f"{type(self).__qualname__}({', '.join(fields)})"

    def __setattr__(self, name: str, value: object) -> None:
        if hasattr(self, name):  # `__init__` sets each field once
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _fields(instance: Any) -> tuple[dataclasses.Field[Any], ...]:
    return dataclasses.fields(instance)
