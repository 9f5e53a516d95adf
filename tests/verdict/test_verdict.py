"""New, known, flaky, or somebody else's: what earlier builds say of a red one."""

import pytest

from plugin.model.build import Build, EarlierBuild, State
from plugin.model.verdict import Verdict, VerdictKind
from plugin.verdict.verdict import judge

PULL = Build("o/r", 50, State.RUNNING, event="pull_request", commit="c50", branch="main", ref="refs/pull/7/head")
PUSH = Build("o/r", 50, State.RUNNING, event="push", commit="c50", branch="fix", ref="refs/heads/fix")
MAIN = Build("o/r", 50, State.RUNNING, event="push", commit="c50", branch="main", ref="refs/heads/main")
RED, GREEN = State.FAILURE, State.SUCCESS


def pull(number: int, state: State, *, of: int = 7, commit: str = "") -> EarlierBuild:
    return EarlierBuild(number, state, "main", "pull_request", commit or f"c{number}", f"refs/pull/{of}/head")


def push(number: int, state: State, branch: str = "main", commit: str = "") -> EarlierBuild:
    return EarlierBuild(number, state, branch, "push", commit or f"c{number}", f"refs/heads/{branch}")


@pytest.mark.parametrize(
    ("build", "earlier", "expected"),
    [
        pytest.param(PULL, [], None, id="nothing met"),
        pytest.param(PULL, [pull(49, GREEN)], Verdict(VerdictKind.NEW, 49, "main"), id="new"),
        pytest.param(PULL, [pull(48, GREEN), pull(49, RED)], Verdict(VerdictKind.KNOWN, 49, "main"), id="known"),
        pytest.param(
            PULL,
            [pull(45, RED), pull(46, GREEN), pull(47, RED), pull(49, RED)],
            Verdict(VerdictKind.KNOWN, 47, "main"),
            id="since",
        ),
        pytest.param(PULL, [pull(49, GREEN, of=8)], None, id="another pull request says nothing"),
        pytest.param(
            PULL, [push(49, RED), pull(48, GREEN)], Verdict(VerdictKind.ELSEWHERE, 49, "main"), id="target is red"
        ),
        pytest.param(PULL, [push(48, RED), push(49, GREEN)], None, id="target was red and is fixed"),
        pytest.param(PUSH, [push(49, RED)], Verdict(VerdictKind.ELSEWHERE, 49, "main"), id="default branch is red"),
        pytest.param(MAIN, [push(49, RED)], Verdict(VerdictKind.KNOWN, 49, "main"), id="on the default branch itself"),
        pytest.param(MAIN, [push(49, GREEN)], Verdict(VerdictKind.NEW, 49, "main"), id="new on the default branch"),
        pytest.param(PULL, [pull(49, GREEN, commit="c50")], Verdict(VerdictKind.FLAKY, 49, "main"), id="flaky"),
        pytest.param(
            PULL, [push(49, GREEN, commit="c50")], None, id="the same commit in another event runs other steps"
        ),
        pytest.param(PULL, [pull(51, GREEN, commit="c50"), pull(50, RED)], None, id="later builds and this one"),
        pytest.param(PULL, [pull(49, State.KILLED)], Verdict(VerdictKind.KNOWN, 49, "main"), id="killed is red"),
        pytest.param(
            PULL, [pull(49, State.RUNNING), pull(48, GREEN)], Verdict(VerdictKind.NEW, 48, "main"), id="running is open"
        ),
        pytest.param(
            PULL, [pull(49, State.CANCELED), pull(48, GREEN)], Verdict(VerdictKind.NEW, 48, "main"), id="canceled"
        ),
    ],
)
def test_verdict_by_earlier_builds(build: Build, earlier: list[EarlierBuild], expected: Verdict | None) -> None:
    assert judge(build, earlier, "main") == expected
    assert judge(build, [*reversed(earlier), *earlier], "main") == expected, "in any order, with repeats"


def test_builds_without_a_reference_are_not_compared() -> None:
    build = Build("o/r", 50, State.RUNNING, event="push", branch="main")
    assert judge(build, [EarlierBuild(49, GREEN, "main")], "main") is None
