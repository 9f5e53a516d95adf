"""Records are parsed fast, and entry by entry where a server's JSON is not valid."""

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


def test_records_have_the_requested_fields_only() -> None:
    assert read(b'[{"proc": "test", "pos": 0, "out": "+ make\\n"}, {"out": "\\ud83d\\ude00"}]') == [
        ("+ make\n", 0),
        ("😀", None),
    ]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (b'{"out": "\\ud800"}', ("\ud800", None)),
        (b'{"out": "\xed\xa0\x80"}', ("\ud800", None)),
        (b'{"out": "a", "pos": NaN}', ("a", pytest.approx(float("nan"), nan_ok=True))),
        (b'{"out": "a", "pos": 1e999}', ("a", float("inf"))),
        (b'{"out": "a", "pos": 123456789012345678901234567890}', ("a", 123456789012345678901234567890)),
    ],
)
def test_unusual_entry_and_its_neighbors_are_read(entry: bytes, expected: tuple[object, object]) -> None:
    assert read(b'[{"out": "before"}, ' + entry + b', {"out": "after"}]') == [
        ("before", None),
        expected,
        ("after", None),
    ]


def test_entries_that_are_no_objects_are_left_out() -> None:
    assert read(b'[null, 1, "text", [], {"out": "a"}]') == [("a", None)]


@pytest.mark.parametrize("body", [b"null", b"[]", b"{}", b'"text"', b"1"])
def test_value_that_is_no_list_has_no_records(body: bytes) -> None:
    assert read(body) == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_json_in_other_encodings_is_read(encoding: str) -> None:
    assert read(json.dumps([{"out": "héllo"}]).encode(encoding)) == [("héllo", None)]


@pytest.mark.parametrize(
    "body", [b"", b"[", b'[{"out": "a"}', b'[{"out": "\xff"}]', b"[" * 100_000, b'[{"out": ' + b"[" * 100_000]
)
def test_body_that_is_not_json_raises(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(body)
