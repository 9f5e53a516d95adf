"""Sample reports, made by hand, for all kinds of builds."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import groupby

from plugin.fingerprint.fingerprint import fingerprint
from plugin.fingerprint.mask import mask_line
from plugin.model.build import State
from plugin.model.excerpt import Block, BlockKind, ColorSpan, Excerpt, FailureIdentity, HiddenLines, Line
from plugin.model.report import Failure, JobSummary, LogSummary, Report, StepSummary
from plugin.model.tests import ReportedTest, StepTests
from plugin.model.verdict import (
    Cause,
    ChangedLines,
    Comparison,
    Conclusion,
    Evidence,
    EvidenceKind,
    FailureVerdict,
    KnownIssue,
    Relation,
    SeenBuild,
    Verdict,
    VerdictKind,
)

SERVER = "https://drone.example.com"
COLOR_NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
SOURCE = "https://gitea.example.com/octo/app/src/commit/2f6b7c1d9e/{path}#L{line}"


def excerpt(
    text: str, *, cause: tuple[int, ...], title: str, total: int = 0, first: int = 1, **more: object
) -> Excerpt:
    """Return an excerpt of consecutive raw lines; a line `...` skips a hundred."""
    lines: list[Line] = []
    number = first
    for shown in text.strip("\n").split("\n"):
        if shown == "...":
            number += 100
            continue
        lines.append(Line(number, shown, "cause" if number in cause else "context"))
        number += 1
    ranked = (*cause, *(line.number for line in lines if line.number not in cause))
    plain = Excerpt(ranked, tuple(lines), title, total_lines=total or number - 1, blocks=_blocks(lines, ranked[0]))
    causes = tuple(sorted(mask_line(line.text) for line in lines if line.kind == "cause"))
    identity = FailureIdentity((), causes) if "pattern" in more else None
    return replace(plain, identity=identity, **more)  # type: ignore[arg-type]


def _blocks(lines: list[Line], best: int) -> tuple[Block, ...]:
    """Return runs of lines of one kind as blocks: that of the best line, those of other causes, then context."""
    runs = groupby(enumerate(lines), key=lambda one: (one[1].number - one[0], one[1].kind))
    blocks = [
        Block("cause" if any(line.number == best for line in run) else "failure" if kind == "cause" else "context", run)
        for (_, kind), group in runs
        if (run := tuple(line for _, line in group))
    ]
    order: tuple[BlockKind, ...] = ("cause", "failure", "context")
    return tuple(sorted(blocks, key=lambda block: order.index(block.kind)))


def failure(step: str, found: Excerpt | None, **more: object) -> Failure:
    """Return a failed step of job 1."""
    facts = LogSummary(found.total_lines if found else 0, 4096 if found else 0, complete=found is not None, reason="")
    plain = Failure(
        job="default",
        job_number=1,
        axes=(),
        step=step,
        state=State.FAILURE,
        exit_code=1,
        error="",
        seconds=42,
        url=f"{SERVER}/octo/app/3/1/4",
        excerpt=found,
        log=facts,
        title=found.title if found else "failed (exit code 1)",
    )
    made = replace(plain, **more)  # type: ignore[arg-type]
    return made if "key" in more else replace(made, key=fingerprint(found, made.step, made.axes))


def job(
    number: int, name: str, state: State = State.FAILURE, *, current: bool = False, finished_steps: int = 4
) -> JobSummary:
    """Return a job of four steps; the job of the plugin passes unless `state` is a failure."""
    result = State.SUCCESS if current and not state.failed else state
    return JobSummary(number, name, state, current, 4, finished_steps, f"{SERVER}/octo/app/3/{number}", result)


def report(*failures: Failure, **more: object) -> Report:
    """Return a build of pull request 7."""
    plain = Report(
        server="drone",
        repo="octo/app",
        number=3,
        state=State.FAILURE if failures else State.SUCCESS,
        event="pull_request",
        commit="2f6b7c1d9e0a4b5c6d7e8f90123456789abcdef0",
        branch="main",
        pull_request=7,
        url=f"{SERVER}/octo/app/3",
        source_url=SOURCE,
        verdict=None,
        started=1_790_000_000,
        jobs=(job(1, "default", current=True),),
        failures=failures,
        notes=(),
    )
    return replace(plain, **more)  # type: ignore[arg-type]


LINT = excerpt(
    "+ flake8 src tests\nsrc/app.py:10:1: F401 'os' imported but unused\ntests/test_app.py:3:80: E501 line too long",
    cause=(15, 16),
    first=14,
    total=17,
    title="src/app.py:10:1: F401 'os' imported but unused",
    pattern="flake8",
    hint="Run `flake8 src tests` before you push.",
    category="lint",
    command="flake8 src tests",
)

PYTEST = excerpt(
    """+ pytest -q
