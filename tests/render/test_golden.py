"""Every format of every sample report is as reviewed; `python -m tests.render.regenerate` rewrites the files."""

import pytest

from tests.render.regenerate import FOLDER, goldens

WANTED = goldens()


@pytest.mark.parametrize("name", WANTED)
def test_golden(name: str) -> None:
    assert WANTED[name] == FOLDER.joinpath(name).read_text("utf-8")


def test_no_golden_is_left_over() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(WANTED)
