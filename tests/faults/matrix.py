"""Every endpoint × every fault: what is tried, and what must hold of the run whatever happens."""

import itertools
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from unittest.mock import patch

from plugin.http.deadline import Deadline
from tests.fakes.faults import FAULTS
from tests.faults.front import Endpoint, Misfortune
from tests.faults.scene import CAUSES, INTERNAL_ERROR, Counted, Hurried, Run, run

ENDLESS = frozenset({"slow drip", "slow head", "silent"})
SERVERS = ("drone-0.8", "drone-2", "woodpecker-3.17", "harness")
FORGES = ("github", "gitea", "gogs", "gitlab", "bitbucket", "bitbucket_dc", "harness")


@dataclass(frozen=True)
class Cell:
    """One thing that goes wrong."""

    kind: str
    """Of the server or forge."""
    role: str
    """What the endpoint is for."""
    endpoint: Endpoint
    fault: str
    how: str = "always"
    """`always`, `once`, or `late`: once, after the request did its work."""
    known: bool = False
    """There is a comment already."""

    @property
    def at_forge(self) -> bool:
        return self.role in FORGE_ROLES

    def __str__(self) -> str:
        return f"{self.kind}, {self.role}: {self.fault}{'' if self.how == 'always' else f', {self.how}'}"


HOWS = ("always", "once", "late")
WRITES = ("new comment", "edited comment")
FORGE_ROLES = ("account", "comments", *WRITES)


def cells_of_server(kind: str) -> Iterator[Cell]:
    """All cells, by looking at what a run without faults asks for."""
    for role, endpoint in _roles_of_server(_clean(server=kind).server).items():
        for fault in FAULTS:
            yield Cell(kind, role, endpoint, fault)


def cells_of_forge(kind: str) -> Iterator[Cell]:
    """Return the same for a forge, with a comment to write and with one to edit."""
    for known in (False, True):
        for role, endpoint in _roles_of_forge(_clean(forge=kind, known=known).forge).items():
            if known and role != "edited comment":
                continue
            for fault, how in itertools.product(FAULTS, HOWS if role in WRITES else HOWS[:1]):
                yield Cell(kind, role, endpoint, fault, how, known)


def _clean(*, server: str = "drone-2", forge: str = "gitea", known: bool = False) -> Run:
    with tempfile.TemporaryDirectory() as folder:
        return run(Path(folder), server=server, forge=forge, known=known)


def _roles_of_server(endpoints: tuple[Endpoint, ...]) -> Mapping[str, Endpoint]:
    """One endpoint for each role."""
    return {_role_of_server(one): one for one in sorted(endpoints, key=str)}


def _role_of_server(endpoint: Endpoint) -> str:
    path = endpoint.path
    if re.search(r"logs/42/|42/logs/", path):
        return "log"
    if re.search(r"logs/41/|41/logs/", path):
        return "log of the green build"
    if re.search(r"logs/40/|40/logs/", path):
        return "log of an earlier build"
    if path.endswith("/42"):
        return "build"
    if path.endswith("/40"):
        return "earlier build"
    return "green build" if path.endswith("/41") else "config" if path.endswith("/config") else "list of builds"


def _roles_of_forge(endpoints: tuple[Endpoint, ...]) -> Mapping[str, Endpoint]:
    return {_role_of_forge(one): one for one in endpoints}


def _role_of_forge(endpoint: Endpoint) -> str:
    if endpoint.method != "GET":
        return "new comment" if endpoint.method == "POST" else "edited comment"
    return "account" if endpoint.path.endswith(("/user", "/application-properties")) else "comments"


def outcome(cell: Cell, workspace: Path) -> Run:
    """Run with the cell's fault."""
    hurried = Hurried(FAULTS[cell.fault], at_forge=cell.at_forge)
    endless = cell.fault in ENDLESS
    times = 1000 if cell.how == "always" else 1
    fault = hurried.hit if endless else FAULTS[cell.fault]
    misfortune = Misfortune(cell.endpoint, fault, times, arrives=cell.how == "late")
    deadline = hurried.deadline if endless else Counted().deadline
    if cell.role == "config" and endless:
        misfortune = Misfortune(cell.endpoint, FAULTS[cell.fault])
        with patch("plugin.ci.servers.woodpecker.CONFIG_SECONDS", 0.3):
            return run(workspace, server=cell.kind, at_server=misfortune, deadline=Deadline)
    if cell.at_forge:
        return run(workspace, forge=cell.kind, at_forge=misfortune, known=cell.known, deadline=deadline)
    return run(workspace, server=cell.kind, at_server=misfortune, deadline=deadline)


def broken_promises(cell: Cell, done: Run) -> list[str]:
    """Return what must hold and does not."""
    return [promise for promise, kept in promises(cell, done).items() if not kept]


def promises(cell: Cell, done: Run) -> Mapping[str, bool]:
    (file,) = done.files or ("",)
    always = {
        "exit code 0": done.code == 0,
        "the file is written": bool(file),
        "at most one comment": len(done.comments) <= 1,
        "no token anywhere": not any(token in done.all_texts for token in TOKENS),
        "no internal error": not INTERNAL_ERROR.search(done.all_texts),
        "no traceback": "Traceback" not in done.all_texts,
    }
    return MappingProxyType({**always, **_by_role(cell, done, file)})


TOKENS = ("ci-token-of-a-reader", "forge-token-123")


def _by_role(cell: Cell, done: Run, file: str) -> Mapping[str, bool]:
    told = [cause in file for cause in CAUSES]
    if cell.at_forge:
        posted = bool(done.comments) and CAUSES[0] in done.comments[0]
        return {
            "both causes are in the file": all(told),
            "the comment is there, or a note why not": posted
            or ("no comment" in file and "no comment" in done.complaints),
        }
    if cell.role == "build":
        return {
            "the file says that the build could not be read": "could not be read" in file,
            "the build is not reported as passed": not any("✅" in text for text in (file, *done.comments)),
        }
    posted = len(done.comments) == 1
    named = "lint" in file and "bundle" in file
    if cell.fault == "refused":  # the whole server is gone from then on
        return {"both steps are named": named, "the comment is there": posted}
    if cell.role == "log":
        reason = all(told) or "No log available" in file
        others = {"the other cause is told": any(told), "both steps are named": named, "the reason is told": reason}
        return {**others, "the comment is there": posted}
    return {"both causes are in the file": all(told), "the comment is there": posted}