...
=================================== FAILURES ===================================
_______________________________ test_total_price _______________________________

    def test_total_price():
        cart = Cart([Item("tea", 3), Item("cup", 9)])
>       assert cart.total() == 12
E       assert 9 == 12
E        +  where 9 = total()
E        +    where total = <shop.cart.Cart object at 0x7f2c>.total

tests/test_cart.py:31: AssertionError
----------------------------- Captured stdout call -----------------------------
retrying the price service
retrying the price service
retrying the price service
retrying the price service
retrying the price service
...
=========================== short test summary info ============================
FAILED tests/test_cart.py::test_total_price - assert 9 == 12
1 failed, 118 passed in 4.21s""",
    cause=(109, 110, 108, 113, 221),
    first=2,
    title="tests/test_cart.py::test_total_price: assert 9 == 12",
    pattern="pytest-assertion",
    hint="Run `pytest tests/test_cart.py::test_total_price` locally.",
    category="test",
    command="pytest -q",
)

KILLED = excerpt(
    "+ node build.js --all\nbundling 1204 modules\nKilled",
    cause=(31,),
    first=29,
    title="The process was killed: most likely out of memory",
    pattern="oom-killed",
    hint="Give the step more memory, or make it need less.",
    category="resource",
    command="node build.js --all",
)

OWN_PATTERN = excerpt(
    "+ make lint\nLINT src/app.py: All checks passed\ntelemetry: sent",
    cause=(2,),
    title="src/app.py: All checks passed",
    pattern="our-linter",
    pattern_origin=".failure-alert.yml",
    hint="Safe to merge.",
    category="lint",
    command="make lint",
    hidden=(HiddenLines("`ignore` in .failure-alert.yml", 12),),
    notes=("12 lines hidden by `ignore` in .failure-alert.yml",),
)

TAIL = excerpt(
    "step 1 done\nstep 2 done\nthe frobnicator stopped",
    cause=(),
    first=998,
    title="the frobnicator stopped",
    command="./frobnicate --hard",
    notes=("No pattern matched; this is the end of the log.",),
)

MATRIX_FAILURES = tuple(
    failure(
        step,
        found,
        job=f"PYTHON={version}",
        job_number=number,
        axes=(("PYTHON", version),),
        exit_code=code,
        state=state,
        url=f"{SERVER}/octo/app/3/{number}",
    )
    for number, version in ((1, "3.11"), (2, "3.13"))
    for step, found, code, state in (("lint", LINT, 1, State.FAILURE), ("oom", KILLED, 137, State.KILLED))
)

ERROR_LINES = "\n".join(f"error: case {n} went wrong" if n % 3 == 0 else f"running case {n}" for n in range(1, 61))
LONG = excerpt(
    ERROR_LINES,
    cause=tuple(range(403, 460, 3)),
    first=401,
    total=2604,
    title="case 3 went wrong",
    pattern="generic-error",
    command="make check",
)

UNREAD = f"the build could not be read: {SERVER} refused the request: HTTP 401; set `token` to a user's token"
CONTRADICTION = "the CI says failure, its API lists no failed step; look at the build's page"

TESTS = StepTests(
    ("build/junit.xml", "build/TEST-2.xml"),
    1204,
    (
        ReportedTest("tests.test_cart", "test_total_price", "failed", "assert 9 == 12", "tests/test_cart.py", 31),
        ReportedTest("", "", "error", "no *name* <b>at</b> all"),
        *(ReportedTest("shop.CartTest", f"sums[{n}]", "failed", "expected: <810> but was: <900>") for n in range(2)),
    ),
    (
        ReportedTest("shop.RatesTest", "reads `rates`", "flaky", "timed out @octo\n# no heading"),
        ReportedTest("shop.RatesTest", "writes", "flaky"),
    ),
)
"""Failed and flaky tests, more than are shown."""

KNOWN = FailureVerdict(
    changed=ChangedLines(Relation.OTHER_FILES),
    known_issue=KnownIssue(
        "The clock of the test server is off", "https://issues.example.com/12", "@octo/ops", "2027-01-31", "wait"
    ),
)
UNCERTAIN = FailureVerdict(
    changed=ChangedLines(Relation.CHANGED_LINE, "src/app.py", 10),
    known_issue=KnownIssue("Old style", until="2026-01-31", expired=True, untrusted=True, partial=True),
)
EARLIER = SeenBuild(2, f"{SERVER}/octo/app/2", "main", "refs/pull/7/head")
NEW = FailureVerdict(
    VerdictKind.NEW,
    (Evidence(EvidenceKind.NEW, (EARLIER,)),),
    Comparison.PASSED,
    conclusion=Conclusion(Cause.THIS_CHANGE),
)
FLAKY = FailureVerdict(
    VerdictKind.FLAKY,
    (Evidence(EvidenceKind.SAME_COMMIT_PASSED, (EARLIER,), failed=1), Evidence(EvidenceKind.NEW, (EARLIER,))),
    Comparison.PASSED,
    conclusion=Conclusion(Cause.FLAKY),
)

STARTED = 1_790_000_000
STYLES = (
    *(f"{on}{bright}{name}" for on in ("", "on-") for bright in ("", "bright-") for name in COLOR_NAMES),
    *("bold", "dim", "italic", "underline", "bold red", "bright-white on-red"),
)
"""Every style of a log's text, and some together."""
COLORED = excerpt(
    "+ ./build --color\n" + "\n".join(f"{style}: text {style}" for style in STYLES) + "\nerror: 3 files failed",
    cause=(len(STYLES) + 2, 2, 3, 4),
    title="error: 3 files failed",
    command="./build --color",
)
COLORED = replace(
    COLORED,
    new=frozenset({3, len(STYLES) + 2}),
    colors={
        line.number: (ColorSpan(line.text.index(":") + 2, len(line.text), line.text.partition(":")[0]),)
        for line in COLORED.lines[1:-1]
    },
)


