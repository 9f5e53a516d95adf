"""New, known, flaky, or of the target branch: what earlier builds show of a failure, and what they do not show."""

from dataclasses import replace

import pytest

from plugin.model.build import State
from plugin.model.verdict import Comparison, EvidenceKind, FailureVerdict, Verdict, VerdictKind
from plugin.verdict.facts import FailureFacts, Known, ReadBuild, ReadComment, ReadList, ReadLog
from plugin.verdict.history import wanted
from plugin.verdict.verdict import judge, judge_build
from tests.verdict.past import FAILURE, NUMBER, Past, Reader, facts, pull, push, red

NOW = pull(NUMBER, "a")
KIND = VerdictKind
SHOWS = EvidenceKind


def verdict(*past: Past, now: Past = NOW, complete: bool = True, budget: int = 12) -> FailureVerdict:
    known = Reader(past, budget).read(red(now, complete=complete))
    return judge(known)[FAILURE]


def shown(found: FailureVerdict) -> dict[EvidenceKind, list[int]]:
    return {one.kind: [build.number for build in one.builds] for one in found.evidence}


@pytest.mark.parametrize(
    ("past", "kind", "evidence"),
    [
        pytest.param([], None, {}, id="nothing seen"),
        pytest.param([pull(49)], KIND.NEW, {SHOWS.NEW: [49]}, id="new"),
        pytest.param([pull(49, other=True)], KIND.NEW, {SHOWS.NEW: [49]}, id="the build before failed in another step"),
        pytest.param([pull(49, "b")], KIND.NEW, {SHOWS.NEW_REASON: [49]}, id="failed for another reason before"),
        pytest.param([pull(49, "-"), pull(48)], KIND.NEW, {SHOWS.NEW: [48]}, id="the step did not run before"),
        pytest.param([push(49, "-")], None, {}, id="the step did not run on main, which failed in another one"),
        pytest.param([push(49)], KIND.NEW, {SHOWS.TARGET_PASSED: [49]}, id="first build, main passed"),
        pytest.param([pull(49, "a")], KIND.KNOWN, {SHOWS.SINCE: [49]}, id="known"),
        pytest.param([pull(49, "a"), pull(48, "a"), pull(47)], KIND.KNOWN, {SHOWS.SINCE: [49, 48]}, id="since"),
        pytest.param(
            [pull(49, "a"), pull(48, "b"), pull(47, "a")], KIND.KNOWN, {SHOWS.SINCE: [49]}, id="since, b before it"
        ),
        pytest.param(
            [push(49, "a")], KIND.ELSEWHERE, {SHOWS.TARGET: [49]}, id="the target branch has the same failure"
        ),
        pytest.param(
            [push(49, "b"), pull(48)],
            KIND.NEW,
            {SHOWS.TARGET_OTHER: [49], SHOWS.NEW: [48]},
            id="the target branch fails for another reason",
        ),
        pytest.param(
            [push(49, "b")], KIND.UNDECIDED, {SHOWS.TARGET_OTHER: [49]}, id="only the target branch, for another reason"
        ),
        pytest.param(
            [push(49, other=True), pull(48)],
            KIND.NEW,
            {SHOWS.TARGET_PASSED: [49], SHOWS.NEW: [48]},
            id="the target branch fails in another step",
        ),
        pytest.param(
            [push(49), push(48, "a"), pull(47)],
            KIND.NEW,
            {SHOWS.TARGET_PASSED: [49], SHOWS.TARGET_BEFORE: [48], SHOWS.NEW: [47]},
            id="the target branch had it and is fixed",
        ),
        pytest.param(
            [push(49), push(48, "a"), push(47, "a"), push(46), push(45, "a"), pull(43)],
            KIND.FLAKY,
            {
                SHOWS.TARGET_PASSED: [49],
                SHOWS.TARGET_BEFORE: [48, 45],
                SHOWS.INTERMITTENT: [48, 45],
                SHOWS.NEW: [43],
            },
            id="the target branch had it twice and passed each time",
        ),
        pytest.param(
            [push(49), push(48, "a"), push(47), pull(46, of=8), pull(45, "a", of=8), push(44), pull(43)],
            KIND.FLAKY,
            {
                SHOWS.TARGET_PASSED: [49],
                SHOWS.TARGET_BEFORE: [48],
                SHOWS.INTERMITTENT: [48, 45],
                SHOWS.NEW: [43],
            },
            id="the target branch and, before it, a pull request",
        ),
        pytest.param(
            [push(49), push(48, "a"), push(47), pull(46, of=8), pull(45, "a", of=8), pull(43)],
            KIND.NEW,
            {SHOWS.TARGET_PASSED: [49], SHOWS.TARGET_BEFORE: [48], SHOWS.NEW: [43]},
            id="the target branch and, before it, a pull request, which may contain an older failure of that branch",
        ),
        pytest.param(
            [push(49), pull(48, of=8), pull(47, "a", of=8), pull(46, of=8), push(45), push(44, "a"), pull(43)],
            KIND.FLAKY,
            {
                SHOWS.TARGET_PASSED: [49],
                SHOWS.TARGET_BEFORE: [44],
                SHOWS.INTERMITTENT: [47, 44],
                SHOWS.NEW: [43],
            },
            id="the target branch and, after both had passed, a pull request",
        ),
        pytest.param(
            [push(49), pull(48, of=8), pull(47, "a", of=8), push(46), push(45, "a"), pull(43)],
            KIND.NEW,
            {SHOWS.TARGET_PASSED: [49], SHOWS.TARGET_BEFORE: [45], SHOWS.NEW: [43]},
            id="the target branch and, after it, a pull request, which may contain the failure of the target branch",
        ),
        pytest.param(
            [pull(49, of=8), pull(48, "a", of=8), pull(47, of=9), pull(46, "a", of=9), pull(43)],
            KIND.FLAKY,
            {SHOWS.INTERMITTENT: [48, 46], SHOWS.NEW: [43], SHOWS.OTHER_PULL_REQUESTS: [48, 46]},
            id="two other pull requests had it and passed since",
        ),
        pytest.param(
            [
                *(push(49), push(48, "a"), push(47), pull(46, of=8), pull(45, "a", of=8), pull(44, "a", of=8)),
                *(push(43), pull(42)),
            ],
            KIND.NEW,
            {SHOWS.TARGET_PASSED: [49], SHOWS.TARGET_BEFORE: [48], SHOWS.NEW: [42]},
            id="the target branch and, before it, a pull request that had it until it was fixed",
        ),
        pytest.param(
            [
                *(push(49), pull(48, of=8), pull(47, of=9), pull(46, "a", of=8), pull(45, "a", of=9), push(44)),
                *(pull(43, "a", of=8), pull(42, "a", of=9), push(41, "a", purged=True), push(40), pull(39)),
            ],
            KIND.NEW,
            {SHOWS.TARGET_PASSED: [49], SHOWS.NEW: [39]},
            id="two other pull requests, which began to fail with the target branch and passed later than that",
        ),
        pytest.param(
            [push(49, "a"), push(48), pull(47, "a")],
            KIND.KNOWN,
            {SHOWS.TARGET: [49], SHOWS.SINCE: [47]},
            id="this pull request had it before the target branch",
        ),
        pytest.param(
            [push(49, "a"), pull(48, "a"), push(47, "a"), pull(46)],
            KIND.ELSEWHERE,
            {SHOWS.TARGET: [49], SHOWS.SINCE: [48]},
            id="the target branch had it before this pull request, which had it before the newest build",
        ),
        pytest.param(
            [push(49, "a"), push(48), pull(47, "b")],
            KIND.ELSEWHERE,
            {SHOWS.TARGET: [49], SHOWS.NEW_REASON: [47]},
            id="this pull request failed for another reason before the target branch broke",
        ),
        pytest.param(
            [pull(49, commit="c50")],
            KIND.FLAKY,
            {SHOWS.SAME_COMMIT_PASSED: [49], SHOWS.NEW: [49]},
            id="the same commit passed",
        ),
        pytest.param(
            [pull(49, commit="c50", other=True)],
            KIND.FLAKY,
            {SHOWS.SAME_COMMIT_PASSED: [49], SHOWS.NEW: [49]},
            id="the step passed on the same commit, another one failed",
        ),
        pytest.param(
            [pull(48, commit="c50"), push(49)],
            KIND.NEW,
            {SHOWS.TARGET_PASSED: [49], SHOWS.NEW: [48]},
            id="the same commit passed before the target branch moved",
        ),
        pytest.param([push(49, commit="c50")], KIND.NEW, {SHOWS.TARGET_PASSED: [49]}, id="the same commit, as a push"),
        pytest.param(
            [pull(49, "a", of=8), pull(48, "a", of=9), pull(47)],
            KIND.WIDESPREAD,
            {SHOWS.NEW: [47], SHOWS.OTHER_PULL_REQUESTS: [49, 48]},
            id="two other pull requests have it",
        ),
        pytest.param(
            [pull(49, "a", of=8), pull(48, "b", of=9), pull(47)], KIND.NEW, {SHOWS.NEW: [47]}, id="one other has it"
        ),
        pytest.param(
            [pull(49, "a", of=8), pull(48, "a", of=8), pull(47)],
            KIND.NEW,
            {SHOWS.NEW: [47]},
            id="one other has it twice",
        ),
        pytest.param(
            [pull(49, "a", of=8), pull(48, "a", of=9), pull(47, "a")],
            KIND.KNOWN,
            {SHOWS.SINCE: [47]},
            id="others have it later than this one, so they may contain it",
        ),
        pytest.param(
            [push(49), pull(48, "a", of=8), pull(47, "a", of=9), push(46, "a")],
            KIND.NEW,
            {SHOWS.TARGET_PASSED: [49], SHOWS.TARGET_BEFORE: [46]},
            id="others had it while the target branch had it",
        ),
        pytest.param(
            [pull(49, "a", of=8, commit="x"), pull(48, of=8, commit="x"), pull(47)],
            KIND.FLAKY,
            {SHOWS.PASSED_AGAIN: [48, 49], SHOWS.NEW: [47]},
            id="another pull request had it and passed on the same commit",
        ),
        pytest.param([pull(49, purged=True, cause="a")], KIND.UNDECIDED, {SHOWS.NOT_COMPARED: [49]}, id="purged log"),
        pytest.param([pull(49, "")], KIND.UNDECIDED, {SHOWS.NOT_COMPARED: [49]}, id="generic cause before"),
        pytest.param(
            [pull(49, "a+b")], KIND.UNDECIDED, {SHOWS.NOT_COMPARED: [49]}, id="one of the failed tests is the same"
        ),
        pytest.param([push(51, "a"), pull(50, "a")], None, {}, id="later builds and this one"),
        pytest.param(
            [pull(49, "a", state=State.RUNNING), pull(48)], KIND.NEW, {SHOWS.NEW: [48]}, id="a running build is open"
        ),
        pytest.param(
            [pull(49, "a", state=State.CANCELED), pull(48)], KIND.NEW, {SHOWS.NEW: [48]}, id="a canceled one, too"
        ),
    ],
)
def test_verdict_by_earlier_builds(
    past: list[Past], kind: VerdictKind | None, evidence: dict[EvidenceKind, list[int]]
) -> None:
    found = verdict(*past)
    assert (found.kind, shown(found)) == (kind, evidence)
    again = verdict(*reversed(past), *past)
    assert (again.kind, again.evidence) == (found.kind, found.evidence), "in any order, with repeats"


