"""docs/forges.md agrees with the code."""

from pathlib import Path

import pytest

from plugin.forges import FORGES

PAGE = (Path(__file__).parents[3] / "docs" / "forges.md").read_text("utf-8")


def rows(kind: str) -> list[str]:
    return [line for line in PAGE.split("\n") if line.startswith("| ") and f"`{kind}`" in line]


@pytest.mark.parametrize("kind", FORGES)
def test_comment_sizes_are_documented(kind: str) -> None:
    size = FORGES[kind].comment_format.size
    assert [f"{size.most:,} {size.measure}" in row for row in rows(kind)] == [True]


def test_support_for_pushes_is_documented() -> None:
    assert {kind for kind, forge in FORGES.items() if not hasattr(forge, "find_pull_request")} == {"gogs"}
    assert {kind for kind, forge in FORGES.items() if not hasattr(forge, "set_status")} == {"gogs"}
    assert {kind for kind, forge in FORGES.items() if hasattr(forge, "commit")} == {"github", "bitbucket"}
    assert "comments on the commit (GitHub, Bitbucket Cloud)" in PAGE
    assert "(all but Gogs)" in PAGE
