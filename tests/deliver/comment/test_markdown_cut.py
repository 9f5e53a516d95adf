"""What is cut from a comment closes what it opened, and nothing else."""

from plugin.deliver.comment.markdown_cut import closed, cut


def test_fold_that_is_cut_is_closed() -> None:
    text = "<details><summary>Log</summary>\n\nfirst\n\nsecond\n\n</details>"
    assert cut(text, 3).count("</details>") == 1
    assert closed(text) == text


def test_fold_in_a_code_span_is_text() -> None:
    text = "**Hint:** `<details>`&#96;`[` and ``a ` <details>``\n\nsecond\n\nthird"
    assert "</details>" not in cut(text, 2)
    assert "</details>" not in closed(text)