def test_a_failure_on_the_default_branch_has_no_target_branch() -> None:
    found = verdict(push(49, "a"), push(48), pull(47, "a"), pull(46, "a", of=8), now=push(NUMBER, "a"))
    assert (found.kind, shown(found)) == (KIND.KNOWN, {SHOWS.SINCE: [49]})


def test_a_failure_that_the_default_branch_had_twice_and_passed_each_time_is_flaky_there_too() -> None:
    found = verdict(push(49), push(48, "a"), push(47), push(46, "a"), push(45), now=push(NUMBER, "a"))
    assert (found.kind, shown(found)[SHOWS.INTERMITTENT]) == (KIND.FLAKY, [48, 46])


def test_a_push_to_another_branch_is_compared_with_the_default_branch() -> None:
    found = verdict(push(49, "a"), now=push(NUMBER, "a", branch="fix"))
    assert (found.kind, shown(found)) == (KIND.ELSEWHERE, {SHOWS.TARGET: [49]})


@pytest.mark.parametrize("past", [[pull(49, "a")], [push(49, "a")], [pull(49, "a", of=8), pull(48, "a", of=9)]])
def test_a_failure_is_equal_to_no_other_if_its_log_is_cut_or_its_cause_generic(past: list[Past]) -> None:
    for now, complete in ((NOW, False), (pull(NUMBER, ""), True)):
        assert verdict(*past, now=now, complete=complete).kind in (None, KIND.UNDECIDED)


