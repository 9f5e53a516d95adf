"""Takes real logs, has the program tell a pull request of them, gives pictures of the comment as a forge shows it.

`python -m docs.pictures.make` writes them beside this file. Needs the group `dev` and Debian's chromium and pngquant.
"""

import html
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from plugin.ci.build import Build, State, Step, Unit, culprits
from plugin.deliver.comment import Facts, Options, Target, comment
from plugin.errors import ForgeError
from plugin.extract import analyze
from plugin.logs import Redactor, readable
from plugin.render.as_comment import sections
from plugin.report import LogFacts, Reading, Report, compose
from plugin.rest import Budget, Rest, Tls
from tests.fakes.forges import FAKES, FakeForge
from tests.render.engines import cmark_gfm

HERE = Path(__file__).parent
LOGS = HERE.parent.parent / "tests" / "logs"
CI = "https://drone.example.com/octo/shop"
SOURCE = "https://gitea.example.com/octo/shop/src/commit/{commit}/{{path}}#L{{line}}"
WIDTH = 900
CHROMIUM = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
CHROMIUM += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
CHROMIUM += ["--hide-scrollbars", "--force-device-scale-factor=2"]


def main() -> None:
    with FAKES["gitea"]() as forge:
        python = _unit(1, "python", State.RUNNING, "test")
        web = _unit(2, "web", State.FAILURE, "build", own=True)
        _tell(forge, _report(12, "5f0c2b7d91", (python, web), {"build": "javascript/ts-jest.log"}))
        _picture("red", forge.texts()[0])
        red = (_unit(1, "python", State.FAILURE, "test", own=True), _unit(2, "web", State.FAILURE, "build"))
        logs = {"test": "python/pytest-import-error.log", "build": "javascript/ts-jest.log"}
        _tell(forge, _report(12, "5f0c2b7d91", red, logs))
        _picture("grown", forge.texts()[0])
        green = (_unit(1, "python", State.SUCCESS, "test"), _unit(2, "web", State.SUCCESS, "build", own=True))
        _tell(forge, _report(13, "a91e44c03b", green, {}))
        _picture("green", forge.texts()[0])


def _unit(number: int, name: str, state: State, step: str, *, own: bool = False) -> Unit:
    code = {State.SUCCESS: 0, State.FAILURE: 1}.get(state)
    url = f"{CI}/12/{number}/3"
    told = Step(3, step, state, step, code, started=1_790_000_000, finished=1_790_000_038, url=url)
    return Unit(number, name, State.RUNNING if own else state, (told,), own=own)


def _report(number: int, commit: str, units: tuple[Unit, ...], logs: dict[str, str]) -> Report:
    build = Build("octo/shop", number, State.RUNNING, units, commit=commit, branch="main", url=f"{CI}/{number}")
    readings = {(unit.number, step.number): _reading(LOGS / logs[step.name]) for unit, step in culprits(build)}
    return compose(build, readings, server="drone", pull_request=7, source_url=SOURCE.format(commit=commit))


def _reading(log: Path) -> Reading:
    raw = log.read_bytes()
    facts = LogFacts(raw.count(b"\n"), len(raw), complete=True, reason="")
    return Reading(facts, analyze(readable(raw, Redactor()), exit_code=1))


def _tell(forge: FakeForge, report: Report) -> None:
    facts = Facts(report.number, report.commit, report.branch, report.url)
    target = Target(forge.kind, forge.url, forge.repo, 7)
    comment(sections(report, plain=False), facts, target, forge.token, _client, Options())


def _client(base: str, headers: Mapping[str, str]) -> Rest:
    return Rest(base, budget=Budget(30), headers=headers, tls=Tls(), error=ForgeError)


# Drawing


def _picture(name: str, markdown: str) -> None:
    page = _page(markdown)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "page.html")
        source.write_text(page, "utf-8")
        chromium = [*CHROMIUM, f"--user-data-dir={folder}/profile"]
        dom = _run([*chromium, f"--window-size={WIDTH},400", "--dump-dom", source.as_uri()])
        found = re.search(r'data-height="(\d+)"', dom)
        if not found:
            raise SystemExit("the page did not tell its height")
        picture = HERE / f"{name}.png"
        _run([*chromium, f"--window-size={WIDTH},{found[1]}", f"--screenshot={picture}", source.as_uri()])
        _run(["pngquant", "--force", "--strip", "--ext", ".png", "64", str(picture)])


def _run(command: Sequence[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout  # noqa: S603 — our own words


def _page(markdown: str) -> str:
    """The comment in a frame; the script tells how high it is."""
    body = re.sub(r"<pre lang=\"diff\"><code>(.*?)</code></pre>", _coloured, cmark_gfm(markdown), flags=re.DOTALL)
    return (
        f"<!DOCTYPE html><meta charset='utf-8'><style>{(HERE / 'forge.css').read_text()}</style>"
        f"<div class='comment'><div class='author'><b>{html.escape('failure-bot')}</b> commented just now</div>"
        f"<div class='body'>{body}</div></div>"
        "<script>document.body.dataset.height = Math.ceil(document.body.getBoundingClientRect().height)</script>"
    )


def _coloured(block: re.Match[str]) -> str:
    """A `diff` in the colours that forges give it."""
    lines = block[1].split("\n")
    return f"<pre><code>{chr(10).join(map(_coloured_line, lines))}</code></pre>"


def _coloured_line(line: str) -> str:
    kind = "changed" if line.startswith("!") else "range" if line.startswith("@@") else ""
    return f"<span class='{kind}'>{line}</span>" if kind else line


if __name__ == "__main__":
    main()
