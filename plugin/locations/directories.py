"""The folder that the paths of a log are relative to, as the shell's trace and tools report it, line by line."""

import posixpath
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import islice

import re2

from plugin.frozen import frozen, replace
from plugin.text.lazy_expression import lazily

_MARKS = re2.compile(
    rb"(?m)"
    rb"(?:^|[ \t])\+ (?P<command>[a-zA-Z./_(][^\n]*)$"  # a command as Drone and Woodpecker print it, or sh -x
    rb"|(?P<change>Entering|Leaving) directory [`']?(?P<folder>[^\n'`]+)"  # make -w, ninja
    rb"|^(?:FAIL|ok  |\?   )\t(?P<go>[\w./~-]+)"  # go test, below the tests of a package
    rb"|=== FAIL: (?P<gotestsum>[\w./~-]+) "  # gotestsum, above a test
    rb"|Running [^\n]*deps/(?P<crate>\w+)-[0-9a-f]{16}"  # cargo test
    rb"|^> (?P<npm>[@\w./-]+)@[\w.+-]+ \w"  # npm run
    rb"| RUN +v[\d.]+ (?P<vitest>/[^\n]+)$"
    rb"|> Task :(?P<gradle>[\w:.-]+):\w"
    rb"|^(?P<file>(?:[A-Za-z]:)?/?(?:[^\n:() \t/]+/)+[^\n:() \t/]+\.\w+)[ \t\r]*$"  # ESLint, Stylelint, above findings
)
_GROUPS = tuple(name.decode() for name in sorted(_MARKS.groupindex, key=_MARKS.groupindex.__getitem__))
_LONGEST = 300
"""Characters of a command or path; the rest is cut."""
_OPTION = lazily(
    r"(?:^| )(?:-C|-S|--prefix|--cwd|--dir|--directory|--project-dir|--manifest-path|--workspace)[ =]['\"]?([^ \n'\"]+)"
)
_CD = lazily(r"^(?:cd|pushd|popd)\b(?: +--)?(?: +(?:'([^']*)'|\"([^\"]*)\"|([^\s<>]+)))?")
_NEXT = lazily(r"&&|\|\||;")
_UNKNOWN = lazily(r"[$`*~]")
_MOST_MARKS = 20_000


@frozen
class Surroundings:
    """What a log says about the folders of the paths on a line. Folders are as printed, absolute or relative."""

    folder: str = "."
    """Working directory of the shell: relative to the checkout, or absolute."""
    previous: str = "."
    """The directory before the last `cd`."""
    option: str = ""
    """A folder that the last command alone works in (`cmake -S`, `npm --prefix`, `(cd web && npm test)`)."""
    entered: tuple[str, ...] = ()
    """Directories that make entered and did not leave."""
    crate: str = ""
    """Name of the crate whose tests run."""
    npm: str = ""
    """Name of the package whose script npm runs."""
    gradle: str = ""
    """Path of Gradle's project: `core`, `services/api`."""
    go_above: str = ""
    """Go package of the test above (gotestsum)."""
    file: str = ""
    """The file that the last line with nothing but a path names."""


