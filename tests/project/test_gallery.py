"""docs/gallery.md shows every view, and its Markdown does not break the page."""

from pathlib import Path

from plugin.forges import FORGES
from plugin.render import FORMATS
from tests.project import gallery
from tests.render.engines import ENGINES, Page


def test_every_forge_and_format_is_shown() -> None:
    page = gallery.page()
    assert gallery.ENGINES.keys() == FORGES.keys()
    assert gallery._LANGUAGES.keys() | {"text", "markdown"} == FORMATS.keys()
    assert [name for name in FORGES if f"| `{name}` |" not in page] == []


def test_every_engine_has_a_picture() -> None:
    assert set(gallery.ENGINES.values()) <= ENGINES.keys()
    docs = Path(__file__).parents[2] / "docs"
    assert [engine for engine in gallery.ENGINES.values() if not (docs / gallery.picture(engine)).exists()] == []


def test_embedded_views_stay_in_their_places() -> None:
    page = Page(ENGINES["cmark-gfm"](gallery.page()))
    assert page.faults == []
    titles = [line for line in gallery.page().split("\n") if line.startswith("## ")]
    assert len(titles) == 8
