"""Draw the comment of a pull request, made from real logs, as a forge shows it.

`python -m docs.pictures.make` writes the pictures next to this file. It needs the group `dev`, and
Debian's chromium, pngquant and fonts-noto-color-emoji.
"""

import html
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from plugin.deliver.comment.post import post
from plugin.errors import ForgeError
from plugin.extract.analyze import analyze
from plugin.http.client import ApiClient
from plugin.http.deadline import Deadline
from plugin.http.tls import Tls
from plugin.locations.find import LocationFinder
from plugin.logs.readable import readable
from plugin.logs.redact.redactor import Redactor
from plugin.model.build import Build, Job, State, Step, culprits
from plugin.model.comment import CommentFacts, CommentOptions, CommentTarget
from plugin.model.report import AnalyzedLog, LogSummary, Report
from plugin.model.verdict import Cause, Conclusion, Evidence, EvidenceKind, FailureVerdict, SeenBuild, VerdictKind
from plugin.render import comment
from plugin.report import compose
from tests.fakes.forges import FAKES, FakeForge
from tests.project import gallery
from tests.render.engines import ENGINES, Engine, cmark_gfm

HERE = Path(__file__).parent
LOGS = HERE.parent.parent / "tests" / "logs"
CI = "https://drone.example.com/octo/shop"
SOURCE = "https://gitea.example.com/octo/shop/src/commit/{commit}/{{path}}#L{{line}}"
NEW = FailureVerdict(
    VerdictKind.NEW,
    (Evidence(EvidenceKind.NEW, (SeenBuild(11, f"{CI}/11", "main"),)),),
    conclusion=Conclusion(Cause.THIS_CHANGE),
)
"""What earlier builds show of every failure."""
WIDTH = 900
CHROMIUM = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
CHROMIUM += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
CHROMIUM += ["--hide-scrollbars", "--force-device-scale-factor=2"]


def main() -> None:
    """Post the comment, update it twice, and draw each version; then draw the comment of the gallery by each engine."""
    with FAKES["gitea"]() as forge:
        python = _job(1, "python", State.RUNNING, "test")
        web = _job(2, "web", State.FAILURE, "build", current=True)
        _post(forge, _report(12, "5f0c2b7d91", (python, web), {"build": "javascript/ts-jest.log"}))
        _picture("red", forge.texts()[0])
        red = (_job(1, "python", State.FAILURE, "test", current=True), _job(2, "web", State.FAILURE, "build"))
        logs = {"test": "python/pytest-import-error.log", "build": "javascript/ts-jest.log"}
        _post(forge, _report(12, "5f0c2b7d91", red, logs))
        _picture("grown", forge.texts()[0])
        green = (_job(1, "python", State.SUCCESS, "test"), _job(2, "web", State.SUCCESS, "build", current=True))
        _post(forge, _report(13, "a91e44c03b", green, {}))
        _picture("green", forge.texts()[0])
    for kind, engine in gallery.ENGINES.items():
        name = Path(gallery.picture(engine)).stem
        _picture(name, gallery.comment(kind), ENGINES[engine])


def _job(number: int, name: str, state: State, step: str, *, current: bool = False) -> Job:
    code = {State.SUCCESS: 0, State.FAILURE: 1}.get(state)
    url = f"{CI}/12/{number}/3"
    own_step = Step(3, step, state, step, code, started=1_790_000_000, finished=1_790_000_038, url=url)
    return Job(number, name, State.RUNNING if current else state, (own_step,), current=current)


def _report(number: int, commit: str, jobs: tuple[Job, ...], logs: dict[str, str]) -> Report:
    build = Build("octo/shop", number, State.RUNNING, jobs, commit=commit, branch="main", url=f"{CI}/{number}")
    analyzed = {(job.number, step.number): _analyzed(LOGS / logs[step.name]) for job, step in culprits(build)}
    return compose(
        build,
        analyzed,
        server="drone",
        pull_request=7,
        source_url=SOURCE.format(commit=commit),
        verdicts=dict.fromkeys(analyzed, NEW),
        conclusion=NEW.conclusion,
    )


def _analyzed(log: Path) -> AnalyzedLog:
    raw = log.read_bytes()
    facts = LogSummary(raw.count(b"\n"), len(raw), complete=True, reason="")
    excerpt = analyze(readable(raw, Redactor()), exit_code=1)
    named = LocationFinder("octo/shop", "").locations(excerpt, raw)
    return AnalyzedLog(facts, excerpt, tuple(replace(one, known=True) for one in named))  # as in a checkout


def _post(forge: FakeForge, report: Report) -> None:
    facts = CommentFacts(report.number, report.commit, report.branch, report.url, conclusion=comment.conclusion(report))
    target = CommentTarget(forge.kind, forge.url, forge.repo, 7)
    post(comment.sections(report, plain=False), facts, target, forge.token, _client, CommentOptions())


def _client(base: str, headers: Mapping[str, str]) -> ApiClient:
    return ApiClient(base, deadline=Deadline(30), headers=headers, tls=Tls(), error=ForgeError)


# Drawing


def _picture(name: str, markdown: str, engine: Engine = cmark_gfm) -> None:
    page = _page(engine(markdown))
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "page.html")
        source.write_text(page, "utf-8")
        chromium = [*CHROMIUM, f"--user-data-dir={folder}/profile"]
        dom = _run([*chromium, f"--window-size={WIDTH},400", "--dump-dom", source.as_uri()])
        height = re.search(r'data-height="(\d+)"', dom)
        if not height:
            raise SystemExit("the page has no height")
        picture = HERE / f"{name}.png"
        _run([*chromium, f"--window-size={WIDTH},{height[1]}", f"--screenshot={picture}", source.as_uri()])
        _run(["pngquant", "--force", "--strip", "--ext", ".png", "64", str(picture)])


def _run(command: Sequence[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout  # noqa: S603 — a fixed command


def _page(rendered: str) -> str:
    """Return an HTML page with the comment in a frame; its script sets `data-height`."""
    body = re.sub(r"<pre[^>]*><code[^>]*>(.*?)</code></pre>", _colored, rendered, flags=re.DOTALL)
    return (
        f"<!DOCTYPE html><meta charset='utf-8'><style>{(HERE / 'forge.css').read_text()}</style>"
        f"<div class='comment'><div class='author'><b>{html.escape('failure-bot')}</b> commented just now</div>"
        f"<div class='body'>{body}</div></div>"
        "<script>document.body.dataset.height = Math.ceil(document.body.getBoundingClientRect().height)</script>"
    )


def _colored(block: re.Match[str]) -> str:
    """Return a `diff` block in the colors of a forge."""
    lines = block[1].split("\n")
    return f"<pre><code>{chr(10).join(map(_colored_line, lines))}</code></pre>"


def _colored_line(line: str) -> str:
    kind = "changed" if line.startswith("!") else "range" if line.startswith("@@") else ""
    return f"<span class='{kind}'>{line}</span>" if kind else line


if __name__ == "__main__":
    main()