def test_a_failure_without_a_key_is_new_if_the_step_passed_before() -> None:
    assert verdict(pull(49), now=pull(NUMBER, "")).kind is KIND.NEW


@pytest.mark.parametrize(
    ("cause", "previous"),
    [
        ("a", Comparison.SAME),
        ("b", Comparison.OTHER),
        ("a+b", Comparison.UNKNOWN),
        (None, Comparison.PASSED),
        ("", Comparison.UNKNOWN),
    ],
)
def test_previous_build_is_compared_for_announcements(cause: str | None, previous: Comparison) -> None:
    assert verdict(pull(49, cause)).previous is previous


def test_since_says_that_it_may_be_older_if_the_build_before_was_not_compared() -> None:
    (since,) = verdict(pull(49, "a"), pull(48, "a", purged=True)).evidence
    assert (since.kind, since.older) == (SHOWS.SINCE, True)
    (since,) = verdict(pull(49, "a"), pull(48)).evidence
    assert not since.older


def test_the_count_of_a_flaky_commit_includes_this_build() -> None:
    found = verdict(pull(49, "a", commit="c50"), pull(48, commit="c50"), pull(47, "b", commit="c50"))
    (flaky,) = [one for one in found.evidence if one.kind is SHOWS.SAME_COMMIT_PASSED]
    assert ([one.number for one in flaky.builds], flaky.failed) == ([48], 2)


