"""Source locations that the title and the cause lines of a failure name, and links to them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from plugin.model.report import Failure, Report
from plugin.render.excerpt_rows import causes

_SUFFIXES = (
    "py|pyi|pyx|go|rs|js|jsx|mjs|cjs|ts|tsx|mts|cts|vue|svelte|java|kt|kts|scala|groovy|gradle|clj|c|h|cc|hh|cpp|hpp|cxx"
    "|cs|fs|vb|m|mm|swift|rb|erb|php|pl|pm|t|lua|sh|bash|bats|ex|exs|erl|hs|ml|mli|dart|zig|nim|jl|r|R|sql|proto|cmake|tf"
    "|ya?ml|toml|json|xml|html?|css|scss|less|md|rst|cfg|ini|txt|mk|bzl|nix|cr|d|f90|s|S|asm"
)
_FILE = rf"(?P<path>(?:[\w.@+-]*/)*[\w@+.-]*\w\.(?:{_SUFFIXES})|(?:[\w.@+-]+/)*(?:Makefile|Dockerfile))"
_LOCATION = re.compile(
    rf"""(?<![\w./@:-]){_FILE}
         (?: ["']?,\ line\ (?P<word>\d+)                # File "src/app.py", line 10
           | :\[(?P<maven>\d+),\d+                      # src/App.java:[10,5]
           | \((?P<paren>\d+)(?:,\d+)?\)                # src/app.ts(10,5)
           | :(?P<colon>\d+)(?::(?P<column>\d+))?       # src/app.py:10:5
         )(?!\w)""",
    re.VERBOSE,
)
_FOREIGN = ("site-packages/", "dist-packages/", "node_modules/", "/vendor/", ".cargo/registry", "go/pkg/mod")
_LONGEST_PATH = 300


@dataclass(frozen=True, slots=True)
class SourceLocation:
    """A line of a file of the repository."""

    path: str
    """Relative to the root of the repository, with forward slashes."""
    line: int
    column: int | None = None


def source_locations(failure: Failure, repo: str, most: int = 3) -> tuple[SourceLocation, ...]:
    """Return the locations in the title, then in the cause lines, best first, each line of a file once."""
    found: dict[tuple[str, int], SourceLocation] = {}
    for location in _named(failure, repo):
        found.setdefault((location.path, location.line), location)
        if len(found) == most:
            break
    return tuple(found.values())


def source_link(location: SourceLocation, report: Report) -> str:
    """Return the URL of the location at the build's commit, or an empty string."""
    filled = report.source_url.replace("{line}", str(location.line))
    return filled.replace("{path}", quote(location.path))


def _named(failure: Failure, repo: str) -> Iterator[SourceLocation]:
    yield from _locations(failure.title, repo)
    for line in causes(failure.excerpt) if failure.excerpt else ():
        yield from _locations(line.text, repo)


def _locations(text: str, repo: str) -> Iterator[SourceLocation]:
    for match in _LOCATION.finditer(text[:2000]):
        path = _in_repository(match["path"], repo)
        number = int(next(filter(None, match.group("word", "maven", "paren", "colon")))[:9])
        if path and number:
            yield SourceLocation(path, number, int(match["column"][:9]) if match["column"] else None)


def _in_repository(path: str, repo: str) -> str:
    """Return the path relative to the checkout, or an empty string for a file outside the repository.

    Runners check out to /drone/src (Drone), /drone/src/HOST/OWNER/NAME (0.8), /woodpecker/src/HOST/OWNER/NAME
    (Woodpecker) and /harness (Harness).
    """
    if len(path) > _LONGEST_PATH or any(folder in path for folder in _FOREIGN):
        return ""
    if path.startswith("/"):
        _, below, rest = path.partition(f"/{repo}/")
        path = rest if below and repo else _checked_out(path)
    path = path.removeprefix("./")
    return "" if path.startswith("/") or ".." in path.split("/") else path


def _checked_out(path: str) -> str:
    for folder in ("/drone/src/", "/harness/"):
        if path.startswith(folder):
            return path.removeprefix(folder)
    return path


_PATHS = {
    "github": "/blob/{commit}/{{path}}#L{{line}}",
    "gitlab": "/-/blob/{commit}/{{path}}#L{{line}}",
    "gitea": "/src/commit/{commit}/{{path}}#L{{line}}",
    "forgejo": "/src/commit/{commit}/{{path}}#L{{line}}",
    "gogs": "/src/{commit}/{{path}}#L{{line}}",
    "bitbucket": "/src/{commit}/{{path}}#lines-{{line}}",
    "bitbucket_dc": "/browse/{{path}}?at={commit}#{{line}}",
    "harness": "/files/{commit}/~/{{path}}#L{{line}}",
}


_LONGEST = 64
"""Characters of a commit, the length of SHA-256."""


def source_url(forge: str, repo_url: str, commit: str) -> str:
    """Return a URL template with `{path}` and `{line}`, or an empty string if an argument is unknown."""
    if not (
        repo_url.startswith(("http://", "https://"))
        and commit.isalnum()
        and len(commit) <= _LONGEST
        and forge in _PATHS
    ):
        return ""
    page = repo_url.removesuffix("/").removesuffix(".git").replace("{", "%7B").replace("}", "%7D")
    return page + _PATHS[forge].format(commit=commit)
