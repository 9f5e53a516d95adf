"""Play a history through a fake server: run the plugin in each failed build, and note its verdicts and requests."""

import io
import json
import random
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from unittest.mock import patch

from plugin.commands import read_history
from plugin.commands.step import PluginStep
from plugin.extract import analyze as extract
from plugin.http.deadline import Deadline
from plugin.logs.readable import LazyLog
from plugin.model.excerpt import Excerpt
from tests.fakes.forges.gitea import GiteaFake
from tests.fakes.servers import FAKES, FakeServer
from tests.simulator.truth import began_on_target, is_on_target, newest, observed
from tests.simulator.world import FailedStep, Played, ended

HISTORY, HISTORY_REQUESTS = 10, 12
"""The defaults of the settings: how many builds are read at most, with how many requests."""
_KEPT = 100
"""Builds that the server remembers."""
_LISTED = {"drone-2": 100, "woodpecker-3.17": 50}
"""Builds that a server lists at once."""
_PURGED = 0.1
"""Part of the builds whose logs are gone at once, as on a server with little space."""


@dataclass(frozen=True)
class Verdict:
    """What the plugin stated about a failed step."""

    kind: str
    cause: str
    certain: bool
    evidence: str = ""
    """For people."""
    has_key: bool = True
    """The failure can be compared: its cause is not generic."""


@dataclass(frozen=True)
class Outcome:
    """A failed step: the truth, what was stated, and what could be known."""

    server: str
    build: int
    pull: int
    truth: FailedStep
    verdict: Verdict
    observed: tuple[str, ...] = ()
    """Builds that the server lists, that failed like this alone, and after which the step passed again."""
    observed_lately: int = 0
    """How many of them are among the failed builds that the plugin may read, if it reads the newest ones."""
    on_target: bool = False
    """The newest build of the main branch failed with the same, alone, its log is there, and the cause has a key."""
    decidable: bool = False
    """Builds that can be read show that it began on the main branch."""


@dataclass
class History:
    """What a history of builds showed."""

    outcomes: list[Outcome] = field(default_factory=list)
    builds: int = 0
    red: int = 0
    most_requests: int = 0
    """Requests about other builds than the own one, of the run that made the most."""


def play(generation: str, builds: Iterable[Played], seed: int, *, with_forge: bool) -> History:
    """Return what the plugin stated in each failed build.

    With `with_forge`, it writes a comment, which later builds read.
    """
    chance = random.Random(seed)  # noqa: S311 — the same seed plays the same history
    history = History()
    past: list[tuple[Played, bool]] = []
    with ExitStack() as stack:
        stack.enter_context(patch.object(Deadline, "sleep"))  # logs are complete, nobody else writes the comment
        stack.enter_context(patch.object(read_history, "SECONDS", 60.0))  # the machine may be busy
        stack.enter_context(patch.object(extract, "analyze", _remembered(extract.analyze)))
        server = stack.enter_context(FAKES[generation]())
        forge = stack.enter_context(GiteaFake()) if with_forge else None
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server.builds.clear()
        for played in builds:
            history.builds += 1
            server.builds[played.build.number] = server.now = played.build
            if played.failed:
                history.red += 1
                report = _run(server, forge, folder, played.current)
                history.outcomes += _outcomes(generation, played, report, past)
                history.most_requests = max(history.most_requests, _about_others(server, played.build.number))
            elif forge:
                _run(server, forge, folder, played.current)  # resolves the comment
            purged = chance.random() < _PURGED
            server.builds[played.build.number] = ended(played.build, purged=purged)
            server.builds.pop(played.build.number - _KEPT, None)
            past.append((played, purged))
    return history


def _remembered(analyze: Callable[..., Excerpt]) -> Callable[..., Excerpt]:
    """Return the same function, which analyzes each log once: later builds read it again and again."""
    known: dict[tuple[bytes, int | None], Excerpt] = {}

    def analyzed(log: LazyLog, *, exit_code: int | None, **options: object) -> Excerpt:
        key = sha256(log.raw).digest(), exit_code
        if key not in known:
            known[key] = analyze(log, exit_code=exit_code, **options)
        return known[key]

    return analyzed


def _run(server: FakeServer, forge: GiteaFake | None, folder: Path, job: int) -> Mapping[str, object]:
    server.requests.clear()
    settings = {"TOKEN": server.token, "BASELINE": "off", "WAIT": "0", "OUTPUT": "report.json"}
    if forge:
        server.repo = forge.repo
        settings |= {"FORGE": "gitea", "FORGE_URL": forge.url, "FORGE_TOKEN": forge.token}
    variables = {f"PLUGIN_{name}": value for name, value in settings.items()}
    workspace = {"CI_WORKSPACE": str(folder), "DRONE_WORKSPACE": str(folder)}
    assert PluginStep({**server.environ(job), **workspace, **variables}, io.BytesIO(), io.StringIO()).run() == 0
    report: Mapping[str, object] = json.loads((folder / "report.json").read_text("utf-8"))
    return report


def _about_others(server: FakeServer, own: int) -> int:
    """Return the number of requests that are not about the own build: lists of builds, other builds and their logs."""
    numbers = (re.search(r"/(?:builds|pipelines|logs)/(\d+)", request.path) for request in server.requests)
    of_others = [number for number in numbers if number and int(number[1]) != own]
    lists = [request for request in server.requests if re.search(r"/(builds|pipelines)$", request.path)]
    return len(of_others) + len(lists)


def _outcomes(
    generation: str, played: Played, report: Mapping[str, object], past: list[tuple[Played, bool]]
) -> Iterator[Outcome]:
    failures = report["failures"]
    assert isinstance(failures, list)
    stated = {failure["step"]: _verdict(failure["verdict"], failure["key"]) for failure in failures}
    assert stated.keys() == played.failed.keys(), "every failed step is reported"
    listed = past[-_LISTED[generation] :]
    for step, truth in played.failed.items():
        yield Outcome(
            generation,
            played.build.number,
            played.build.pull,
            truth,
            stated[step],
            observed(truth, listed),
            len(observed(truth, newest(listed, HISTORY))),
            on_target=stated[step].has_key and is_on_target(truth, listed),
            decidable=began_on_target(truth, played.build.pull, listed),
        )


def _verdict(stated: Mapping[str, object] | None, key: str) -> Verdict:
    if not stated:
        return Verdict("none", "undecided", certain=False, has_key=bool(key))
    conclusion = stated["conclusion"]
    assert isinstance(conclusion, dict)
    return Verdict(
        str(stated["kind"] or "none"),
        str(conclusion["cause"]),
        certain=bool(conclusion["certain"]),
        evidence=_listed(stated["evidence"]),
        has_key=bool(key),
    )


def _listed(evidence: object) -> str:
    assert isinstance(evidence, list)
    return ", ".join(f"{one['kind']} {'+'.join(str(build['number']) for build in one['builds'])}" for one in evidence)
