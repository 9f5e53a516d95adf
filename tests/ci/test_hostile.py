"""Any JSON may come from a server: the clients give a build, a log with a reason, or a ServerError; nothing else."""

import json
from collections.abc import Callable, Iterator, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.ci.connect import SERVERS
from plugin.errors import ServerError
from plugin.http.deadline import Deadline
from plugin.http.records import R, records_of
from plugin.http.response import Response
from plugin.model.build import Build, Job, RawLog, State, Step, culprits, unfinished_jobs
from plugin.model.context import BuildContext
from tests.ci.reach import Clock
from tests.fakes.servers import FAKES
from tests.fakes.servers.truth import Fate, TrueStep, build, green

TRUTH = build(TrueStep("test", code=1), TrueStep("slow", fate=Fate.RUNNING), TrueStep("lint", code=1, ignored=True))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=9),
    st.sampled_from(["running", "failure", "killed", "\ud800", "9" * 400, 10**400, -1]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


class Answering:
    """Rest as the clients use it, which answers what a function says."""

    def __init__(self, answer: Callable[[str], object]) -> None:
        self.deadline: Deadline = Clock().deadline()
        self._answer = answer

    def within(self, _seconds: float) -> "Answering":
        return self

    def json(self, path: str, *_: object, **__: object) -> object:
        return self.get(path).json()

    def records(self, path: str, kind: type[R]) -> list[R]:
        return records_of(self.get(path), kind)

    def get(self, path: str, *_: object, **__: object) -> Response:
        return Response(200, {"Content-Type": "application/json"}, json.dumps(self._answer(path)).encode())

    def lines(self, path: str, **_: object) -> list[bytes]:
        return [b"data: " + json.dumps(self._answer(path)).encode()]


def used(kind: str, answer: Callable[[str], object]) -> None:
    """Everything that a run does with a server."""
    place = BuildContext(
        "http://ci", kind, "3.17", "octo/demo/x", 17, "p", 42, job=1, step=5, status="failure", branch="main"
    )
    client = SERVERS[kind](Answering(answer), place, baseline_requests=3)  # type: ignore[arg-type]
    try:
        found = client.build()
    except ServerError:
        found = Build("octo/demo", 42, State.RUNNING)
    assert isinstance(unfinished_jobs(found), tuple)
    steps = culprits(found) or [(Job(1, "u", State.RUNNING), Step(2, "test", State.FAILURE, "1/2"))]
    for job, step in steps:
        assert isinstance(client.log(job, step), RawLog)
        assert isinstance(client.green(found, job, step), RawLog)
    "".join(_texts(found)).encode("utf-8")  # half of a surrogate pair could not be


def _texts(found: Build) -> Iterator[str]:
    yield from (found.repo, found.event, found.commit, found.branch, found.ref, *found.errors)
    for job in found.jobs:
        yield from (job.name, job.error, *job.axes, *job.axes.values())
        for step in job.steps:
            yield from (step.name, step.error, step.key, step.url)


@pytest.mark.parametrize("kind", SERVERS)
@given(answer=VALUES)
@settings(max_examples=40, deadline=None)
def test_any_value(kind: str, answer: object) -> None:
    used(kind, lambda _: answer)


@pytest.mark.parametrize("generation", ["drone-0.8", "drone-2", "woodpecker-2.5", "woodpecker-3.17", "harness"])
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_true_answers_with_one_value_changed(generation: str, data: st.DataObject) -> None:
    fake = FAKES[generation](
        TRUTH, green(41, TrueStep("test")), repo="octo/demo" if generation != "harness" else "octo/demo/x"
    )
    shown: Mapping[str, object] = fake.shown(TRUTH)  # type: ignore[attr-defined]

    used(fake.kind, lambda path: _changed(shown, data) if path.endswith("/42") else data.draw(VALUES))


def _changed(value: object, data: st.DataObject) -> object:
    """Return a copy of the value with a replacement at one place."""
    if isinstance(value, dict) and value and data.draw(st.booleans() | st.just(value=True)):
        key = data.draw(st.sampled_from(sorted(value)))
        return {**value, key: _changed(value[key], data)}
    if isinstance(value, list) and value and data.draw(st.booleans()):
        place = data.draw(st.integers(0, len(value) - 1))
        return [*value[:place], _changed(value[place], data), *value[place + 1 :]]
    return data.draw(VALUES)


@pytest.mark.parametrize("generation", ["drone-0.8", "drone-2", "woodpecker-3.17", "harness"])
def test_half_of_a_surrogate_pair_in_every_text(generation: str) -> None:
    """JSON can spell it, and nothing could write it."""
    fake = FAKES[generation](TRUTH, repo="octo/demo" if generation != "harness" else "octo/demo/x")

    used(fake.kind, lambda _: _halved(fake.shown(TRUTH)))  # type: ignore[attr-defined]


def _halved(value: object) -> object:
    if isinstance(value, dict):
        return {key: _halved(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_halved(item) for item in value]
    return f"{value}\ud800" if isinstance(value, str) and value not in ("running", "failure", "success") else value