# Requests


def kinds(reads: list[object]) -> list[str]:
    return [type(read).__name__.removeprefix("Read") for read in reads]


@pytest.mark.parametrize(
    ("past", "reads"),
    [
        pytest.param([], ["List"], id="nothing seen"),
        pytest.param([pull(49)], ["List"], id="new"),
        pytest.param([push(49, "a")], ["List", "Build", "Log"], id="the target branch has the same failure"),
        pytest.param([pull(49, "a")], ["List", "Build", "Log"], id="known"),
        pytest.param([pull(49, "a"), pull(48, "a"), pull(47)], ["List", *["Build", "Log"] * 2], id="since"),
        pytest.param([pull(49, commit="c50")], ["List", "Build"], id="the same commit passed"),
        pytest.param(
            [pull(49, "a", of=8), pull(48, "a", of=9), pull(47)],
            ["List", *["Build", "Log"] * 2],
            id="two other pull requests have it",
        ),
    ],
)
def test_reads_of_each_statement(past: list[Past], reads: list[str]) -> None:
    reader = Reader(past)
    reader.read(red(NOW))
    assert kinds([*reader.reads]) == reads


def test_the_comment_replaces_the_reads_of_the_previous_build() -> None:
    past = [pull(49, "a"), pull(48)]
    reader = Reader(past, comment=(49, frozenset({"v1:a"})))
    found = judge(reader.read(red(NOW)))[FAILURE]
    assert (found.kind, found.previous) == (KIND.KNOWN, Comparison.SAME)
    assert reader.reads == [ReadList(), ReadComment()]


def test_other_keys_in_the_comment_do_not_show_another_reason() -> None:
    reader = Reader([pull(49, "a+b")], comment=(49, frozenset({"v1:a+b"})))
    found = judge(reader.read(red(NOW)))[FAILURE]
    assert found.kind is KIND.UNDECIDED
    assert kinds([*reader.reads]) == ["List", "Comment", "Build", "Log"]


