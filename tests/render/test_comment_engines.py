"""The comment as the Markdown engine of each forge renders it: links, folds and blocks, no Markdown left as text."""

import re

import pytest

from plugin.forges import FORGES
from plugin.text.language import LANGUAGES, Language, using
from tests.project import gallery
from tests.render.comments import shown_of
from tests.render.engines import ENGINES, WITHOUT_FOLDS, Page
from tests.render.regenerate import IN_EVERY_LANGUAGE
from tests.render.samples import SAMPLES

LEFTOVERS = re.compile(r"\*\*|####|\]\(|^- |```|</?(?:details|summary|code)>|&(?:lt|#\d+);", re.MULTILINE)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("language", "name"),
    [
        *(("en", name) for name in SAMPLES if name != "test-report"),
        *((language, name) for language in LANGUAGES[1:] for name in IN_EVERY_LANGUAGE),
    ],
)
def test_no_markdown_and_no_html_is_left_as_text(engine: str, language: Language, name: str) -> None:
    """Wide punctuation and characters without spaces around decide, too, what is emphasis."""
    with using(language):
        page = Page(ENGINES[engine](shown_of(SAMPLES[name], plain=engine in WITHOUT_FOLDS)))
    assert page.faults == []
    assert [text for text in page.prose if LEFTOVERS.search(text)] == []


@pytest.mark.parametrize("forge", FORGES)
def test_the_first_failure_is_open_and_the_others_are_folded(forge: str) -> None:
    engine, folds = gallery.ENGINES[forge], FORGES[forge].comment_format.syntax.folds
    rendered = ENGINES[engine](gallery.comment(forge))
    opened, *folded = rendered.split("<details>")
    assert opened.index("<h3") < opened.index("<ul>") < opened.index("<h4") < opened.index("<pre")
    assert opened.count("<pre") == (1 if folds else 2)
    assert len(folded) == (3 if folds else 0)
    assert "! 109 │ E       assert 9 == 12" in opened


@pytest.mark.parametrize("forge", FORGES)
def test_links_lead_to_build_logs_and_source(forge: str) -> None:
    page = Page(ENGINES[gallery.ENGINES[forge]](gallery.comment(forge)))
    assert set(page.addresses) >= {
        "https://drone.example.com/octo/app/3",
        "https://drone.example.com/octo/app/3/1/4",
        "https://drone.example.com/octo/app/3/2/3",
        "https://gitea.example.com/octo/app/src/commit/2f6b7c1d9e/tests/test_cart.py#L31",
        "https://gitea.example.com/octo/app/src/commit/2f6b7c1d9e/src/app.py#L10",
    }
