"""Expressions in the data files: lists of alternatives, and texts that they name."""

from collections.abc import Iterator

import pytest

from plugin.extract import documents
from plugin.extract.documents import documents_from_yaml


def test_list_of_alternatives_is_one_expression(monkeypatch: pytest.MonkeyPatch) -> None:
    text = """
    parts: {NUMBER: '\\d+'}
    late: {flags: i, any: [timed out, 'after {NUMBER} s']}
    rules: [{category: timeout, match: {any: [slow, late]}}]
    """
    monkeypatch.setattr(documents, "_DOCUMENTS", ("title.yaml",))
    monkeypatch.setattr("plugin.compiled_data.read", lambda _: text.encode())
    assert documents_from_yaml() == {
        "title.yaml": {"late": r"(?i)timed out|after \d+ s", "rules": [{"category": "timeout", "match": "slow|late"}]}
    }


def test_every_list_of_alternatives_is_read() -> None:
    assert [keys for keys in _keys(documents_from_yaml()) if "any" in keys] == []


def _keys(value: object) -> Iterator[list[str]]:
    if isinstance(value, dict):
        yield list(value)
        for inner in value.values():
            yield from _keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner)