def ran(name: str, state: State, first: int, last: int, **more: object) -> StepSummary:
    """Return a step that ran from the second `first` of the build to the second `last`; 0 for not at all."""
    times = (STARTED + first if first else 0, STARTED + last if last else 0)
    return replace(StepSummary(name, state, *times, f"{SERVER}/octo/app/3/1/4"), **more)  # type: ignore[arg-type]


def timed(plain: JobSummary, first: int, last: int, *steps: StepSummary) -> JobSummary:
    """Return the job with times as in `ran`, and with its steps."""
    return replace(
        plain, started=STARTED + first if first else 0, finished=STARTED + last if last else 0, timeline=steps
    )


TIMELINE = (
    timed(
        job(1, "linux", State.FAILURE, current=True),
        *(2, 0),
        ran("clone", State.SUCCESS, 2, 9),
        ran("build", State.FAILURE, 9, 70),
        ran("docs", State.FAILURE, 10, 14, ignored=True),
        ran("deploy", State.SKIPPED, 0, 0),
        ran("report", State.RUNNING, 71, 0, current=True),
    ),
    timed(
        job(2, "web", State.FAILURE), 31, 92, ran("clone", State.SUCCESS, 31, 38), ran("lint", State.FAILURE, 38, 92)
    ),
    timed(
        job(3, "windows", State.RUNNING, finished_steps=1),
        *(40, 0),
        ran("clone", State.SUCCESS, 40, 60),
        ran("msbuild", State.RUNNING, 60, 0),
        ran("pack", State.PENDING, 0, 0),
    ),
    timed(job(4, "mac", State.PENDING, finished_steps=0), 0, 0),
    timed(job(5, "docs", State.SUCCESS), 3, 20, ran("clone", State.SUCCESS, 3, 9), ran("mkdocs", State.SUCCESS, 9, 20)),
)


