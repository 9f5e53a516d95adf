"""Records are read fast where a server keeps to the rules, and patiently where it does not: what can be read is."""

import json

import pytest
from msgspec import Struct

from plugin.http.records import records_of
from plugin.http.response import Response


class Entry(Struct):
    out: object = None
    pos: object = None


def read(body: bytes) -> list[tuple[object, object]]:
    return [(entry.out, entry.pos) for entry in records_of(Response(200, {}, body), Entry)]


def test_fields_are_those_wanted() -> None:
    assert read(b'[{"proc": "test", "pos": 0, "out": "+ make\\n"}, {"out": "\\ud83d\\ude00"}]') == [
        ("+ make\n", 0),
        ("😀", None),
    ]


@pytest.mark.parametrize(
    ("strange", "told"),
    [
        (b'{"out": "\\ud800"}', ("\ud800", None)),
        (b'{"out": "\xed\xa0\x80"}', ("\ud800", None)),
        (b'{"out": "a", "pos": NaN}', ("a", pytest.approx(float("nan"), nan_ok=True))),
        (b'{"out": "a", "pos": 1e999}', ("a", float("inf"))),
        (b'{"out": "a", "pos": 123456789012345678901234567890}', ("a", 123456789012345678901234567890)),
    ],
)
def test_a_strange_entry_is_read_and_so_are_its_neighbours(strange: bytes, told: tuple[object, object]) -> None:
    assert read(b'[{"out": "before"}, ' + strange + b', {"out": "behind"}]') == [
        ("before", None),
        told,
        ("behind", None),
    ]


def test_what_is_no_object_is_left_out() -> None:
    assert read(b'[null, 1, "text", [], {"out": "a"}]') == [("a", None)]


@pytest.mark.parametrize("body", [b"null", b"[]", b"{}", b'"text"', b"1"])
def test_what_is_no_list_has_no_records(body: bytes) -> None:
    assert read(body) == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_other_encodings_that_json_may_be_in(encoding: str) -> None:
    assert read(json.dumps([{"out": "héllo"}]).encode(encoding)) == [("héllo", None)]


@pytest.mark.parametrize(
    "body", [b"", b"[", b'[{"out": "a"}', b'[{"out": "\xff"}]', b"[" * 100_000, b'[{"out": ' + b"[" * 100_000]
)
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(body)
