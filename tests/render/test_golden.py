"""Every format of every sample report is what a person has looked at; `python -m tests.render.bless` rewrites them."""

import pytest

from tests.render.bless import FOLDER, goldens

WANTED = goldens()


@pytest.mark.parametrize("name", WANTED)
def test_golden(name: str) -> None:
    assert WANTED[name] == FOLDER.joinpath(name).read_text("utf-8")


def test_no_golden_is_left_over() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(WANTED)
