"""Tests of resolving locations: layouts and logs that the real ones of `logs` do not have."""

from pathlib import Path

import pytest

from plugin.locations.find import LocationFinder
from plugin.model.excerpt import Excerpt, Line
from plugin.model.report import SourceLocation

TEN = "line\n" * 10


def located(log: str, workspace: Path | None, *, repo: str = "octo/app") -> list[str]:
    """Return the locations of an excerpt that has every line of the log."""
    lines = tuple(Line(number, text, "cause") for number, text in enumerate(log.split("\n"), start=1))
    excerpt = Excerpt(tuple(line.number for line in lines), lines, "title")
    found = LocationFinder(repo, str(workspace) if workspace else "").locations(excerpt, log.encode())
    return [f"{one.path}:{one.line}{'' if one.known else '?'}" for one in found]


def write(folder: Path, *paths: str, content: str = TEN) -> None:
    folder.joinpath(".git").mkdir(exist_ok=True)
    for path in paths:
        folder.joinpath(path).parent.mkdir(parents=True, exist_ok=True)
        folder.joinpath(path).write_text(content)


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        ("/drone/src/a/b.go", "a/b.go"),
        ("/drone/src/github.com/octo/app/a/b.go", "a/b.go"),
        ("/woodpecker/src/git.example.com/octo/app/a/b.go", "a/b.go"),
        ("/harness/a/b.go", "a/b.go"),
        ("/tmp/drone-x1/drone/src/a/b.go", "a/b.go"),
        ("C:/drone/src/a/b.go", "a/b.go"),
    ],
)
def test_folder_of_the_checkout_on_each_runner(path: str, inside: str, tmp_path: Path) -> None:
    assert located(f"{path}:3:1: undefined", None) == [f"{inside}:3"]
    write(tmp_path, "a/b.go")
    assert located(f"{path}:3:1: undefined", tmp_path) == [f"{inside}:3"]


def test_workspace_elsewhere_is_the_root(tmp_path: Path) -> None:
    write(tmp_path, "a.c")
    assert located(f"{tmp_path}/a.c:3:1: error", tmp_path) == ["a.c:3"]


@pytest.mark.parametrize(
    "text",
    [
        "/usr/lib/python3.11/subprocess.py:571",
        "/drone/src/.venv/lib/site-packages/x/y.py:3",
        "node_modules/jest/index.js:1:2",
        "/root/go/pkg/mod/github.com/harness/app/x.go:3:1: undefined",
        "../secret.py:1",
        "src/../../secret.py:1",
        "\tat com.example.Cart.total(Cart.java:17)",
    ],
)
def test_path_outside_of_the_repository_is_no_location_without_a_workspace(text: str) -> None:
    assert located(text, None) == []


def test_relative_path_is_unknown_without_a_workspace() -> None:
    assert located("src/app.py:10:1: F401", None) == ["src/app.py:10?"]


def test_missing_file_and_missing_line_are_no_location(tmp_path: Path) -> None:
    write(tmp_path, "a.py")
    assert located("a.py:10 a.py:12 b.py:1 src/a.py:1", tmp_path) == ["a.py:10"]


def test_locations_of_the_title_come_first_and_each_line_once(tmp_path: Path) -> None:
    write(tmp_path, "a.py", "b.py", "c.py", "d.py", "e.py")
    lines = (Line(1, "a.py:1", "context"), Line(2, "b.py:2 c.py:3", "cause"), Line(3, "d.py:4 e.py:5", "cause"))
    excerpt = Excerpt((3, 2), lines, "d.py:4")
    found = LocationFinder("octo/app", str(tmp_path)).locations(excerpt, b"")
    assert found == tuple(
        SourceLocation(f"{name}.py", line) for name, line in (("d", 4), ("e", 5), ("b", 2), ("c", 3), ("a", 1))
    )


def test_jvm_frame_needs_its_package(tmp_path: Path) -> None:
    write(tmp_path, "src/main/java/com/example/Assert.java")
    log = "\tat org.junit.Assert.fail(Assert.java:3)\n\tat com.example.Assert.fail(Assert.java:4)"
    assert located(log, tmp_path) == ["src/main/java/com/example/Assert.java:4"]


def test_kotlin_file_outside_of_the_folders_of_its_package(tmp_path: Path) -> None:
    write(tmp_path, "src/test/kotlin/shop/CartTest.kt", content=f"package com.example.shop\n{TEN}")
    write(tmp_path, "old/CartTest.kt", content=f"package com.example.old\n{TEN}")
    log = "\tat com.example.shop.CartTest.total(CartTest.kt:5)\n\tat com.other.CartTest.total(CartTest.kt:6)"
    assert located(log, tmp_path) == ["src/test/kotlin/shop/CartTest.kt:5"]


