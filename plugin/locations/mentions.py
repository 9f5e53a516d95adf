"""Locations as tools print them: a path, bare or with folders, and a line."""

import re
from collections.abc import Iterator

from plugin.frozen import frozen
from plugin.text.lazy_expression import lazily

_SUFFIXES = (
    "py|pyi|pyx|go|rs|js|jsx|mjs|cjs|ts|tsx|mts|cts|vue|svelte|java|kt|kts|scala|groovy|gradle|clj|c|h|cc|hh|cpp|hpp|cxx"
    "|cs|fs|vb|m|mm|swift|rb|erb|php|pl|pm|t|lua|sh|bash|bats|ex|exs|erl|hs|ml|mli|dart|zig|nim|jl|r|R|sql|proto|cmake|tf"
    "|ya?ml|toml|json|xml|html?|css|scss|less|md|rst|cfg|ini|txt|mk|bzl|nix|cr|d|f90|s|S|asm"
)
_FILE = (
    r"(?P<path>(?:file:///?|[A-Za-z]:(?=/))?"
    rf"(?:(?:[\w.@+-]*/)*[\w@+.-]*\w\.(?:{_SUFFIXES})|(?:[\w.@+-]*/)*(?:Makefile|Dockerfile)))"
)
_LOCATION = lazily(
    rf"""(?<![\w./@:-]){_FILE}
         (?: ["']?,\ line\ (?P<word>\d+)                # File "src/app.py", line 10
           | :\[(?P<maven>\d+),\d+                      # src/App.java:[10,5]
           | \((?P<paren>\d+)(?:,\d+)?\)                # src/app.ts(10,5)
           | :(?:line\ )?(?P<colon>\d+)(?::(?P<column>\d+))?   # src/app.py:10:5, Cart.cs:line 10
         )(?!\w)""",
    re.VERBOSE,
)
_JVM = lazily(
    r"(?<![\w./$])(?:[\w.@-]*/)*(?P<name>(?:[\w$]+\.)+[\w$<>-]+)\((?P<path>[\w$-]+\.(?:java|kt|scala|groovy)):(?P<line>\d+)\)"
)
"""A frame of the JVM: `app//com.example.shop.CartTest.total(CartTest.java:10)`."""
_SUREFIRE = lazily(r"^(?:\[\w+\])? +(?P<class>[A-Z]\w*)(?:\$\w+)*\.[\w$]+:(?P<line>\d+)(?!\w)")
"""A test in the summary of Maven's Surefire: `[ERROR]   CartTest.total:10 expected 3`."""
_BELOW_FILE = lazily(r"^\s+(?P<line>\d+):(?P<column>\d+)\s+(?:error|warning|✖|⚠)\s")
"""A finding of ESLint and Stylelint, whose file is on a line of its own above."""
_LONGEST_PATH = 300
_LONGEST_LINE = 2000


@frozen
class Mention:
    """A line of a file as a log names it."""

    path: str
    """As the tool prints it, with forward slashes; empty where a line above names the file."""
    line: int
    column: int | None = None
    package: str = ""
    """The folders that the package of a frame of the JVM names: `com/example/shop/`."""
    class_name: str = ""
    """The name without its package of a JVM test class whose file is not named."""


def mentions(text: str) -> Iterator[Mention]:
    """Yield the locations that a line of a log names, from left to right."""
    text = text[:_LONGEST_LINE].replace("\\", "/")
    if found := _SUREFIRE.search(text) or _BELOW_FILE.search(text):
        groups = found.groupdict()
        column = _column(groups.get("column"))
        yield from _mention(Mention("", _number(found["line"]), column, class_name=groups.get("class", "")))
    end = 0
    for found in _JVM.finditer(text):
        yield from _paths(text[end : found.start()])
        package = "/".join(found["name"].split(".")[:-2])
        yield from _mention(Mention(found["path"], _number(found["line"]), package=f"{package}/"))
        end = found.end()
    yield from _paths(text[end:])


def _paths(text: str) -> Iterator[Mention]:
    for found in _LOCATION.finditer(text):
        line = next(filter(None, found.group("word", "maven", "paren", "colon")))
        path = found["path"]
        path = f"/{path.removeprefix('file:').lstrip('/')}" if path.startswith("file:") else path
        if len(path) <= _LONGEST_PATH:
            yield from _mention(Mention(path, _number(line), _column(found["column"])))


def _mention(mention: Mention) -> Iterator[Mention]:
    if mention.line:
        yield mention


def _number(digits: str) -> int:
    return int(digits[:9])


def _column(digits: str | None) -> int | None:
    return _number(digits) if digits else None
