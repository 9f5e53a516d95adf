"""Redaction never raises: it returns clean text without the secret, or a mask."""

import base64
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from plugin.logs.readable import LazyLog, readable
from plugin.logs.redact import matcher as module
from plugin.logs.redact.entries import SecretPattern, secret_patterns
from plugin.logs.redact.redactor import FAILED, Redactor
from plugin.logs.redact.variables import secrets_of
from tests.log_cleaning.secrets_made import filled

BEGINS = sorted({begin for pattern in secret_patterns() for begin in pattern.begins})
ENCODED = st.tuples(st.sampled_from(BEGINS), st.binary(max_size=40)).map(
    lambda parts: base64.b64encode(parts[0].encode() + parts[1]).decode()
)
"""Base64 that begins like a token. CI systems often print such values."""
PIECES = st.sampled_from(["=", "==", "\n", "\\n", ":", '"', "'", " ", "%3D", "-----BEGIN PRIVATE KEY-----", "\x1b[0m"])
WORDS = st.sampled_from(
    ["TOKEN", "password", "Authorization: Bearer ", "https://u:p@h", "api_key", "client-key-data: "]
)
CUT = ENCODED.flatmap(lambda text: st.integers(0, len(text)).map(lambda at: text[at:]))
TEXTS = st.lists(st.one_of(st.text(max_size=20), ENCODED, CUT, PIECES, WORDS), max_size=12).map("".join)
"""Names of branches and steps, messages of servers: untrusted text."""


@settings(max_examples=40, deadline=None)
@given(TEXTS)
@example("=cHlwaS")
@example("TOKEN_B64=Z2hwXw")
def test_any_name_or_message_is_redacted(text: str) -> None:
    shown = Redactor().text(text)
    assert FAILED not in shown
    assert FAILED not in Redactor().text(shown)  # a second pass may mask more, where a mask changed what is around it


@settings(max_examples=40, deadline=None)
@given(TEXTS)
def test_any_log_is_redacted(text: str) -> None:
    assert FAILED.encode() not in readable(text, Redactor())
    assert FAILED.encode() not in LazyLog(text, Redactor()).readable()


@pytest.mark.parametrize(
    "kind", [pattern for pattern in secret_patterns() if pattern.begins], ids=lambda pattern: pattern.id
)
@pytest.mark.parametrize("before", ["=", "==", "NAME=", "NAME:=", "\n="])
def test_base64_of_a_known_token_after_an_equals_sign_is_redacted(kind: SecretPattern, before: str) -> None:
    encoded = base64.b64encode(filled(kind.example).encode()).decode()
    for text in (before + encoded, before + encoded[:7], before + encoded.rstrip("=")):
        assert FAILED not in Redactor().text(text)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=30), max_size=5), TEXTS)
def test_any_secret_values_are_accepted(values: list[str], text: str) -> None:
    shown = Redactor(values).text(f"{text}\n{' '.join(values)}")
    assert FAILED not in shown


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.text(max_size=20), st.text(max_size=40), max_size=5))
@example({"A_URL": "http://[::1@x"})
def test_any_environment_is_accepted(environ: dict[str, str]) -> None:
    Redactor(secrets_of(environ))


STAGES: dict[str, Callable[[str, Redactor], str]] = {
    "a name": lambda text, redact: redact.text(text),
    "clean text": lambda text, redact: redact(text.encode()).decode(),
    "a log": lambda text, redact: readable(text, redact).decode(),
    "a part of a log": lambda text, redact: LazyLog(text, redact).readable().decode(),
}


@pytest.mark.parametrize("stage", STAGES)
def test_a_text_whose_redaction_fails_is_masked_whole(stage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_text: bytes) -> None:
        raise RuntimeError("a stage failed")

    monkeypatch.setattr(module, "find_secrets", fail)
    assert STAGES[stage]("one\ntwo 9sKq7xZ2mVb4\n", Redactor()) == f"{FAILED}\n\n"
