"""Output of `go test -json` and gotestsum's `--jsonfile`: https://pkg.go.dev/cmd/test2json."""

import re
from collections import defaultdict
from collections.abc import Iterator

import msgspec

from plugin.model.message import Message
from plugin.model.tests import ReportedTest
from plugin.test_reports.errors import UnusableReportError
from plugin.test_reports.formats.place import message_of

_KEPT = 40
"""Lines of output that are kept of each test."""
_PLACE = re.compile(r"^\s*(?P<file>[\w./-]+\.go):(?P<line>\d{1,7}): (?P<message>.*)", re.MULTILINE)


class _Event(msgspec.Struct):
    Action: str = ""
    Package: str = ""
    Test: str = ""
    Output: str = ""
    ImportPath: str = ""


def recognizes(content: bytes) -> bool:
    """Return whether the first line is an event."""
    return b'"Action"' in content.partition(b"\n")[0]


def read(content: bytes) -> Iterator[ReportedTest]:
    """Yield the tests; one that failed and passed when it was run again is flaky, as test names are unique in Go."""
    decoder = msgspec.json.Decoder(_Event)
    output: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    results: dict[tuple[str, str], str] = {}
    repeated: set[tuple[str, str]] = set()
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.startswith(b"{"):
            continue  # output of the build stands between the events
        try:
            event = decoder.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise UnusableReportError(
                Message("line {number} is no event of `go test -json`: {error}", number=number, error=error)
            ) from None
        key = event.Package or event.ImportPath.partition(" ")[0], event.Test
        if event.Action in ("output", "build-output"):
            kept = output[key]
            kept.append(event.Output)
            del kept[:-_KEPT]
        elif event.Action in ("pass", "fail", "skip"):
            if event.Action == "pass" and results.get(key) == "fail":
                repeated.add(key)
            results[key] = event.Action
            if event.Action != "fail":
                output.pop(key, None)
    yield from _tests(results, output, repeated)


def _tests(
    results: dict[tuple[str, str], str], output: dict[tuple[str, str], list[str]], repeated: set[tuple[str, str]]
) -> Iterator[ReportedTest]:
    failed = {key for key, result in results.items() if result == "fail"}
    explained = {(package, parent) for package, test in failed for parent in _parents(test)}
    for key, result in results.items():
        package, test = key
        if key in explained or (not test and result != "fail"):
            continue
        if result != "fail":
            yield ReportedTest(
                package, test, "flaky" if key in repeated else "skipped" if result == "skip" else "passed"
            )
            continue
        text = "".join(output.get(key, ()))
        place = _PLACE.search(text)
        message = message_of(place["message"] if place else "", _first_telling(text))
        file, line = (place["file"], int(place["line"])) if place else ("", 0)
        yield ReportedTest(package, test or "the package itself", "failed" if test else "error", message, file, line)


def _parents(test: str) -> Iterator[str]:
    """Yield the tests, and the package itself (empty), that fail only because this one does."""
    if test:
        parts = test.split("/")
        yield from ("/".join(parts[:end]) for end in range(1, len(parts)))
        yield ""


def _first_telling(text: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    return next((line for line in lines if line and not line.startswith(("=== ", "--- ", "FAIL", "exit status"))), "")
