"""The promises that are fuzzed: on all that the fuzzer kept, and on what hypothesis makes of it anew each time."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools.fuzz.targets import TARGETS

CORPUS = Path(__file__).parent.parent / "tools" / "fuzz" / "corpus"
EXAMPLES = 25
MORSELS = (
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


def kept(target: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted((CORPUS / target).iterdir())]


def test_every_target_has_a_corpus_and_every_corpus_a_target() -> None:
    assert {folder.name for folder in CORPUS.iterdir()} == set(TARGETS)


@pytest.mark.parametrize("target", TARGETS)
def test_the_promise_holds_for_all_that_was_kept(target: str) -> None:
    for data in kept(target):
        TARGETS[target](data)


@pytest.mark.parametrize("target", TARGETS)
def test_the_promise_holds_for_anything(target: str) -> None:
    """Pieces of the corpus, cut and joined with bytes of all sorts."""
    pieces = st.sampled_from(kept(target)).flatmap(
        lambda data: st.tuples(st.integers(0, len(data)), st.integers(0, len(data))).map(
            lambda ends: data[min(ends) : max(ends)]
        )
    )
    inputs = st.lists(st.one_of(pieces, st.binary(max_size=40), st.sampled_from(MORSELS)), max_size=5).map(b"".join)

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(inputs)
    def holds(data: bytes) -> None:
        TARGETS[target](data)

    holds()
