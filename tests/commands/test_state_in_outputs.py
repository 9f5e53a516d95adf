"""Every output says the same state of a build: text, each format, the card, the comment and the commit's status."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import unescape
from xml.etree import ElementTree as ET

import pytest

from plugin.deliver.comment.hidden_data import parse
from plugin.deliver.comment.size import fit
from plugin.deliver.comment.state import comment_state
from plugin.deliver.status import set_status as deliver_status
from plugin.forges import FORGES
from plugin.forges.interface import SetsStatus
from plugin.model.build import Build, Job, State, Step
from plugin.model.comment import CommentFacts, CommentTarget, MarkdownSupport, SizeLimit
from plugin.model.report import Report
from plugin.render import FORMATS, card
from plugin.render.comment import sections
from plugin.report import compose
from tests.deliver.comment.samples import client
from tests.fakes.forges import FAKES as FORGE_FAKES
from tests.model.test_build_state import AS_THE_SERVER_SAYS, FAILURE, PASSED_OR_CONTRADICTED, UNFINISHED, UNKNOWN

UNREAD = "the build could not be read: HTTP 401; set `token` to the token of a user who may read octo/app"
NOT_READ = Build("octo/app", 7, State.UNKNOWN, url="https://ci.example.com/octo/app/7")
COMMIT = "4f2d1c9e8b7a6f5e4d3c2b1a09f8e7d6c5b4a392"


@dataclass(frozen=True)
class Case:
    answer: Build | None
    environment: str
    expected: State

    @property
    def report(self) -> Report:
        unread = "" if self.answer else UNREAD
        return compose(self.answer or NOT_READ, {}, server="drone", environment=self.environment, unread=unread)


def cases() -> Mapping[str, Case]:
    """Every row of the table with every word of the environment."""
    rows: list[tuple[str, Build | None, State, State]] = [
        *((name, answer, State.FAILURE, State.FAILURE) for name, answer in FAILURE.items()),
        *((name, answer, State.UNKNOWN, State.SUCCESS) for name, answer in PASSED_OR_CONTRADICTED.items()),
        *((name, answer, State.UNKNOWN, State.RUNNING) for name, answer in UNFINISHED.items()),
        *((name, answer, State.UNKNOWN, State.UNKNOWN) for name, answer in UNKNOWN.items()),
        *((name, answer, state, state) for name, (answer, state) in AS_THE_SERVER_SAYS.items()),
        ("not read", None, State.FAILURE, State.UNKNOWN),
    ]
    words = ("failure", "success", "")
    return {
        f"{name}, environment says {word or 'nothing'}": Case(answer, word, red if word == "failure" else else_)
        for name, answer, red, else_ in rows
        for word in words
    }


CASES = cases()
PHRASES = {
    State.SUCCESS: "passed",
    State.FAILURE: "failed",
    State.RUNNING: "is still running",
    State.UNKNOWN: "has an unknown result",
    State.CANCELED: "was canceled",
    State.DECLINED: "was declined",
    State.BLOCKED: "waits for an approval",
    State.SKIPPED: "was skipped",
}
SIGNS = {
    State.SUCCESS: "✅",
    State.FAILURE: "❌",
    State.RUNNING: "⏳",
    State.UNKNOWN: "❔",
    State.CANCELED: "⏹",
    State.DECLINED: "⏹",
    State.BLOCKED: "⏸",
    State.SKIPPED: "⏭",
}


def by_text(text: str) -> set[State]:
    return by_phrase(text.splitlines()[0])


def by_markdown(text: str) -> set[State]:
    (heading,) = (line for line in text.splitlines() if line.startswith("## "))
    return by_phrase(heading) & by_sign(heading)


def by_html(text: str) -> set[State]:
    heading = re.search(r'<h1(?: class="(\w+)")?>(.*)</h1>', text)
    assert heading
    classes = {State.FAILURE: "failed", State.SUCCESS: "passed"}
    return {state for state in by_phrase(heading[2]) if classes.get(state) == heading[1]}


def by_json(text: str) -> set[State]:
    return {State(json.loads(text)["build"]["status"])}


def by_phrase(line: str) -> set[State]:
    return {state for state, phrase in PHRASES.items() if phrase in line}


def by_sign(line: str) -> set[State]:
    return {state for state, sign in SIGNS.items() if f" {sign} " in line}


READ: Mapping[str, Callable[[str], set[State]]] = {
    "text": by_text,
    "markdown": by_markdown,
    "html": by_html,
    "json": by_json,
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_formats_for_people_and_json_say_the_state(case: Case) -> None:
    report = case.report
    for name, state_of in READ.items():
        assert state_of(FORMATS[name](report)) == {case.expected}, name


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_junit_is_empty_for_a_passed_build_only(case: Case) -> None:
    (suite,) = ET.XML(FORMATS["junit"](case.report))
    problems = {problem.tag for found in suite.findall("testcase") for problem in found}
    assert (int(suite.attrib["tests"]) == 0) == (case.expected is State.SUCCESS)
    match case.expected:
        case State.SUCCESS:
            assert problems == set()
        case State.FAILURE:
            assert problems <= {"failure", "error"}
        case State.UNKNOWN | State.CANCELED | State.DECLINED:
            assert (problems, suite.attrib["errors"]) == ({"error"}, "1")
        case _:
            assert problems == {"skipped"}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_sarif_says_whether_the_result_is_known(case: Case) -> None:
    (run,) = json.loads(FORMATS["sarif"](case.report))["runs"]
    (invocation,) = run["invocations"]
    known = case.answer is not None and case.expected is not State.UNKNOWN
    levels = {note["level"] for note in invocation["toolExecutionNotifications"]}
    assert invocation["executionSuccessful"] == known
    assert ("error" in levels) != known
    assert bool(run["results"]) == (case.expected is State.FAILURE)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_card_says_the_state(case: Case) -> None:
    data = json.loads(card.render(case.report))["data"]
    colors = {State.FAILURE: "attention", State.SUCCESS: "good"}
    assert by_phrase(data["headline"]) == {case.expected}
    assert data["color"] == colors.get(case.expected, "warning")


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_comment_says_the_state_and_is_read_again(case: Case) -> None:
    report = case.report
    said = comment_state(7, COMMIT, "", sections(report, plain=False))
    text = fit(said, key="", syntax=MarkdownSupport(), size=SizeLimit(65_000, "characters"))
    heading = text.splitlines()[0]
    if (
        "a copy is at work" not in str(case)
        and case.answer is not PASSED_OR_CONTRADICTED["another job in which a copy runs"]
    ):
        assert by_phrase(heading) & by_sign(f" {heading}") == {case.expected}
    assert (case.expected is State.SUCCESS) or "✅" not in heading
    found = parse(text)
    assert found
    assert found.state == said.state
    assert not report.reason or _words(report.reason) in _words(text)


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", re.sub("</?code>", "", text)))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_reason_is_shown_wherever_notes_are(case: Case) -> None:
    report = case.report
    assert bool(report.reason) == (case.expected is State.UNKNOWN or case.answer is None)
    for name in ("text", "markdown", "json", "html", "junit", "sarif"):
        assert _words(report.reason) in _words(unescape(FORMATS[name](report))), name


# The status of a commit

STATUSES = [kind for kind, forge in FORGES.items() if isinstance(forge, type) and issubclass(forge, SetsStatus)]
PASSED = {"success", "SUCCESSFUL"}
OPEN = {"pending", "running", "INPROGRESS"}
FAILED = {"failure", "failed", "FAILED"}
NO_VERDICT = {
    "github": "error",
    "gitea": "error",
    "forgejo": "error",
    "gitlab": "canceled",
    "bitbucket": "STOPPED",
    "bitbucket_dc": "FAILED",
    "harness": "error",
}
BY_STATE: Mapping[State, Case] = {case.expected: case for case in reversed([*CASES.values()])}


def set_status(kind: str, forge: object, report: Report) -> str:
    fake = forge
    facts = CommentFacts(report.number, COMMIT, "main", "https://ci.example.com/octo/app/7", report.reason)
    target = CommentTarget(kind, fake.url, fake.repo, None)  # type: ignore[attr-defined]  # a FakeForge
    outcome = comment_state(report.number, COMMIT, "", sections(report, plain=False)).state
    return deliver_status(outcome, facts, target, fake.token, client)  # type: ignore[attr-defined]


@pytest.mark.parametrize("state", BY_STATE)
@pytest.mark.parametrize("kind", STATUSES)
def test_commit_status_says_the_state(kind: str, state: State) -> None:
    with FORGE_FAKES[kind]() as forge:
        set_status(kind, forge, BY_STATE[State.RUNNING].report)
        set_status(kind, forge, BY_STATE[state].report)
        last = forge.statuses[-1]
    word = last.get("state") or last.get("status")
    assert (word in PASSED) == (state is State.SUCCESS)
    assert (word in OPEN) == (state in (State.RUNNING, State.BLOCKED))
    if state is State.FAILURE:
        assert word in FAILED
    if state in (State.UNKNOWN, State.CANCELED, State.DECLINED, State.SKIPPED):
        assert word == NO_VERDICT[kind]


@pytest.mark.parametrize("kind", STATUSES)
def test_unknown_sets_no_status_where_this_build_has_none(kind: str) -> None:
    with FORGE_FAKES[kind]() as forge:
        said = set_status(kind, forge, BY_STATE[State.UNKNOWN].report)
        assert forge.statuses == []
    assert said == "no commit status: the result is unknown and this build has not set one"


@pytest.mark.parametrize("kind", STATUSES)
def test_unknown_leaves_the_status_of_another_build(kind: str) -> None:
    with FORGE_FAKES[kind]() as forge:
        set_status(kind, forge, BY_STATE[State.SUCCESS].report)
        forge.statuses = [
            {key: str(value).replace("/app/7", "/app/6") for key, value in status.items()} for status in forge.statuses
        ]
        set_status(kind, forge, BY_STATE[State.UNKNOWN].report)
        assert len(forge.statuses) == 1


def test_every_state_is_in_the_table() -> None:
    assert set(BY_STATE) == set(PHRASES)


def test_a_step_s_word_of_its_own_is_one_reason_with_the_step_s_name() -> None:
    steps = (Step(1, "deploy", State.UNKNOWN, "1"),)
    answer = Build("octo/app", 7, State.RUNNING, (Job(1, "ci", State.RUNNING, steps, current=True),))
    assert "step deploy" in compose(answer, {}, server="drone").reason
