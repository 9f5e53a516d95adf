"""Frozen classes behave like the frozen dataclasses of the standard library."""

import copy
import dataclasses
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, asdict, dataclass
from typing import Any

import pytest

from plugin.frozen import field, frozen, replace


@frozen
class Ours:
    """An example."""

    name: str
    size: int = 0
    note: str = field(default="", compare=False)
    secret: str = field(default="s", repr=False)
    more: tuple[str, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Standard:
    """The same, from the standard library."""

    name: str
    size: int = 0
    note: str = dataclasses.field(default="", compare=False)
    secret: str = dataclasses.field(default="s", repr=False)
    more: tuple[str, ...] = dataclasses.field(default_factory=tuple)


@pytest.mark.parametrize(
    "result",
    [
        lambda cls: repr(cls("a", more=("b",))).partition("(")[2],
        lambda cls: cls("a") == cls("a", note="other"),
        lambda cls: cls("a") == cls("a", secret="other"),
        lambda cls: cls("a") == ("a",),
        lambda cls: hash(cls("a")) == hash(cls("a", note="other")),
        lambda cls: len({cls("a"), cls("a", note="other"), cls("b")}),
        lambda cls: asdict(replace(cls("a"), size=2)),
        lambda cls: asdict(dataclasses.replace(cls("a"), size=2)),
        lambda cls: [(one.name, one.type, one.repr, one.compare) for one in dataclasses.fields(cls)],
        dataclasses.is_dataclass,
        lambda cls: asdict(copy.deepcopy(cls("a"))),
        lambda cls: asdict(pickle.loads(pickle.dumps(cls("a", 2)))),  # noqa: S301 — written here
        lambda cls: cls.__slots__,
        lambda cls: cls.__match_args__,
        lambda cls: cls.__doc__ is not None,
    ],
)
def test_it_behaves_like_the_standard_one(result: Callable[[type[Any]], object]) -> None:
    assert result(Ours) == result(Standard)


@pytest.mark.parametrize(
    "make",
    [
        lambda cls: cls(),
        lambda cls: cls("a", name="b"),
        lambda cls: cls("a", other="b"),
        lambda cls: cls("a", 1, "", "s", (), "one too many"),
        lambda cls: replace(cls("a"), other="b"),
        lambda cls: dataclasses.replace(cls("a"), other="b"),
    ],
)
@pytest.mark.parametrize("cls", [Ours, Standard])
def test_unusable_arguments_are_an_error(cls: type[Any], make: Callable[[type[Any]], object]) -> None:
    with pytest.raises(TypeError):
        make(cls)


@pytest.mark.parametrize("cls", [Ours, Standard])
def test_no_field_can_be_changed_added_or_deleted(cls: type[Any]) -> None:
    one = cls("a")
    with pytest.raises(FrozenInstanceError):
        one.name = "b"
    with pytest.raises((AttributeError, TypeError)):
        one.other = "b"
    with pytest.raises(FrozenInstanceError):
        del one.name
    assert one.name == "a"


@frozen
class Empty:
    """An example without fields."""


def test_a_class_may_have_no_fields() -> None:
    assert Empty() == Empty()
    assert repr(Empty()) == "Empty()"


@frozen
class Derived:
    """An example with a field that follows from another one."""

    name: str
    upper: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "upper", self.name.upper())


def test_a_field_may_be_made_from_others() -> None:
    assert Derived("a").upper == "A"
    assert replace(Derived("a"), name="b").upper == "B"
