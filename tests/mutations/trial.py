"""Run the program on a tape with one field replaced, and name the promises that it breaks."""

import io
import json
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path as File
from unittest.mock import patch

from plugin.commands.step import PluginStep
from tests.faults.scene import INTERNAL_ERROR, Counted
from tests.mutations.fields import REPLACEMENTS, Path, paths, replaced, shape
from tests.mutations.tape import Player, Tape, played

SECONDS = 60
"""Time limit of the run; pauses count, although they take no time."""
LONGEST = 300_000
"""Maximum characters of a file or output, as the plugin shortens data of a server."""
OUTPUT = {"PLUGIN_OUTPUT": "failure-summary.md, failure-summary.json, failure-summary.sarif"}


@dataclass(frozen=True)
class Mutation:
    """A tape with one field of one response replaced."""

    tape: Tape
    key: str
    """The request."""
    path: Path
    by: str
    """A key of REPLACEMENTS."""

    def __str__(self) -> str:
        place = "".join(f"[{key!r}]" for key in self.path) or "the whole response"
        return f"{self.tape.name}: {self.key}: {place}: {self.by}"


def mutations(tapes: Iterable[Tape], *, every: bool = False) -> Iterator[Mutation]:
    """Yield each field of each response with each replacement; only one response of each shape in a family."""
    seen: set[tuple[object, ...]] = set()
    for tape in tapes:
        for key, path in _fields(tape):
            kind = (tape.families.get(key, tape.family), _endpoint(key), shape(path))
            if every or kind not in seen:
                yield from (Mutation(tape, key, path, by) for by in REPLACEMENTS)
            seen.add(kind)


def _fields(tape: Tape) -> Iterator[tuple[str, Path]]:
    for key, replies in sorted(tape.replies.items()):
        fields: dict[Path, None] = {}
        for reply in replies:
            try:
                fields |= dict.fromkeys(paths(json.loads(reply.body)))
            except ValueError:
                continue
        yield from ((key, path) for path in fields)


def _endpoint(key: str) -> str:
    """Return the request without its numbers and query."""
    method, _, address = key.partition(" ")
    path = address.partition("?")[0]
    return f"{method} {'/'.join('*' if part.isdigit() else part for part in path.split('/'))}"


def broken_promises(mutation: Mutation) -> list[str]:
    """Run with the mutation and return the promises that it breaks."""
    replies = dict(mutation.tape.replies)
    by = REPLACEMENTS[mutation.by]
    replies[mutation.key] = [replace(one, body=replaced(one.body, mutation.path, by)) for one in replies[mutation.key]]
    return broken_by(Player(replies), mutation.tape)


def broken_by(player: Player, tape: Tape) -> list[str]:
    """Run with these responses and return the promises that are broken."""
    with tempfile.TemporaryDirectory() as folder:
        return _broken(player, tape, File(folder))


def _broken(player: Player, tape: Tape, workspace: File) -> list[str]:
    environ = {name: text for name, text in tape.environ.items() if name not in ("PLUGIN_OUTPUT", "PLUGIN_LOG_LEVEL")}
    fixed = {"PLUGIN_TIMEOUT": str(SECONDS), "CI_WORKSPACE": str(workspace), "DRONE_WORKSPACE": str(workspace)}
    out, err, clock = io.BytesIO(), io.StringIO(), Counted()
    start = time.monotonic()
    with patch("plugin.commands.step.Deadline", clock.deadline), played(player):
        code = PluginStep({**environ, **fixed, "PLUGIN_LOG_LEVEL": "debug", **OUTPUT}, out, err).run()
    seconds = time.monotonic() - start
    files = [path.read_text() for path in workspace.glob("failure-summary.*")]
    texts = "\n".join((out.getvalue().decode(), err.getvalue(), *files, *player.sent))
    promises = {
        "exit code 0": code == 0,
        "the files are written": len(files) == 3 and all(files),
        "no traceback": "Traceback" not in err.getvalue(),
        "no internal error": not INTERNAL_ERROR.search(texts),
        "within its time": seconds < SECONDS / 6 and clock.slept <= SECONDS + 1,
        "what a server sends is shortened": max(map(len, (*files, out.getvalue(), err.getvalue()))) < LONGEST,
    }
    return [promise for promise, kept in promises.items() if not kept]