def test_no_log_is_read_before_the_own_logs_are_analyzed() -> None:
    known = replace(red(NOW), analyzed=False)
    reader = Reader([push(49, "a"), pull(48, "a"), pull(47, "a")])
    known = reader.read(known)
    assert reader.reads == [ReadList(), ReadBuild(49), ReadBuild(48)]
    assert not any(isinstance(read, ReadLog) for read in reader.reads)
    assert any(isinstance(read, ReadLog) for read in wanted(replace(known, analyzed=True)))


@pytest.mark.parametrize("budget", range(13))
def test_what_was_not_read_is_not_claimed(budget: int) -> None:
    past = [push(49, "b"), pull(48, "b", of=8), pull(47, "a+b"), pull(46, "a", of=9), pull(44, "a", of=6), push(43)]
    reader = Reader(past, budget)
    found = judge(reader.read(red(NOW)))[FAILURE]
    assert len(reader.reads) <= budget
    enough = 9
    assert found.kind in ((KIND.WIDESPREAD,) if budget >= enough else (None, KIND.UNDECIDED))


def test_failure_of_two_other_pull_requests_is_recognized_among_many_that_fail_for_other_reasons() -> None:
    """As long as none of them has passed since, they are worth less than the newest ones."""
    others = [pull(number, "b", of=number) for number in range(47, 38, -1)]
    past = [pull(49, "a", of=8), pull(48, "a", of=9), *others, pull(38)]
    found = judge(Reader(past, 12).read(red(NOW)))[FAILURE]
    assert found.kind is KIND.WIDESPREAD


def test_no_more_builds_are_read_than_the_setting_says() -> None:
    past = [pull(number, "a") for number in range(49, 9, -1)]
    reader = Reader(past, budget=100)
    reader.read(replace(red(NOW), most=3))
    assert kinds([*reader.reads]).count("Build") == 3


# The build


def of_build(*past: Past, others: dict[tuple[int, int], FailureFacts] | None = None) -> Verdict | None:
    known = red(NOW)
    known = Reader(past).read(replace(known, failures={**known.failures, **(others or {})}))
    return judge_build(judge(known), known)


def test_the_build_is_as_its_most_alarming_failure() -> None:
    old, new = {(1, 2): facts("a")}, {(1, 1): facts("l")}
    past = [push(49, "a")]
    known = Reader(past).read(replace(red(replace(NOW, other=True)), failures={**old, **new}))
    verdicts = judge(known)
    assert [verdicts[one].kind for one in ((1, 2), (1, 1))] == [KIND.ELSEWHERE, KIND.NEW]
    found = judge_build(verdicts, known)
    assert found is not None
    assert (found.kind, found.build) == (KIND.NEW, 49)


def test_a_job_that_failed_without_a_step_leaves_the_build_undecided() -> None:
    found = of_build(push(49, "a"), others={(2, 0): FailureFacts()})
    assert found is not None
    assert found.kind is KIND.UNDECIDED


def test_the_build_names_the_first_and_the_last_build_of_the_series() -> None:
    found = of_build(pull(49, "a"), pull(48, "a"), pull(47))
    assert found is not None
    assert (found.kind, found.build, found.latest) == (KIND.KNOWN, 48, 49)


def test_keys_of_the_previous_build_are_known_if_it_passed_or_from_the_comment() -> None:
    passed, failed = of_build(pull(49)), of_build(pull(49, "a"))
    assert passed is not None
    assert failed is not None
    assert (passed.previous_keys, failed.previous_keys) == (frozenset(), None)
    known = Reader([pull(49, "a")], comment=(49, frozenset({"v1:a"}))).read(red(NOW))
    found = judge_build(judge(known), known)
    assert found is not None
    assert found.previous_keys == frozenset({"v1:a"})


def test_builds_without_a_reference_are_not_compared() -> None:
    known = red(NOW)
    nameless: Known = replace(known, build=replace(known.build, ref=""))
    assert judge(Reader([pull(49, "a")]).read(nameless))[FAILURE].kind is None
