"""The properties that are fuzzed, on the whole corpus and on mutations of it that Hypothesis makes."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools.fuzz.targets import TARGETS

CORPUS = Path(__file__).parent.parent / "tools" / "fuzz" / "corpus"
EXAMPLES = 25
FRAGMENTS = (
    b"\n",
    b"\n\n",
    b"error: ",
    b"\x1b[31m",
    b"\r",
    b"\b",
    b"```",
    b"<!-- ",
    b"[[",
    b"\xff",
    b"a" * 300,
    b"null",
    b"{}",
)


def corpus_of(target: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted((CORPUS / target).iterdir())]


def test_every_target_has_a_corpus_and_every_corpus_a_target() -> None:
    assert {folder.name for folder in CORPUS.iterdir()} == set(TARGETS)


@pytest.mark.parametrize("target", TARGETS)
def test_the_property_holds_for_the_whole_corpus(target: str) -> None:
    for data in corpus_of(target):
        TARGETS[target](data)


@pytest.mark.parametrize("target", TARGETS)
def test_the_property_holds_for_mutations_of_the_corpus(target: str) -> None:
    """The inputs are pieces of the corpus, joined with random bytes."""
    pieces = st.sampled_from(corpus_of(target)).flatmap(
        lambda data: st.tuples(st.integers(0, len(data)), st.integers(0, len(data))).map(
            lambda ends: data[min(ends) : max(ends)]
        )
    )
    inputs = st.lists(st.one_of(pieces, st.binary(max_size=40), st.sampled_from(FRAGMENTS)), max_size=5).map(b"".join)

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(inputs)
    def holds(data: bytes) -> None:
        TARGETS[target](data)

    holds()
