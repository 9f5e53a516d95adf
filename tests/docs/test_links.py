"""Links between the pages of the README and the docs have a target."""

import re
from pathlib import Path

import pytest

from tests.docs.examples import PAGES, ROOT

_LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """Return the anchors that a forge makes of the headings."""
    titles = _HEADING.findall(page.read_text("utf-8"))
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_links_of_the_page_resolve(page: Path) -> None:
    text = re.sub(r"(?ms)^ *```.*?^ *```|`[^`\n]*`", "", page.read_text("utf-8"))
    for link in _LINK.finditer(text):
        target, _, anchor = link["target"].partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        resolved = (page.parent / target).resolve() if target else page
        assert resolved.exists(), link[0]
        if anchor and resolved.suffix == ".md":
            assert anchor in anchors(resolved), link[0]
