"""Secret values are found in every printed form, however many and however long they are, at bounded cost."""

import base64
import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from plugin.logs.readable import readable
from plugin.logs.redact.redactor import Redactor
from tests.log_cleaning.test_redact import DRESSES, VALUE
from tools.bench.secrets import MOST_MEMORY, MOST_SECONDS

ROOT = Path(__file__).parents[2]
OTHERS = {
    "alone": [],
    "among some": [f"other-{number:06}-{number * 7919:x}" for number in range(200)],
    "among many": [f"other-{number:06}-{number * 7919:x}" for number in range(4_000)],
}
"""Other values than the one that the tests search for. The search for many values uses another algorithm."""
KEY = "\n".join(
    [
        "-----BEGIN PRIVATE KEY-----",
        *(base64.b64encode(bytes((row * 31 + at * 7) % 256 for at in range(48))).decode() for row in range(30)),
        "-----END PRIVATE KEY-----",
    ]
)
BODY = KEY.split("\n")[1:-1]


@pytest.fixture(params=OTHERS, scope="module")
def redact(request: pytest.FixtureRequest) -> Redactor:
    return Redactor([VALUE, KEY, "pAs5w0", *OTHERS[request.param]])


@pytest.mark.parametrize("dress", DRESSES)
def test_a_value_is_masked_in_every_printed_form(redact: Redactor, dress: object) -> None:
    assert callable(dress)
    shown = readable(f"login with {dress(VALUE)} now\n", redact).decode()
    assert shown.startswith("login with ")
    assert shown.endswith("now\n")
    assert dress(VALUE)[3:-4] not in shown


FORMS = {
    "by lines": KEY,
    "in JSON": json.dumps({"key": KEY}),
    "in JSON in JSON": json.dumps(json.dumps({"key": KEY})),
    "in an address": quote(KEY, safe=""),
    "in base64": base64.b64encode(KEY.encode()).decode(),
    "in lines of base64": base64.encodebytes(b"user:" + KEY.encode()).decode(),
    "in hexadecimal": KEY.encode().hex(),
    "indented": KEY.replace("\n", "\n        "),
    "with colors": "".join(
        f"\x1b[3{at % 8}m{letter}\x1b[0m" if letter != "\n" else letter for at, letter in enumerate(KEY)
    ),
    "wrapped": "\n".join(line[:40] + "\n" + line[40:] for line in KEY.split("\n")),
    "wrapped and indented": "\n".join(line[:40] + "\n    " + line[40:] for line in KEY.split("\n")),
    "behind a prefix": "\n".join(f"stdout | {line}" for line in KEY.split("\n")),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_line_of_a_long_value_is_masked(redact: Redactor, form: str) -> None:
    text = FORMS[form]
    shown = readable(f"before\n{text}\nafter\n", redact).decode()
    assert shown.startswith("before\n")
    assert shown.endswith("\nafter\n")
    traces = [line[at : at + 12] for line in text.split("\n") if len(line) > 30 for at in range(10, len(line) - 22, 8)]
    assert [trace for trace in traces if "\x1b" not in trace and trace in shown and "BEGIN" not in trace] == []
    assert [line for line in BODY if line[4:20] in shown] == []


@pytest.mark.parametrize("text", ['"one\\npAs5w0\\ttwo"', "pAs5w0", "(pAs5w0)", "user:pAs5w0@host"])
def test_a_short_value_is_masked_as_a_word(redact: Redactor, text: str) -> None:
    assert readable(text, redact).decode() == text.replace("pAs5w0", "[redacted]")


def test_values_with_the_same_beginning_are_all_masked() -> None:
    values = [f"the-same-beginning-of-all-of-them-{number:05}" for number in range(300)]
    assert set(Redactor(values)("\n".join(values).encode()).split(b"\n")) == {b"[redacted]"}


def test_a_value_of_few_letters_does_not_make_the_search_slow() -> None:
    zeros = "0" * 300 + "1"
    assert Redactor([zeros])(b"0" * 20_000).count(b"0") == 20_000


def cost(case: str) -> tuple[float, float]:
    command = [sys.executable, "-c", f"from tools.bench import secrets; secrets.measure({case!r})"]
    seconds, memory = json.loads(subprocess.run(command, check=True, capture_output=True, cwd=ROOT).stdout)
    return seconds, memory


@pytest.mark.parametrize("case", ["20 service accounts of 2.3 kB", "one of 100 kB", "1,500 of 0.9 kB"])
def test_many_and_long_values_cost_little(case: str) -> None:
    """Each figure of docs/performance.md is measured once."""
    usual, least = cost("none")
    seconds, memory = cost(case)
    assert seconds - usual < MOST_SECONDS
    assert memory - least < MOST_MEMORY
