"""What programs report as missing: the thing is named, whatever program says it and whatever is in front of it."""

import pytest

from plugin.extract.finding import ERROR, WARNING
from plugin.extract.missing import read_missing

REPORTS = {
    "make[1]: git: Command not found": ("command", "git"),
    "/bin/sh: 1: git: not found": ("command", "git"),
    "./run.sh: line 3: shop: command not found": ("command", "shop"),
    "zsh:1: command not found: shop": ("command", "shop"),
    "fish: Unknown command: shop": ("command", "shop"),
    "/usr/bin/env: ‘python’: No such file or directory": ("command", "python"),
    'Can\'t exec "git": No such file or directory at /usr/share/perl5/Shop.pm line 3.': ("command", "git"),
    'java.io.IOException: Cannot run program "git": error=2, No such file or directory': ("command", "git"),
    'exec: "git": executable file not found in $PATH': ("command", "git"),
    "failed to execute git: No such file or directory (os error 2)": ("command", "git"),
    "'shop' is not recognized as an internal or external command,": ("command", "shop"),
    "Error: spawn git ENOENT": ("command", "git"),
    "meson.build:1:0: ERROR: Program 'valac' not found or not executable": ("command", "valac"),
    "E   ModuleNotFoundError: No module named 'shop.rates'": ("module", "shop.rates"),
    "npm ERR! Error: Cannot find module 'left-pad'": ("module", "left-pad"),
    "Can't locate Shop/Rates.pm in @INC (you may need to install the Shop::Rates module)": ("module", "Shop/Rates.pm"),
    "Error in library(shop) : there is no package called ‘shop’": ("module", "shop"),
    "! LaTeX Error: File `shop.sty' not found.": ("module", "shop.sty"),
    "E: Unable to locate package libshop-dev": ("package", "libshop-dev"),
    "No package 'glib-2.0' found": ("package", "glib-2.0"),
    'meson.build:3:0: ERROR: Dependency "gtk4" not found, tried pkgconfig': ("package", "gtk4"),
    "CMake Error: Could NOT find ZLIB (missing: ZLIB_LIBRARY ZLIB_INCLUDE_DIR)": ("package", "ZLIB"),
    "error: no matching package named `shop` found": ("package", "shop"),
    "fatal error: libpq-fe.h: No such file or directory": ("header", "libpq-fe.h"),
    "a.c:1:10: fatal error: 'shop.h' file not found": ("header", "shop.h"),
    "/usr/bin/ld: cannot find -lshop": ("library", "-lshop"),
    "error while loading shared libraries: libshop.so.1: cannot open shared object file: No such file or directory": (
        "library",
        "libshop.so.1",
    ),
    "configure.ac:12: error: possibly undefined macro: AC_SHOP": ("macro", "AC_SHOP"),
    "Could not find artifact com.example:shop:jar:1.0 in central": ("artifact", "com.example:shop:jar:1.0"),
    "make: *** No rule to make target 'shop.o', needed by 'all'.  Stop.": ("target", "shop.o"),
    'npm error Missing script: "build"': ("target", "build"),
    "Error: ENOENT: no such file or directory, open '/src/shop.json'": ("file", "/src/shop.json"),
    "cp: cannot stat 'dist/*': No such file or directory": ("file", "dist/*"),
    "./deploy.sh: line 3: SHOP_TOKEN: unbound variable": ("variable", "SHOP_TOKEN"),
    "Error: SHOP_TOKEN environment variable is required": ("variable", "SHOP_TOKEN"),
    "fatal: couldn't find remote ref refs/heads/release": ("reference", "refs/heads/release"),
}


@pytest.mark.parametrize("line", REPORTS, ids=[f"{thing}-{n}" for n, (thing, _) in enumerate(REPORTS.values())])
def test_missing_thing_is_named(line: str) -> None:
    finding = read_missing([line.encode()], 0)
    assert finding
    assert (finding.thing, finding.name) == REPORTS[line]
    assert finding.name in finding.title
    assert finding.severity == ERROR


@pytest.mark.parametrize(
    "line",
    [
        "+ command -v git || echo git not found",
        "checking for pkg-config... not found",
        "-- Could NOT find Doxygen (missing: DOXYGEN_EXECUTABLE)",
        "cache not found, creating it",
        "Unable to find image 'alpine:3' locally",
        "config.toml not found, using the defaults",
        "open /etc/shop.key: permission denied",
        "All files were found.",
    ],
)
def test_program_that_continues_reports_nothing_missing(line: str) -> None:
    assert read_missing([line.encode()], 0) is None


def test_warning_about_a_missing_thing_is_no_error() -> None:
    finding = read_missing([b"warning: package 'shop' not found"], 0)
    assert finding
    assert finding.severity == WARNING


def test_first_entry_of_a_list_is_named() -> None:
    finding = read_missing([b"The following packages are missing:", b"  * libshop-dev", b"  * libcart-dev"], 0)
    assert finding
    assert (finding.row, finding.name) == (1, "libshop-dev")


def test_file_that_subprocess_does_not_find_is_a_command() -> None:
    trace = [b'  File "/usr/lib/python3.11/subprocess.py", line 1955, in _execute_child']
    finding = read_missing([*trace, b"FileNotFoundError: [Errno 2] No such file or directory: 'git'"], 1)
    assert finding
    assert (finding.thing, finding.name) == ("command", "git")
