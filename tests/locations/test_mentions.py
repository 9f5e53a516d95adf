"""Tests of locations as tools print them, and of text that only resembles one."""

import pytest

from plugin.locations.mentions import Mention, mentions


def found(text: str) -> list[str]:
    return [
        f"{one.package}{one.path or one.class_name}:{one.line}" + (f":{one.column}" if one.column else "")
        for one in mentions(text)
    ]


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("src/app.py:10:1: F401 'os' imported", "src/app.py:10:1"),
        ('  File "src/shop/cart.py", line 31, in total', "src/shop/cart.py:31"),
        ("src/app.ts(12,5): error TS2322: no", "src/app.ts:12"),
        ("src/app.ts:12:5 - error TS2322: no", "src/app.ts:12:5"),
        ("  --> src/main.rs:4:9", "src/main.rs:4:9"),
        ("[ERROR] /drone/src/src/main/java/App.java:[7,12] cannot find symbol", "/drone/src/src/main/java/App.java:7"),
        ("\tat shop.Cart.total(Cart.java:17)", "shop/Cart.java:17"),
        ("\tat app//com.example.shop.Cart$Line.total(Cart.java:17) ~[classes/:?]", "com/example/shop/Cart.java:17"),
        ("\tat java.base/java.util.ArrayList.forEach(ArrayList.java:1511)", "java/util/ArrayList.java:1511"),
        ("\tat com.example.CartKt.total-impl(Cart.kt:3)", "com/example/Cart.kt:3"),
        ("    org.opentest4j.AssertionFailedError at CartTest.java:10", "CartTest.java:10"),
        ("[ERROR]   CartTest.total:10 expected: <3> but was: <4>", "CartTest:10"),
        ("[ERROR]   CartTest$Inner.total:10->check:4 » NullPointer", "CartTest:10"),
        ("    at total (/drone/src/lib/cart.js:3:11)", "/drone/src/lib/cart.js:3:11"),
        ("    at file:///drone/src/web/x.mjs:3:11", "/drone/src/web/x.mjs:3:11"),
        ("   at Shop.Cart.Total() in /drone/src/Shop/Cart.cs:line 17", "/drone/src/Shop/Cart.cs:17"),
        (r"C:\drone\src\App\Program.cs(5,9): error CS0103: no", "C:/drone/src/App/Program.cs:5"),
        (r"App\Program.cs(5,9): error CS0103: no", "App/Program.cs:5"),
        ("./main.go:7:2: undefined: x", "./main.go:7:2"),
        ("In file included from ../../lib/calc.h:3,", "../../lib/calc.h:3"),
        ("main.c:3: error", "main.c:3"),
        ("make[1]: *** [Makefile:12: all] Error 2", "Makefile:12"),
        ("docker/Dockerfile:3", "docker/Dockerfile:3"),
        ("CMake Error at core/CMakeLists.txt:6 (message):", "core/CMakeLists.txt:6"),
        ("(src/a.py:3)", "src/a.py:3"),
        (".github/workflows/ci.yml:3:1 [error]", ".github/workflows/ci.yml:3:1"),
        ("  12:5  error  'x' is not defined  no-undef", ":12:5"),
    ],
)
def test_location(text: str, mention: str) -> None:
    assert found(text) == [mention]


@pytest.mark.parametrize(
    "text",
    [
        "connect to localhost:5432 refused",
        "http://example.com:8080/x.py:1",
        "db.example.com:5432",
        "at 12:30:45 it stopped",
        "version 1.2.py:x",
        "a.py:0",
        "b.example.py:99x",
        "",
    ],
)
def test_text_without_a_location(text: str) -> None:
    assert found(text) == []


def test_several_locations_of_a_line_are_in_its_order() -> None:
    assert found("a.py:1 at x.Y.z(Y.java:2) b.py:3") == ["a.py:1", "x/Y.java:2", "b.py:3"]


def test_number_of_absurd_length_is_cut() -> None:
    assert list(mentions(f"a.py:{'9' * 5000}")) in ([], [Mention("a.py", 999_999_999)])


def test_hostile_text_is_searched_in_linear_time() -> None:
    for text in ("a/", "a.", "a.py:", "./", "a.a", "-", "at a.b(", "a$.", "[ERROR]  A$", "file:///", "C:/"):
        assert found(text * 100_000) == []
