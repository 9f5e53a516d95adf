"""Every format of every sample report equals its golden file; `make regenerate` writes the files."""

import pytest

from tests.render.regenerate import FOLDER, goldens

EXPECTED = goldens()


@pytest.mark.parametrize("name", EXPECTED)
def test_golden(name: str) -> None:
    assert EXPECTED[name] == FOLDER.joinpath(name).read_text("utf-8")


def test_every_golden_file_has_a_sample() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(EXPECTED)
