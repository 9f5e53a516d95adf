"""Classes with the interface of frozen dataclasses, for a program whose whole run takes a tenth of a second.

Importing `dataclasses` takes 9 ms, because it imports `inspect`, and each of its classes 0.2 ms, because it compiles
their methods. Here, the classes share their methods. `dataclasses` is imported only when a function of it is called
with one of the classes.
"""

from operator import attrgetter

__all__ = ["field", "frozen", "replace"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    import dataclasses
    from collections.abc import Callable
    from dataclasses import field, replace
    from typing import Any, TypeVar, dataclass_transform

    _Instance = TypeVar("_Instance")
else:

    def field(**options):
        """Return a field with the options of `dataclasses.field`."""
        return _Field(**options)

    def replace(instance, /, **changes):
        """Return a copy with some fields changed, as `dataclasses.replace` does."""
        cls = instance.__class__
        if not hasattr(cls, "__frozen_fields__"):
            from dataclasses import replace as standard  # late: see above

            return standard(instance, **changes)
        return cls(**{name: getattr(instance, name) for name in cls.__match_args__} | changes)

    def dataclass_transform(**_):
        """Return a decorator that does nothing. That of `typing` is for type checkers only."""
        return lambda decorator: decorator


_NONE = object()
"""The default of a field without one."""


class _Field:
    """One field of a frozen class."""

    __slots__ = ("compare", "default", "default_factory", "init", "name", "repr")

    def __init__(
        self,
        default: object = _NONE,
        default_factory: "Callable[[], object] | None" = None,
        *,
        init: bool = True,
        repr: bool = True,  # noqa: A002 — its name in `dataclasses.field`
        compare: bool = True,
    ) -> None:
        self.name = ""
        self.default = default
        self.default_factory = default_factory
        self.init = init
        self.repr = repr
        self.compare = compare

    def standard(self) -> "Any":
        """Return the field of `dataclasses`."""
        import dataclasses  # late: see above

        default = {"default": self.default} if self.default is not _NONE else {}
        factory = {"default_factory": self.default_factory} if self.default_factory else {}
        options: dict[str, Any] = {**default, **factory}
        return dataclasses.field(init=self.init, repr=self.repr, compare=self.compare, **options)


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: "type[_Instance]") -> "type[_Instance]":
    """Return the class as `dataclass(frozen=True, slots=True)` would return it. Its base classes have no fields."""
    body = {name: value for name, value in vars(cls).items() if name not in ("__dict__", "__weakref__")}
    fields = [_named(name, body.pop(name, _NONE)) for name in body.get("__annotations__", ())]
    body |= _SHARED
    body["__frozen_fields__"] = tuple(fields)
    body["__slots__"] = tuple(one.name for one in fields)
    body["__match_args__"] = tuple(one.name for one in fields if one.init)
    compared = (one.name for one in fields if one.compare)
    body["__compared__"] = attrgetter("__class__", *compared)  # it needs one name, and a class may have no fields
    body["__doc__"] = cls.__doc__ or cls.__name__
    metaclass: Any = type(cls)
    return metaclass(cls.__name__, cls.__bases__, body)  # type: ignore[no-any-return]


def _named(name: str, default: object) -> _Field:
    made = default if isinstance(default, _Field) else _Field(default)
    made.name = name
    return made


class _StandardFields:
    """The fields in which the functions of `dataclasses` recognize a dataclass, made when one of them asks."""

    def __get__(self, _instance: object, owner: "Any") -> "dict[str, dataclasses.Field[Any]]":
        from dataclasses import dataclass  # late: see above

        body = {one.name: one.standard() for one in owner.__frozen_fields__}
        made: Any = dataclass(type(owner.__name__, (), {**body, "__annotations__": owner.__annotations__}))
        fields: dict[str, dataclasses.Field[Any]] = made.__dataclass_fields__
        owner.__dataclass_fields__ = fields
        return fields


class _Frozen:
    """The shared methods."""

    __dataclass_fields__ = _StandardFields()
    __frozen_fields__: "tuple[_Field, ...]"
    __match_args__: "tuple[str, ...]"
    __compared__: "Any"
    """Returns the values of the fields that count for equality."""

    def __init__(self, *values: object, **named: object) -> None:
        arguments = _by_name(self.__match_args__, values, named) if values else named
        for one in self.__frozen_fields__:
            if one.init and one.name in arguments:
                _set(self, one.name, arguments.pop(one.name))
            elif one.default is not _NONE:
                _set(self, one.name, one.default)
            elif one.default_factory:
                _set(self, one.name, one.default_factory())
            elif one.init:
                raise TypeError(f"{type(self).__name__} needs the argument {one.name!r}")
        if arguments:
            raise TypeError(f"{type(self).__name__} has no field {next(iter(arguments))!r}")
        if hasattr(self, "__post_init__"):
            self.__post_init__()

    def __eq__(self, other: object) -> bool:
        return (
            self.__compared__(self) == self.__compared__(other) if other.__class__ is self.__class__ else NotImplemented
        )

    def __hash__(self) -> int:
        return hash(self.__compared__(self))

    def __repr__(self) -> str:
        fields = (f"{one.name}={getattr(self, one.name)!r}" for one in self.__frozen_fields__ if one.repr)
        return f"{type(self).__qualname__}({', '.join(fields)})"

    def __setattr__(self, name: str, value: object) -> None:
        if hasattr(self, name):  # `copy` and `pickle` set each field once
            raise _frozen_error(f"cannot assign to field {name!r}")
        _set(self, name, value)

    def __delattr__(self, name: str) -> None:
        raise _frozen_error(f"cannot delete field {name!r}")


def _by_name(names: "tuple[str, ...]", values: "tuple[object, ...]", named: "dict[str, object]") -> "dict[str, object]":
    """Return all arguments by the names of the fields. Raise TypeError."""
    positional = dict(zip(names, values, strict=False))
    if len(values) > len(names) or not named.keys().isdisjoint(positional):
        raise TypeError(f"too many arguments for the fields {', '.join(names)}")
    return positional | named


def _frozen_error(message: str) -> Exception:
    from dataclasses import FrozenInstanceError  # late: see above

    return FrozenInstanceError(message)


_set = object.__setattr__
_NOT_SHARED = ("__module__", "__dict__", "__weakref__", "__doc__", "__annotations__")
_SHARED = {name: value for name, value in vars(_Frozen).items() if name not in _NOT_SHARED}
