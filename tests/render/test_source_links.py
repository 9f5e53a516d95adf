"""Tests of source locations: as tools print them, with the prefix of a runner, and text that only resembles one."""

import pytest

from plugin.model.excerpt import Excerpt, Line
from plugin.render.source_links import SourceLocation, source_link, source_locations
from tests.render.samples import failure, report


def locations(text: str) -> list[str]:
    found = source_locations(failure("test", None, title=text), "octo/app")
    return [f"{place.path}:{place.line}" + (f":{place.column}" if place.column else "") for place in found]


@pytest.mark.parametrize(
    ("text", "location"),
    [
        ("src/app.py:10:1: F401 'os' imported", "src/app.py:10:1"),
        ('  File "src/shop/cart.py", line 31, in total', "src/shop/cart.py:31"),
        ("src/app.ts(12,5): error TS2322: no", "src/app.ts:12"),
        ("src/app.ts:12:5 - error TS2322: no", "src/app.ts:12:5"),
        ("  --> src/main.rs:4:9", "src/main.rs:4:9"),
        ("[ERROR] /drone/src/src/main/java/App.java:[7,12] cannot find symbol", "src/main/java/App.java:7"),
        ("\tat shop.Cart.total(Cart.java:17)", "Cart.java:17"),
        ("    at total (/drone/src/lib/cart.js:3:11)", "lib/cart.js:3:11"),
        ("./main.go:7:2: undefined: x", "main.go:7:2"),
        ("main.c:3: error", "main.c:3"),
        ("Makefile:12: all", "Makefile:12"),
        ("docker/Dockerfile:3", "docker/Dockerfile:3"),
        ("/drone/src/github.com/octo/app/a/b.go:1:2: x", "a/b.go:1:2"),
        ("/woodpecker/src/git.example.com/octo/app/a.go:1:2: x", "a.go:1:2"),
        ("/harness/a.go:1:2: x", "a.go:1:2"),
        ("(src/a.py:3)", "src/a.py:3"),
        (".github/workflows/ci.yml:3:1 [error]", ".github/workflows/ci.yml:3:1"),
    ],
)
def test_location(text: str, location: str) -> None:
    assert locations(text) == [location]


@pytest.mark.parametrize(
    "text",
    [
        "connect to localhost:5432 refused",
        "http://example.com:8080/x.py:1",
        "db.example.com:5432",
        "at 12:30:45 it stopped",
        "/usr/lib/python3.11/subprocess.py:571",
        "/drone/src/.venv/lib/site-packages/x/y.py:3",
        "node_modules/jest/index.js:1:2",
        "../secret.py:1",
        "src/../../secret.py:1",
        "version 1.2.py:x",
        "a.py:0",
        "b.example.py:99x",
        "",
    ],
)
def test_text_without_a_location(text: str) -> None:
    assert locations(text) == []


def test_locations_of_the_title_come_before_those_of_cause_lines_without_duplicates() -> None:
    lines = (Line(1, "a.py:1", "context"), Line(2, "b.py:2 c.py:3", "cause"), Line(3, "d.py:4 e.py:5", "cause"))
    found = Excerpt((3, 2), lines, "title")
    assert source_locations(failure("t", found, title="d.py:4"), "octo/app") == (
        SourceLocation("d.py", 4),
        SourceLocation("e.py", 5),
        SourceLocation("b.py", 2),
    )


def test_braces_in_a_path_are_not_placeholders() -> None:
    build = report(source_url="https://forge.example/x/%7Bline%7D/{path}#L{line}")
    assert (
        source_link(SourceLocation("a b/{line}@x.py", 3), build)
        == "https://forge.example/x/%7Bline%7D/a%20b/%7Bline%7D%40x.py#L3"
    )


def test_hostile_text_is_searched_in_linear_time() -> None:
    for text in ("a/" * 100_000, "a." * 100_000, "a.py:" * 100_000, "./" * 100_000, "a.a" * 100_000, "-" * 100_000):
        assert locations(text) == []
