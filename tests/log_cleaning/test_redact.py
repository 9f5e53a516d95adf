"""Known values are masked in every printed form, and nothing else is."""

import base64
import html
import json
import re
import shlex
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.logs.readable import readable
from plugin.logs.redact.redactor import Redactor, worth_hiding

VALUE = 'p@ss/w0rd & "more" <$HOME> it\'s+50%'
PLAIN = "9sKq7xZ2mVb4"


def shell_single(value: str) -> str:
    return value.replace("'", "'\\''")


DRESSES: list[Callable[[str], str]] = [
    str,
    lambda value: quote(value, safe=""),
    quote,
    quote_plus,
    lambda value: re.sub("%..", lambda code: code[0].lower(), quote(value)),
    json.dumps,
    lambda value: json.dumps(value).replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e"),
    lambda value: json.dumps(value, ensure_ascii=False).replace("/", r"\/"),
    shlex.quote,
    shell_single,
    html.escape,
    lambda value: value.encode().hex(),
    lambda value: value.encode().hex().upper(),
    lambda value: base64.b64encode(value.encode()).decode(),
    lambda value: base64.b64encode(b"u:" + value.encode()).decode(),
    lambda value: base64.b64encode(b"me:" + value.encode() + b"\n").decode(),
    lambda value: base64.urlsafe_b64encode(value.encode()).decode(),
]


@pytest.mark.parametrize("value", [VALUE, PLAIN, "größe-und-ß-日本", "a\\b\tc\\\\d e"])
@pytest.mark.parametrize("dress", DRESSES)
def test_every_printed_form_is_masked(value: str, dress: Callable[[str], str]) -> None:
    text = f"before\nlogin with {dress(value)} now\nafter\n"
    shown = readable(text, Redactor([value])).decode()
    assert "[redacted]" in shown
    assert shown.startswith("before\nlogin with ")
    assert shown.endswith("now\nafter\n")
    assert value not in shown
    assert dress(value)[3:-4] not in shown


@pytest.mark.parametrize("at", range(1, len(PLAIN)))
@pytest.mark.parametrize("wrap", ["\n", "\r\n", "\n    ", "\x1b[0m\n\x1b[31m"])
def test_a_value_is_masked_over_a_line_wrap(at: int, wrap: str) -> None:
    text = f"token {PLAIN[:at]}{wrap}{PLAIN[at:]} end"
    assert readable(text, Redactor([PLAIN])) == b"token [redacted]\n end"


def test_base64_in_lines_of_76_columns_is_masked() -> None:
    value = "s3cr3t-" * 20
    shown = readable(base64.encodebytes(value.encode()).decode(), Redactor([value])).decode()
    assert shown.count("\n") == base64.encodebytes(value.encode()).count(b"\n")
    assert "czNj" not in shown
    assert "[redacted]" in shown


@pytest.mark.parametrize(
    "colored",
    [
        "\x1b[31m" + PLAIN + "\x1b[0m",
        "".join(f"\x1b[3{at % 8}m{character}" for at, character in enumerate(PLAIN)),
        f"xxxx\r{PLAIN}",
        PLAIN[:4] + "\x00" + PLAIN[4:],
        PLAIN[:4] + "y\b" + PLAIN[4:],
    ],
)
def test_a_colored_value_is_masked(colored: str) -> None:
    assert readable(f"{colored}\n", Redactor([PLAIN])) == b"[redacted]\n"


def test_each_line_of_a_value_of_several_lines_is_masked() -> None:
    key = "-----BEGIN DEMO-----\nMIIEpAIBAAKCAQEA7bq98k2Z\n}\n  iRiOoPaSeWqXzCyVbUnMlKI\n-----END DEMO-----\n"
    shown = readable(
        f"+ cat key\nMIIEpAIBAAKCAQEA7bq98k2Z\n}}\n| iRiOoPaSeWqXzCyVbUnMlKI\n{key}", Redactor([key])
    ).decode()
    assert "MIIE" not in shown
    assert "iRiO" not in shown
    assert "\n}\n" in shown


def test_a_long_value_is_masked_to_its_end() -> None:
    value = "".join(f"{number:04}-" for number in range(1000))
    shown = readable(f"<{value}>", Redactor([value])).decode()
    assert set(shown.replace("[redacted]", "")) == {"<", ">"}


def test_the_longer_of_two_values_is_masked_whole() -> None:
    assert Redactor(["hunter2", "hunter2hunter3"])(b"x hunter2hunter3 y hunter2") == b"x [redacted] y [redacted]"


def test_a_short_value_is_masked_as_a_word_only() -> None:
    redact = Redactor(["ab1x"])
    assert redact(b"ab1x cab1xs (ab1x)") == b"[redacted] cab1xs ([redacted])"


@pytest.mark.parametrize(
    "value", ["", " ", "x", "abc", "true", "master", "12345", "*****", "x-oauth-basic", "Password", "-----"]
)
def test_common_words_and_short_values_are_not_masked(value: str) -> None:
    text = f"the {value} of master is true, Password 12345 x-oauth-basic\n".encode()
    assert Redactor([value])(text) == text
    assert not worth_hiding(value)


def test_hundreds_of_values_are_masked_at_once() -> None:
    values = [f"v{number:03}-{number * 7919:08x}-{number * 104729:08x}" for number in range(400)]
    shown = Redactor(values)("\n".join(values).encode())
    assert set(shown.split(b"\n")) == {b"[redacted]"}


def test_names_and_messages_are_cleaned_and_masked() -> None:
    assert Redactor([PLAIN]).text(f"step \x1b[31m{PLAIN}\x1b[0m \ud800 failed") == "step [redacted] \ufffd failed"


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="[]"), min_size=8, max_size=40).filter(
        worth_hiding
    ),
    st.binary(max_size=60),
    st.binary(max_size=60),
)
def test_any_value_is_masked_in_any_bytes(value: str, before: bytes, after: bytes) -> None:
    redact = Redactor([value])
    raw = before + b" " + value.encode() + b" " + after
    text = readable(raw, redact)
    assert value not in text.decode()
    assert readable(text, redact) == text
