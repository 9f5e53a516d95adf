"""Entries of patterns.yaml: each finds its example, however it is printed, and leaves similar text unchanged."""

import base64
import re
from collections import Counter
from pathlib import Path

import pytest
import re2
import yaml

from plugin.logs.readable import readable
from plugin.logs.redact.entries import CATALOGUE, FRAGMENTS, SecretPattern, secret_patterns, wrapping
from plugin.logs.redact.matcher import find_secrets
from plugin.logs.redact.redactor import Redactor
from plugin.logs.redact.regex import compiled
from tests.log_cleaning.secrets_made import filled, made

PATTERNS = secret_patterns()
TOKENS = [pattern for pattern in PATTERNS if pattern.wraps and "(?P<" not in pattern.match]
BEGINNING = [
    pattern
    for pattern in PATTERNS
    if any(pattern.example.startswith(begin) and len(begin) >= 4 for begin in pattern.begins)
]


def entry_id(pattern: SecretPattern) -> str:
    return pattern.id


def redacted(text: str) -> str:
    return readable(text, Redactor()).decode()


def test_there_are_at_least_40_entries_with_unique_ids() -> None:
    assert len(PATTERNS) >= 40
    names = re.findall(r"(?m)^([a-z0-9-]+):$", Path(CATALOGUE).read_text())
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert names == [pattern.id for pattern in PATTERNS]


def test_entries_have_only_known_fields() -> None:
    known = {"match", "unless", "begins", "has", "names", "words", "reach", "wraps", "example", "misses"}
    known |= {"detect", "line_test", "random", "not_named"}
    entries = yaml.safe_load(Path(CATALOGUE).read_text())
    del entries[FRAGMENTS]
    assert {field for entry in entries.values() for field in entry} <= known


@pytest.mark.parametrize("pattern", PATTERNS, ids=entry_id)
def test_every_entry_has_literals_misses_and_an_example_that_matches(pattern: SecretPattern) -> None:
    assert pattern.literals() or pattern.detect, f"{pattern.id} has none of begins, has, names, words"
    assert pattern.misses, f"{pattern.id} has no `misses`"
    assert compiled(pattern.pattern).search(filled(pattern.example).encode())


DRESSES = (
    "{}",
    "\n{}\n",
    "\x1b[31m{}\x1b[0m",
    "error: could not push with {} to the server",
    "12:00 | x='{}'",
    "größer {} ✔",
)


def has_a_line_of_its_own(pattern: SecretPattern) -> bool:
    return "^" in pattern.match[:6]


@pytest.mark.parametrize(
    ("pattern", "dress"),
    [(pattern, dress) for pattern in PATTERNS for dress in DRESSES[: 3 if has_a_line_of_its_own(pattern) else None]],
    ids=lambda value: value.id if isinstance(value, SecretPattern) else value[:10].encode("unicode_escape").decode(),
)
def test_the_example_is_masked(pattern: SecretPattern, dress: str) -> None:
    text = dress.format(filled(pattern.example))
    shown = redacted(text)
    assert "[redacted:" in shown
    assert shown.count("\n") == text.count("\n")
    assert [part for part in made(pattern.example) if part in shown] == []


@pytest.mark.parametrize("pattern", PATTERNS, ids=entry_id)
def test_a_colored_example_is_masked(pattern: SecretPattern) -> None:
    text = filled(pattern.example)
    colored = "".join(f"\x1b[1;3{at % 8}m{character}\x1b[0m" for at, character in enumerate(text) if character != "\n")
    assert "[redacted:" in redacted(colored if "\n" not in text else text.replace("KEY", "\x1b[1mKEY\x1b[m"))


@pytest.mark.parametrize("pattern", TOKENS, ids=entry_id)
def test_a_token_that_is_wrapped_anywhere_is_masked(pattern: SecretPattern) -> None:
    secret = find_secrets(filled(pattern.example).encode())[0]
    token = filled(pattern.example)[secret.start : secret.end]
    literals = [literal for literal in (*pattern.begins, *pattern.has, *pattern.words) if literal in token]
    for at in range(1, len(token)):
        if pattern.begins or not any(
            token.find(literal) < at < token.find(literal) + len(literal) for literal in literals
        ):
            text = f"pushing with {token[:at]}\n{token[at:]} failed\n"
            shown = redacted(text)
            assert shown.count("\n") == 2
            assert "[redacted:" in shown, f"wrapped after {at} characters"
            rest = re.sub(r"\[redacted:[a-z-]+\]", "", shown)
            assert at < 8 or token[:at] not in rest
            assert at > len(token) - 16 or token[at:][:12] not in rest