def test_short_frame_of_gradle(tmp_path: Path) -> None:
    write(tmp_path, "core/src/test/java/shop/CartTest.java", "core/b/src/a.kt", "web/b/src/a.kt")
    log = "> Task :core:test FAILED\nCartTest > total() FAILED\n    org.x.Error at CartTest.java:5\nb/src/a.kt:2:3 bad"
    assert located(log, tmp_path) == ["core/src/test/java/shop/CartTest.java:5", "core/b/src/a.kt:2"]


def test_ambiguous_path_is_no_location(tmp_path: Path) -> None:
    write(tmp_path, "web/src/index.ts", "api/src/index.ts", "x/CartTest.java", "y/CartTest.java")
    assert located("src/index.ts(3,5): error\nError at CartTest.java:5", tmp_path) == []


def test_path_below_an_unknown_folder_is_found_where_only_one_ends_in_it(tmp_path: Path) -> None:
    write(tmp_path, "packages/web/src/index.ts", "deep/index.ts")
    assert located("web:test: src/index.ts(3,5): error\nother.ts(1,1) index.ts(3,5)", tmp_path) == [
        "packages/web/src/index.ts:3"
    ]


def test_findings_of_eslint_are_below_their_file(tmp_path: Path) -> None:
    write(tmp_path, "web/src/a.js", "web/src/b.js")
    log = "/drone/src/web/src/a.js\n  3:5  error  no-undef\n\n/drone/src/web/src/b.js\n  7:1  warning  no-x"
    assert located(log, tmp_path) == ["web/src/a.js:3", "web/src/b.js:7"]


def test_gotestsum_names_the_package_above(tmp_path: Path) -> None:
    write(tmp_path, "go.mod", content="module example.com/app\n")
    write(tmp_path, "a/x_test.go", "b/x_test.go")
    assert located("=== FAIL: example.com/app/b TestX (0.00s)\n    x_test.go:3: no", tmp_path) == ["b/x_test.go:3"]


def test_race_report_of_go_itself_is_no_location(tmp_path: Path) -> None:
    write(tmp_path, "go.mod", content="module example.com/app\n")
    write(tmp_path, "a/testing.go")
    assert located("    testing.go:3: race detected\nFAIL\texample.com/app/a\t0.1s", tmp_path) == []


@pytest.mark.parametrize(
    ("command", "path"),
    [
        ("+ cd web && npx tsc", "web/a.ts"),
        ("+ (cd web && npx tsc)", "web/a.ts"),
        ("+ pushd web > /dev/null", "web/a.ts"),
        ('+ cd "web"; npx tsc', "web/a.ts"),
        ("+ cd api\n+ cd -\n+ cd web", "web/a.ts"),
        ("+ cd api\n+ cd ..\n+ npx tsc", "a.ts"),
        ("+ (cd web && npx tsc)\n+ npx tsc", "a.ts"),
        ("+ yarn --cwd web tsc", "web/a.ts"),
        ("+ make -C web", "web/a.ts"),
        ("+ cd $WEB", "a.ts"),
        ("2026-11-29T10:00:00Z + cd web", "web/a.ts"),
        ("ninja: Entering directory `web'", "web/a.ts"),
        ("make: Entering directory '/drone/src/web'\nmake: Leaving directory '/drone/src/web'", "a.ts"),
        ("make[1]: Entering directory '/drone/src/api'\nmake[2]: Entering directory '/drone/src/web'", "web/a.ts"),
        ("> shop-web@1.0.0 build", "web/a.ts"),
    ],
)
def test_working_directory(command: str, path: str, tmp_path: Path) -> None:
    write(tmp_path, "a.ts", "web/a.ts", "api/b.ts")
    write(tmp_path, "web/package.json", content='{"name": "shop-web"}')
    assert located(f"{command}\na.ts(3,5): error TS2322", tmp_path) == [f"{path}:3"]


@pytest.mark.parametrize(
    "command", ["+ cd /tmp/other", "+ cd", "+ cd ~/x", "make: Entering directory '/opt/x'\n+ cd /"]
)
def test_directory_outside_of_the_checkout(command: str, tmp_path: Path) -> None:
    write(tmp_path, "a/b.ts", "b.ts")
    assert located(f"{command}\nb.ts(3,5): error\na/b.ts(3,5): error", tmp_path) == []


def test_hostile_log_is_searched_in_linear_time(tmp_path: Path) -> None:
    write(tmp_path, "a.py")
    for text in (
        "+ cd a\n",
        "make: Entering directory 'x'\n",
        "+ cd ",
        "Running ",
        "=== FAIL: ",
        "FAIL\ta\n",
        "/x",
        "a.A.",
    ):
        located(f"a.py:1\n[ERROR]   A.b:3\n{text * 50_000}", tmp_path) if "\n" not in text else LocationFinder(
            "octo/app", str(tmp_path)
        ).directories((text * 200_000).encode()).at(100_000)