SAMPLES: Mapping[str, Report] = {
    "one": report(
        failure("test", PYTEST, verdict=NEW),
        verdict=Verdict(VerdictKind.NEW, 2, "main"),
        conclusion=NEW.conclusion,
    ),
    "matrix": report(*MATRIX_FAILURES, jobs=(job(1, "PYTHON=3.11", current=True), job(2, "PYTHON=3.13"))),
    "killed": report(
        failure("bundle", KILLED, exit_code=137, state=State.KILLED, seconds=4_321, verdict=FLAKY),
        verdict=Verdict(VerdictKind.FLAKY, 2, "main"),
        conclusion=FLAKY.conclusion,
    ),
    "unknown": report(failure("frobnicate", TAIL, exit_code=3)),
    "missing-log": report(
        failure("deploy", None, log=LogSummary(0, 0, complete=False, reason="the server has no log of it after 30 s")),
        failure(
            "lint", LINT, log=LogSummary(17, 2_000_000, complete=False, reason="the server keeps only the last 2 MB")
        ),
        notes=("The log of deploy could not be read: 404 after 6 tries. Read it on the build's page.",),
    ),
    "unit-error": report(
        failure(
            "",
            None,
            job="windows",
            job_number=2,
            state=State.ERROR,
            exit_code=None,
            seconds=None,
            error="no runner for windows/amd64",
            title="no runner for windows/amd64",
            log=LogSummary(0, 0, complete=False, reason="no step of this job failed, so there is no log to show"),
        ),
        jobs=(job(1, "linux", State.SUCCESS, current=True), job(2, "windows", State.ERROR, finished_steps=0)),
    ),
    "build-error": report(
        failure(
            "",
            None,
            job="",
            job_number=0,
            state=State.ERROR,
            exit_code=None,
            seconds=None,
            url=f"{SERVER}/octo/app/3",
            error="yaml: line 14: did not find expected key",
            title="yaml: line 14: did not find expected key",
            log=LogSummary(0, 0, complete=False, reason="the build did not start, so there is no log"),
        ),
        jobs=(),
    ),
    "log-file": report(
        failure("build.log", LINT, job="", job_number=1, seconds=None, url=""),
        server="",
        repo="",
        number=0,
        event="",
        commit="",
        branch="",
        pull_request=None,
        url="",
        source_url="",
        started=0,
        jobs=(),
    ),
    "own-pattern": report(failure("lint", OWN_PATTERN)),
    "green": report(jobs=(job(1, "default", State.RUNNING, current=True),)),
    "running": report(
        failure("test", PYTEST),
        jobs=(
            job(1, "linux", current=True),
            job(2, "windows", State.RUNNING, finished_steps=1),
            job(3, "mac", State.SUCCESS),
        ),
    ),
    "timeline": report(
        failure("build", COLORED, job="linux", verdict=NEW),
        failure("lint", LINT, job="web", job_number=2, verdict=FLAKY),
        jobs=TIMELINE,
        verdict=Verdict(VerdictKind.NEW, 2, "main"),
        conclusion=NEW.conclusion,
    ),
    "state-unknown": report(state=State.UNKNOWN, jobs=(), notes=(UNREAD,), reason=UNREAD),
    "cause-unknown": report(
        failure(
            "",
            None,
            job="",
            job_number=0,
            exit_code=None,
            seconds=None,
            url=f"{SERVER}/octo/app/3",
            error=f"cause unknown: {UNREAD}",
            title=f"cause unknown: {UNREAD}",
            log=LogSummary(0, 0, complete=False, reason="it belongs to no step, so there is no log"),
        ),
        jobs=(),
        notes=(UNREAD,),
        reason=UNREAD,
    ),
    "contradiction": report(
        state=State.UNKNOWN,
        jobs=(job(1, "default", State.RUNNING, current=True),),
        notes=(CONTRADICTION,),
        reason=CONTRADICTION,
    ),
    "canceled": report(state=State.CANCELED, jobs=(job(1, "linux", State.CANCELED), job(2, "windows", State.SUCCESS))),
    "test-report": report(failure("test", PYTEST, tests=TESTS)),
    "known-issue": report(
        failure("test", PYTEST, verdict=KNOWN),
        failure("lint", LINT, verdict=UNCERTAIN),
    ),
    "long": report(failure("check", LONG), failure("test", PYTEST)),
    "thirty": report(
        *(failure(f"test-part-{n:02}", PYTEST if n % 2 else LONG, url=f"{SERVER}/octo/app/3/1/{n}") for n in range(30))
    ),
    "unicode": report(
        failure(
            "тест · اختبار · 测试",
            excerpt(
                "+ ./测试 --全部\nخطأ: الملف غير موجود\n错误：找不到模块 “支付”\n💥 🧨 Ошибка в строке 12\ttab",
                cause=(2, 3, 4),
                title="错误：找不到模块 “支付” · خطأ: الملف غير موجود",
                pattern="own-rule",
                command="./测试 --全部",
            ),
        ),
        branch="função/日本語",
    ),
}