@pytest.mark.parametrize("pattern", BEGINNING, ids=entry_id)
@pytest.mark.parametrize("before", ["", "=", "u:", "demo:"])
def test_base64_of_a_token_is_masked(pattern: SecretPattern, before: str) -> None:
    encoded = base64.b64encode(f"{before}{filled(pattern.example)}".encode()).decode()
    shown = redacted(f'  "data": "{encoded}"')
    assert "[redacted:" in shown
    assert encoded[8:24] not in shown


@pytest.mark.parametrize("pattern", PATTERNS, ids=entry_id)
def test_similar_texts_are_unchanged(pattern: SecretPattern) -> None:
    for miss in map(filled, pattern.misses):
        assert redacted(miss) == miss
        assert redacted(f"see {miss} there") == f"see {miss} there"


@pytest.mark.parametrize(
    "text",
    [
        "commit 3f786850e387550fdab836ed7e6dc881de23001b",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==",
        "id: 123e4567-e89b-42d3-a456-556642440000",
        "src/main/java/org/example/token/TokenAuthenticationProviderTest.java:42: error: ';' expected",
        "Unexpected token } in JSON at position 4096",
        "SyntaxError: Unexpected token: punc (;)",
        "lexer.go:17:3: undefined: token.IDENT",
        "token = self._next_token()",
        "password=password, token=token, secret=None",
        "assert user.password == hash_password(password)",
        "Enter passphrase for key '/root/.ssh/id_rsa':",
        "docker pull registry.example.org:5000/demo/app@sha256:" + "ab" * 32,
        "git@github.com:owner/name.git",
        "https://github.com/owner/name/tree/v1.2.3?tab=readme#install",
        "npm WARN deprecated @babel/plugin-proposal-class-properties@7.18.6: use https://example.org/x",
        "-----BEGIN CERTIFICATE-----",
        "export NPM_TOKEN=[secure]",
        "DRONE_NETRC_PASSWORD=******",
        "mkdir -p build/output && cp -p a b",
        "+ mysql --version",
        "curl -u $USER:$PASSWORD https://example.org",
        "max_tokens=4096 token_count: 17",
        "Authorization failed: basic authentication required",
        "key: value, api_version: 2024-01-01",
    ],
)
def test_ordinary_text_is_unchanged(text: str) -> None:
    assert redacted(text) == text


def test_a_private_key_is_masked_whole_and_its_lines_stay() -> None:
    key = "\n".join(
        ["-----BEGIN RSA PRIVATE KEY-----", *["MIIEpAIBAAKCAQEA7bq98k2ZrT9xLmB4vN8cYpD3hG6jFsA5tE1uRiOoPa"] * 50]
    )
    text = f"cat id_rsa\n{key}\n-----END RSA PRIVATE KEY-----\ndone\n"
    shown = redacted(text)
    assert shown.count("\n") == text.count("\n")
    assert "MIIE" not in shown
    assert shown.startswith("cat id_rsa\n[redacted:private-key]\n")
    assert shown.endswith("\ndone\n")


def test_a_private_key_without_an_end_is_masked() -> None:
    body = "MIIEpAIBAAKCAQEA7bq98k2ZrT9xLmB4vN8cYpD3hG6jFsA5tE1uRiOoPa\n" * 3
    shown = redacted(f"-----BEGIN EC PRIVATE KEY-----\n{body}make: *** [deploy] Error 1\n")
    assert "MIIE" not in shown
    assert "make: *** [deploy] Error 1\n" in shown


def test_a_private_key_in_json_is_masked() -> None:
    shown = redacted(
        r'{"private_key": "-----BEGIN PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7bq98k2Z\n-----END PRIVATE KEY-----\n"}'
    )
    assert "MIIE" not in shown


def test_the_first_word_of_the_line_after_a_token_stays() -> None:
    token = filled("ghp_<36>")
    assert redacted(f"x {token}\nexit status 1\n") == "x [redacted:github-token]\nexit status 1\n"


def test_two_secrets_on_a_line_of_a_megabyte_are_masked() -> None:
    token = filled("npm_<36>")
    shown = readable("a " * 600_000 + token + " b" * 600_000 + " " + token, Redactor())
    assert token.encode() not in shown


def test_a_wrapping_pattern_matches_what_the_pattern_matches() -> None:
    pattern = re2.compile(wrapping(r"\bab_[A-Z]{3}[0-9]{2,4}x?(?:y|z)+"))
    for text in ("ab_ABC12y", "ab_ABC1234xz", "a\nb_A\nBC1\n2y"):
        assert pattern.fullmatch(text), text
    for text in ("ab_AB12y", "ab_ABC1y", "ab_ABC12", "ab_ABC12345y"):
        assert not pattern.search(text), text


@pytest.mark.parametrize("line", ["api_key = {}", "token: '{}'", "--password {}", 'new Secret("{}")'])
def test_a_long_value_is_masked_whole(line: str) -> None:
    value = "aB3dE6gH" * 60
    assert "dE6g" not in Redactor()(line.format(value).encode()).decode()
