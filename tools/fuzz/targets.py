"""Targets of fuzzing: functions that accept any bytes and raise AssertionError if a property is violated."""

import json
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from types import MappingProxyType
from xml.etree import ElementTree as ET

from plugin.ci.connect import SERVERS
from plugin.commands.log_report import LogResult, report_of_logs
from plugin.context import read_context
from plugin.deliver.comment.hidden_data import parse as read_comment
from plugin.deliver.comment.post import post, without_folds
from plugin.deliver.comment.size import fit
from plugin.deliver.comment.state import comment_state
from plugin.errors import ForgeError, ServerError
from plugin.extract.analyze import analyze
from plugin.extract.user_patterns import with_user_patterns
from plugin.forges import FORGES
from plugin.logs.clean import clean
from plugin.logs.decode import decode
from plugin.logs.readable import LazyLog, readable
from plugin.logs.redact.redactor import FAILED, Redactor
from plugin.logs.redact.variables import secrets_of
from plugin.model.build import culprits
from plugin.model.comment import CommentFacts, CommentOptions, CommentTarget, MarkdownSupport, Section, SizeLimit
from plugin.model.context import BuildContext
from plugin.model.report import AnalyzedLog, LogSummary, Report
from plugin.render import FORMATS
from plugin.render.comment import sections
from plugin.report import compose
from plugin.settings.parse import PREFIX, read_settings
from plugin.test_reports.errors import UnusableReportError
from plugin.test_reports.formats import read as read_report
from tools.fuzz.canned import Canned, client_factory

SECRET = "-".join(("planted", "secret", "0451"))
REDACT = Redactor([SECRET])
_CONTROL = set(map(chr, (*range(9), *range(11, 32), 127, *range(128, 160))))


def cleaning(data: bytes) -> None:
    """Check that cleaning never raises, leaves no control character, keeps the lines, and is idempotent."""
    text = readable(data, REDACT)
    assert not _CONTROL & set(text.decode())
    assert text.count(b"\n") == decode(data).count(b"\n")
    assert clean(text) == text
    assert REDACT(text) == text


def redaction(data: bytes) -> None:
    """Check that a secret on a separate line, or between any bytes, is masked, also in a part of the log."""
    if b"\0" in data or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return  # in UTF-16, these bytes are not the secret
    middle, secret = len(data) // 2, SECRET.encode()
    for log in (data + b"\n" + secret + b"\n" + data, data[:middle] + b" " + secret + b" " + data[middle:]):
        assert secret not in readable(log, REDACT)
        excerpt = analyze(LazyLog(log, REDACT))
        assert not any(SECRET in line.text for line in excerpt.lines)
        assert SECRET not in excerpt.title + excerpt.command + excerpt.hint


def names(data: bytes) -> None:
    """Check that redaction of any name, message and secret value does not fail, is idempotent, and masks the value."""
    first, _, client = data.partition(b"\n\n")
    value, text = first.decode(errors="replace"), (client or first).decode(errors="replace")
    shown = REDACT.text(text)
    assert FAILED not in shown
    assert REDACT.text(shown) == shown
    assert FAILED not in Redactor([value]).text(f"{text} {value}")
    Redactor(secrets_of({"A_TOKEN": value, "AN_ADDRESS": text, value: text}))


def extraction(data: bytes) -> None:
    """Check that the excerpt's lines exist in the log and are in order, and that its report can be rendered."""
    first, _, client = data.partition(b"\n\n\n")
    log = readable(client or first, REDACT)
    lines = log.split(b"\n")
    excerpt = analyze(
        log, max_lines=1 + len(first) % 40, exit_code=len(first) % 256, baseline=first if client else None
    )
    assert len(set(excerpt.ranked)) == len(excerpt.ranked) <= 1 + len(first) % 40
    assert sorted(excerpt.ranked) == [line.number for line in excerpt.lines]
    assert all(one.number < two.number for one, two in pairwise(excerpt.lines))
    assert all(0 < number <= max(1, len(lines)) for number in excerpt.ranked)
    assert excerpt.title.strip()
    _rendered(report_of_logs([LogResult("log", excerpt, len(data))]))


def settings(data: bytes) -> None:
    """Check that any environment results in settings and problems: printable lines without a secret."""
    parts = data.decode(errors="replace").replace("\0", "").split("\n")
    environ = {f"{PREFIX}{name.strip().upper()}": text for name, _, text in (part.partition("=") for part in parts)}
    parsed, problems = read_settings({**environ, f"{PREFIX}TOKEN": SECRET, f"{PREFIX}FORGE_TOKN": SECRET})
    assert parsed.timeout >= 1
    assert SECRET not in repr(parsed)
    assert not any(SECRET in str(problem) or not str(problem).isprintable() for problem in problems)
    assert isinstance(read_context(dict(part.partition("=")[::2] for part in parts)), BuildContext)


