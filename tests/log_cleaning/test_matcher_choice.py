"""A matcher for the entries that a text needs finds what the matcher for all entries finds."""

from pathlib import Path

import pytest

from plugin import compiled_data
from plugin.logs.clean import clean
from plugin.logs.redact.entries import (
    CATALOGUE,
    COMPILED,
    SecretPattern,
    begins_from_yaml,
    encoded_begins,
    from_yaml,
    secret_patterns,
)
from plugin.logs.redact.matcher import Secret, _Matcher, _Matchers
from tests.log_cleaning.secrets_made import filled
from tests.log_cleaning.test_planted import colored, encoded, wrapped

LOGS = sorted((Path(__file__).parents[1] / "logs").rglob("*.log"))[::25]
PATTERNS = secret_patterns()
WHOLE = _Matchers(PATTERNS).whole


def secrets(chosen: _Matcher, text: bytes) -> list[Secret]:
    return [secret for start, end in chosen.windows(text) for secret in chosen.secrets(text, start, end)]


def test_the_compiled_entries_equal_the_yaml_file() -> None:
    assert compiled_data.load(COMPILED, (CATALOGUE,)) is not None
    assert secret_patterns() == from_yaml()
    assert encoded_begins() == begins_from_yaml()


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.id)
def test_an_example_has_the_same_secrets(pattern: SecretPattern) -> None:
    example = filled(pattern.example)
    for text in (example, f"before\n{example}\nafter", clean(colored(example).encode()).decode(), encoded(example)):
        raw = text.encode()
        assert secrets(_Matchers(PATTERNS).for_text(raw), raw) == secrets(WHOLE, raw)
    if pattern.wraps and "(?P<" not in pattern.match:
        raw = wrapped(example).encode()
        assert secrets(_Matchers(PATTERNS).for_text(raw), raw) == secrets(WHOLE, raw)


@pytest.mark.parametrize("log", LOGS, ids=lambda path: path.stem)
def test_a_log_has_the_same_secrets_and_needs_few_entries(log: Path) -> None:
    text = clean(log.read_bytes())
    chosen = _Matchers(PATTERNS).for_text(text)
    assert secrets(chosen, text) == secrets(WHOLE, text)
    assert len(chosen.indexes) < len(PATTERNS) / 2


def test_a_matcher_grows_with_the_texts_and_is_then_the_one_for_all_entries() -> None:
    matchers = _Matchers(PATTERNS)
    texts = [filled(pattern.example).encode() for pattern in PATTERNS if pattern.begins]
    sizes = [len(matchers.for_text(text).indexes) for text in texts]
    assert sizes == sorted(sizes)
    assert len(set(sizes)) <= 5
    assert matchers.for_text(texts[0]) is matchers.whole