FIELDS = (
    *("step", "title", "unit", "axis", "value", "branch", "repo", "event", "issue", "owner", "path"),
    *("commit", "hint", "error", "reason", "line", "command", "note"),
)
"""Parts of a report with untrusted text."""


def hostile(text: str) -> Report:
    """Return a failed build with `text` in every untrusted part; only addresses and numbers are trusted."""
    return hostile_fields(dict.fromkeys(FIELDS, text))


def hostile_fields(texts: Mapping[str, str]) -> Report:
    """Return a failed build with a different text for each of `FIELDS`."""
    found = Excerpt(
        ranked=(8, 9),
        lines=(
            Line(7, "before", "context"),
            Line(8, texts["line"], "cause"),
            Line(9, texts["line"], "context"),
            Line(10, "after", "context"),
        ),
        title=texts["title"],
        pattern="some-pattern",
        hint=texts["hint"],
        category="test",
        command=texts["command"],
        total_lines=20,
        notes=(texts["note"],),
    )
    of_job = {
        "job": texts["unit"],
        "axes": ((texts["axis"], texts["value"]),),
        "error": texts["error"],
        "log": LogSummary(20, 200, complete=False, reason=texts["reason"]),
        "title": texts["title"],
        "verdict": FailureVerdict(
            changed=ChangedLines(Relation.CHANGED_LINE, texts["path"], 3),
            known_issue=KnownIssue(
                texts["issue"], f"https://evil.example/{texts['issue']}", texts["owner"], "2027-01-31", untrusted=True
            ),
        ),
    }
    return report(
        failure(texts["step"], found, **of_job),
        failure(texts["step"], None, **of_job),
        failure("", None, **of_job | {"job_number": 2, "title": texts["error"]}),
        failure("", None, **of_job | {"job_number": 0, "job": ""}),
        jobs=(
            job(1, texts["unit"], current=True),
            job(2, texts["value"], State.ERROR),
            job(3, texts["axis"], State.RUNNING),
            job(4, texts["unit"]),
        ),
        repo=texts["repo"],
        event=texts["event"],
        commit=texts["commit"],
        branch=texts["branch"],
        pull_request=None,
        notes=(texts["note"],),
    )