class LogDirectories:
    """The surroundings of each line of a log."""

    def __init__(self, log: bytes, is_folder: Callable[[str], bool]) -> None:
        """Find what a log says about directories, in one pass. `is_folder` is asked for paths in the repository."""
        self._numbers: list[int] = []
        self._states: list[Surroundings] = []
        self._go: list[tuple[int, str]] = []
        self._log = log
        state, number, position = Surroundings(), 1, 0
        for found in islice(_MARKS.finditer(log), _MOST_MARKS):
            number += log.count(b"\n", position, found.start())
            position = found.start()
            mark = {name: _text(value) for name, value in zip(_GROUPS, found.groups(), strict=True) if value}
            if package := mark.get("go"):
                self._go.append((number, package))
                continue
            state = _after(state, mark, is_folder)
            self._numbers.append(number)
            self._states.append(state)

    def at(self, line: int) -> Surroundings:
        """Return the surroundings of a line by its number."""
        place = bisect_right(self._numbers, line)
        return self._states[place - 1] if place else Surroundings()

    def go_package(self, line: int) -> str:
        """Return the package whose test printed the line: Go names it below its tests."""
        above = self.at(line).go_above
        place = bisect_right(self._go, (line, ""))
        return above or (self._go[place][1] if place < len(self._go) else "")

    def qualified(self, class_name: str, line: int) -> str:
        """Return the package of a JVM class as the nearest line above names it: `com/example/`, else nothing."""
        nearest = ""
        for number, package in islice(self._qualified(class_name), _MOST_MARKS):
            if number > line and nearest:
                break
            nearest = package
        return nearest

    def _qualified(self, class_name: str) -> Iterator[tuple[int, str]]:
        number, position = 1, 0
        for found in re2.finditer(rb"((?:[a-z_]\w*\.)+)" + re2.escape(class_name.encode()) + rb"\b", self._log):
            number += self._log.count(b"\n", position, found.start())
            position = found.start()
            yield number, _text(found[1]).replace(".", "/")


def _text(value: bytes) -> str:
    return value[:_LONGEST].decode("utf-8", "replace").strip()


def _after(state: Surroundings, mark: dict[str, str], is_folder: Callable[[str], bool]) -> Surroundings:
    """Return the surroundings after a line that names a directory or a package."""
    if command := mark.get("command"):
        return _after_command(replace(state, option="", npm="", gradle="", crate="", file=""), command, is_folder)
    if folder := mark.get("folder"):
        return replace(state, entered=_entered(state.entered, folder, leaving=mark["change"] == "Leaving"))
    if folder := mark.get("vitest"):
        return replace(state, option=folder)
    if project := mark.get("gradle"):
        return replace(state, gradle=project.replace(":", "/"))
    if package := mark.get("gotestsum"):
        return replace(state, go_above=package)
    if crate := mark.get("crate"):
        return replace(state, crate=crate)
    return replace(state, npm=mark["npm"]) if "npm" in mark else replace(state, file=mark["file"])


def _entered(entered: tuple[str, ...], folder: str, *, leaving: bool) -> tuple[str, ...]:
    if not leaving:
        return (*entered, folder)[-100:]
    last = next((place for place in range(len(entered) - 1, -1, -1) if entered[place] == folder), None)
    return entered if last is None else entered[:last] + entered[last + 1 :]


def _after_command(state: Surroundings, command: str, is_folder: Callable[[str], bool]) -> Surroundings:
    before, subshell = state, command.startswith("(")
    for part in _NEXT.split(command.strip("() ")):
        if moved := _CD.search(part.strip()):
            target = next(filter(None, moved.groups()), "")
            folder = _changed(state, "-" if moved[0].startswith("popd") else target, is_folder)
            state = replace(state, folder=folder, previous=state.folder)
        elif option := _OPTION.search(part):
            folder = posixpath.dirname(option[1]) or "." if posixpath.splitext(option[1])[1] else option[1]
            state = replace(state, option=posixpath.normpath(posixpath.join(state.folder, folder)))
    return replace(before, option=state.option or state.folder) if subshell else state


def _changed(state: Surroundings, target: str, is_folder: Callable[[str], bool]) -> str:
    """Return the working directory after `cd`.

    The trace does not show the end of a subshell, so that the directory before it may be the one that counts.
    """
    if target == "-":
        return state.previous
    if not target or target.startswith("~"):
        return _ELSEWHERE
    if _UNKNOWN.search(target):
        return "."
    joined = [posixpath.normpath(posixpath.join(start, target)) for start in (state.folder, state.previous, ".")]
    return next(filter(is_folder, joined), joined[0] if len(joined[0]) < _LONGEST else _ELSEWHERE)


_ELSEWHERE = "/~"
"""The home folder, which is outside of the checkout."""
