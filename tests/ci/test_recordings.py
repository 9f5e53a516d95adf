"""Recorded answers of real servers: the clients read them, and the fakes have the same fields."""

import ast
import json
from collections import defaultdict
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from plugin.ci.logs import logs_of
from plugin.ci.wait import wait_for_jobs
from plugin.model.build import State, culprits
from tests.ci.reach import reach
from tests.ci.recordings import RECORDINGS, RecordedServer, drift, endpoint
from tests.fakes.servers import FAKES
from tests.fakes.servers.server import FakeServer, Reply, Request
from tests.fakes.servers.truth import Fate, TrueBuild, TrueStep, green, job

FAKE_OF = {"drone-2.24": "drone-2", "woodpecker-3.5": "woodpecker-3.13"}
"""The fake of a recorded version, if it has another name."""
NOT_RECORDED = {
    "/api/repos/*/builds/*.stages[].steps[].image",
    "/api/v1/repos/*/+/pipelines/*/executions/*.stages[].steps[].errignore",
}
"""Fields of other situations than the recorded ones: Drone's exec runner has no images, no step was ignored."""

FAILED = {
    "drone-0.8": [("lint", 1), ("oom", 137), ("lint", 1), ("oom", 137)],
    "drone-2.24": [("unit", 1), ("build", 1), ("oom", 137), ("lint", 127), ("slow", 1)],
    "harness": [("test", 2), ("flake8", 1)],
    **{name: [("test", 1), ("build", 1)] for name in RECORDINGS if name.startswith("woodpecker")},
}


def bodies_of_fake(generation: str) -> dict[str, list[Any]]:
    """Return the answers of the fake to a client that reads a build, its failed logs and the baseline."""
    ended = job(
        TrueStep("test", code=2), TrueStep("lint", code=1, ignored=True), name="ci", axes={"PYTHON": "3.11"},
        current=False, fate=Fate.ENDED,
    )  # fmt: skip
    current = job(TrueStep("deploy", code=1), TrueStep("later", fate=Fate.PASSED), name="cd")
    before = green(41, TrueStep("test"), TrueStep("deploy"))
    fake: FakeServer
    with FAKES[FAKE_OF.get(generation, generation)](TrueBuild(jobs=(ended, current)), before) as fake:
        client = reach(fake, job=2)
        build = client.build()
        for failed in culprits(build):
            client.server.log(*failed)
            client.server.green(build, *failed)
        answers = [(request, fake.answer(request)) for request in list(fake.requests)]
    found: dict[str, list[Any]] = defaultdict(list)
    for request, answer in answers:
        if answer.status == 200 and answer.body:
            found[endpoint(request.path)].append(json.loads(answer.body))
    return found


def bodies_of_real(generation: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for place, value in RecordedServer(generation).bodies():
        found[place].append(value)
    return found


@cache
def keys_that_are_read() -> frozenset[str]:
    """Return the names in the code that reads answers of servers: all words that could be keys of JSON."""
    trees = [ast.parse(path.read_text("utf-8")) for path in (Path(__file__).parents[2] / "plugin" / "ci").rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    words = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    fields = {node.target.id for node in nodes if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)}
    return frozenset(words | fields)


@pytest.mark.parametrize("generation", RECORDINGS)
def test_the_failed_steps_of_a_recorded_build_have_their_logs(generation: str) -> None:
    with RecordedServer(generation) as server:
        client = reach(server)
        build = client.build()
        failed = culprits(build)
        logs = [client.server.log(*one) for one in failed]

    assert build.state is State.RUNNING
    assert [(step.name, step.exit_code) for _, step in failed] == FAILED[generation]
    assert all(log.data and not log.reason for log in logs)


class _SlowStart(RecordedServer):
    """The recorded server; the container of our own step took three seconds to start, so that all logs are complete."""

    def __init__(self, generation: str) -> None:
        super().__init__(generation)
        self._answers.update({path: answers[-1:] for path, answers in self._answers.items() if "/logs/" in path})

    def answer(self, request: Request) -> Reply:
        reply = super().answer(request)
        found = json.loads(reply.body)
        if not isinstance(found, dict):
            return reply
        for step in (step for workflow in found.get("workflows", ()) for step in workflow["children"]):
            for key in {"started", "start_time"} & step.keys() if step["state"] == "running" else ():
                step[key] += 3
        return replace(reply, body=json.dumps(found).encode())


@pytest.mark.parametrize("generation", RECORDINGS)
def test_nothing_is_waited_for_where_every_log_is_complete(generation: str) -> None:
    with _SlowStart(generation) as server:
        client = reach(server)
        build = wait_for_jobs(client.server, client.deadline, 10)
        logs = [one.log for one in logs_of(client.server, build)]

    assert len(logs) == len(FAILED[generation])
    assert all(log.data and log.complete for log in logs)
    assert client.clock.naps == []


@pytest.mark.parametrize("generation", [name for name in RECORDINGS if name != "drone-0.8"])
def test_the_baseline_of_a_recorded_build_is_read(generation: str) -> None:
    with RecordedServer(generation) as server:
        client = reach(server)
        build = client.build()
        baselines = [client.server.green(build, *one) for one in culprits(build)]

    assert baselines[0].data
    assert baselines[0].reason == ""


@pytest.mark.parametrize("generation", RECORDINGS)
def test_the_fake_has_the_fields_of_the_real_server(generation: str) -> None:
    fakes, real = bodies_of_fake(generation), bodies_of_real(generation)
    common = fakes.keys() & real.keys()
    problems = [line for place in sorted(common) for line in drift(fakes[place], real[place], place)]

    assert len(common) >= 3
    assert [
        line
        for line in problems
        if line.split(" ")[0].replace("[]", "", 1) not in NOT_RECORDED
        and not (line.endswith("missing in the fake answer") and _last_key(line) not in keys_that_are_read())
    ] == []


def _last_key(line: str) -> str:
    return line.split(" ", maxsplit=1)[0].rpartition(".")[2]


@pytest.mark.parametrize(
    ("fake", "problem"),
    [
        pytest.param({"a": 1, "steps": [{"n": 1}]}, ".steps[].name is missing in the fake answer", id="missing"),
        pytest.param(
            {"a": 1, "steps": [{"n": 1, "name": "x", "z": 0}]}, ".steps[].z is not in the real answer", id="more"
        ),
        pytest.param({"a": "1", "steps": [{"n": 1, "name": "x"}]}, ".a is str, not int", id="another type"),
    ],
)
def test_drift_is_found(fake: object, problem: str) -> None:
    real = {"a": 1, "steps": [{"n": 1, "name": "x"}, {"n": 2}]}
    assert list(drift(fake, real)) == [problem]
    assert list(drift(real, real)) == []
