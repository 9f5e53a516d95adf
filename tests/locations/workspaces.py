"""Workspaces of several languages, each in one text file: the commands of a step, then the repository's files.

`python -m tests.locations.workspaces NAME FOLDER` makes one, with the script that Drone would run in `.git/step.sh`.
"""

import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

FOLDER = Path(__file__).parent
NAMES = tuple(sorted(path.stem for path in (FOLDER / "workspaces").glob("*.txtar")))
COMMANDS = ".commands"


def sections(name: str) -> Mapping[str, str]:
    """Return the sections of a workspace by name, in the format of Go's txtar."""
    return dict(_sections((FOLDER / "workspaces" / f"{name}.txtar").read_text("utf-8")))


def _sections(text: str) -> Iterator[tuple[str, str]]:
    for section in f"\n{text}".split("\n-- ")[1:]:
        name, _, content = section.partition(" --")
        yield name, f"{content[1:].rstrip()}\n" if content[1:] else ""


def make(name: str, folder: Path, *, tracked: bool = True) -> None:
    """Write the files of a workspace, and its Git index where `tracked`."""
    for path, content in sections(name).items():
        if path != COMMANDS:
            folder.joinpath(path).parent.mkdir(parents=True, exist_ok=True)
            folder.joinpath(path).write_text(content, "utf-8")
    folder.joinpath(".git").mkdir(exist_ok=True)
    if tracked:
        for arguments in (("init", "-q"), ("add", "-A")):
            subprocess.run(["git", *arguments], cwd=folder, check=True)


def script(name: str) -> str:
    """Return the script of the step: Drone and Woodpecker print each command before they run it."""
    commands = sections(name)[COMMANDS].splitlines()
    return "".join(["set -e\n", *(f"echo + {shlex.quote(command)}\n{command}\n" for command in commands)])


if __name__ == "__main__":
    make(sys.argv[1], Path(sys.argv[2]))
    Path(sys.argv[2], ".git", "step.sh").write_text(script(sys.argv[1]), "utf-8")
