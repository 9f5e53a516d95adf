"""Tests of links to source lines."""

from dataclasses import replace

from plugin.model.report import SourceLocation
from plugin.render.source_links import source_link, source_locations
from tests.render.samples import failure, report


def test_braces_in_a_path_are_not_placeholders() -> None:
    build = report(source_url="https://forge.example/x/%7Bline%7D/{path}#L{line}")
    assert (
        source_link(SourceLocation("a b/{line}@x.py", 3), build)
        == "https://forge.example/x/%7Bline%7D/a%20b/%7Bline%7D%40x.py#L3"
    )


def test_location_that_may_not_exist_has_no_link() -> None:
    assert source_link(SourceLocation("src/app.py", 10, known=False), report()) == ""


def test_first_locations_are_shown() -> None:
    lines = tuple(SourceLocation("a.py", number) for number in range(1, 9))
    assert source_locations(replace(failure("test", None), locations=lines)) == lines[:3]