def patterns(data: bytes) -> None:
    """Check that any user-defined patterns result in a working catalogue and in printable problems."""
    text = data.decode(errors="replace")
    catalogue, problems = with_user_patterns(text, text, text.split("\n")[:20])
    assert all(problem.isprintable() for problem in problems)
    log = b"+ make\nerror: no rule\n" + readable(data, REDACT)
    analyze(log, catalogue=catalogue)
    of_pull_request, _ = with_user_patterns(text, "", (), of_pull_request=True)
    assert analyze(log, catalogue=of_pull_request).lines, "a file of a pull request hides the whole log"


def server_answers(data: bytes) -> None:
    """Check that any responses result in a build and its logs, which can be rendered, or in a ServerError."""
    kind, _, answers = data.partition(b"\n\n")
    place = BuildContext(
        server="http://ci.example.com", repo="octo/demo", build=3, repo_id=17, job=1, pipeline="p", server_version="3"
    )
    for name in SERVERS if kind == b"all" else [list(SERVERS)[len(kind) % len(SERVERS)]]:
        canned = Canned(answers, ServerError)
        server = SERVERS[name](canned, place, baseline_requests=3)  # type: ignore[arg-type]  # replaces ApiClient
        try:
            build = server.build()
        except ServerError:
            continue
        analyzed = {}
        for job, step in culprits(build)[:3]:
            log, green = server.log(job, step), server.green(build, job, step)
            excerpt = analyze(
                readable(log.data, REDACT), baseline=readable(green.data, REDACT), exit_code=step.exit_code
            )
            analyzed[job.number, step.number] = AnalyzedLog(
                LogSummary(1, len(log.data), complete=log.complete, reason=log.reason), excerpt
            )
        _rendered(compose(build, analyzed, server=name, hide=REDACT.text))


def forge_answers(data: bytes) -> None:
    """Check that any responses result in a message or in a ForgeError with one."""
    kind, _, answers = data.partition(b"\n\n")
    name = list(FORGES)[len(kind) % len(FORGES)]
    report = report_of_logs([LogResult("log", analyze(b"+ make\nerror: no rule\n"), 30)])
    facts = CommentFacts(3, "c" * 40, "fix", "https://ci.example.com/3")
    target = CommentTarget(name, "https://git.example.com", "octo/demo", 7 if len(kind) % 2 else None)
    options = CommentOptions(find_pull_request=name not in ("gogs",), recreate=len(kind) % 3 == 0)
    try:
        message = post(
            sections(report, plain=without_folds(name)),
            facts,
            target,
            "x" * 20,
            client_factory(Canned(answers, ForgeError)),
            options,
        )
    except ForgeError as error:
        message = str(error)
    assert message.strip()


def comments(data: bytes) -> None:
    """Check that sections parsed from any comment can be written and parsed again."""
    comment = read_comment(data.decode(errors="replace"))
    if comment and comment.sections:
        _fits(comment.sections)


def _rendered(report: Report) -> None:
    texts = {name: render(report) for name, render in FORMATS.items()}
    json.loads(texts["json"])
    json.loads(texts["sarif"])
    ET.fromstring(texts["junit"])  # noqa: S314 — rendered above
    for name, text in texts.items():
        text.encode()
        assert "\x1b" not in text, name
    _fits(sections(report, plain=False))


def _fits(shown: Iterable[Section]) -> None:
    state = comment_state(3, "c" * 40, "https://ci.example.com/3", shown)
    text = fit(state, key="", syntax=MarkdownSupport(), size=SizeLimit(2000, "characters"))
    assert len(text) <= 2000
    parsed = read_comment(text)
    assert parsed is not None
    assert parsed.state == state.state


def test_reports(data: bytes) -> None:
    """A report is read, or refused with a reason; messages are short, lines positive."""
    try:
        for test in read_report(data):
            assert len(test.message) <= 500
            assert test.line >= 0
    except UnusableReportError as error:
        assert str(error)  # noqa: PT017 — the reason is the promise


TARGETS: Mapping[str, Callable[[bytes], None]] = MappingProxyType(
    {
        "cleaning": cleaning,
        "redaction": redaction,
        "names": names,
        "extraction": extraction,
        "settings": settings,
        "patterns": patterns,
        "server_answers": server_answers,
        "forge_answers": forge_answers,
        "comments": comments,
        "test_reports": test_reports,
    }
)
