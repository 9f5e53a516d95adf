"""Pages of figures: `python -m tools.bench --write NAME` replaces the named chapters only."""

from tools.bench.__main__ import CHAPTERS, HEAD, PAGE, page


def test_a_measured_chapter_replaces_the_one_with_its_heading() -> None:
    existing = f"{HEAD}\n## One\n\nold\n\n## Two\n\nkept\n"
    assert page(["## One\n\nnew\n"], existing) == f"{HEAD}\n## One\n\nnew\n\n## Two\n\nkept\n"


def test_a_new_chapter_is_appended() -> None:
    assert page(["## Two\n\nnew\n"], f"{HEAD}\n## One\n\nkept\n").endswith("kept\n\n## Two\n\nnew\n")


def test_the_page_has_the_format_in_which_it_is_written() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page([], text) == text
    written_by_hand = text.count("\n## Requests to the CI server\n")  # tests/ci/test_requests.py asserts that chapter
    assert text.count("\n## ") == len(CHAPTERS) + written_by_hand
