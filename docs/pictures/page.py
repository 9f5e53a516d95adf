"""Draw the HTML page of a failed build, made from real logs, in a light and a dark color scheme and on a phone.

`python -m docs.pictures.page` writes the pictures next to this file. It needs the groups `dev` and `browser`, and
Debian's chromium and pngquant.
"""

import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import sync_playwright

from plugin.extract.analyze import analyze
from plugin.locations.find import LocationFinder
from plugin.logs.colors import colors_of
from plugin.logs.readable import LazyLog, readable
from plugin.logs.redact.redactor import Redactor
from plugin.model.build import Build, Job, State, Step
from plugin.model.report import AnalyzedLog, LogSummary, Report
from plugin.model.verdict import (
    Cause,
    Comparison,
    Conclusion,
    Evidence,
    EvidenceKind,
    FailureVerdict,
    SeenBuild,
    Verdict,
    VerdictKind,
)
from plugin.render import html
from plugin.report import compose

HERE = Path(__file__).parent
LOGS = HERE.parent.parent / "tests" / "logs"
CI = "https://drone.example.com/octo/shop/12"
SOURCE = "https://gitea.example.com/octo/shop/src/commit/5f0c2b7d91/{path}#L{line}"
START = 1_790_000_000
VIEWS = {"page": (1_100, 900, "light"), "page-dark": (1_100, 900, "dark"), "page-phone": (360, 780, "light")}
"""Width, height and color scheme of each picture."""


def main() -> None:
    """Draw every view of the page."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        source = Path(folder, "page.html")
        source.write_text(html.render(_report()), "utf-8")
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for name, (width, height, scheme) in VIEWS.items():
            page = browser.new_page(
                viewport={"width": width, "height": height}, color_scheme=scheme, device_scale_factor=2
            )
            page.goto(source.as_uri())
            page.screenshot(path=HERE / f"{name}.png")
            command = ["pngquant", "--force", "--strip", "--ext", ".png", "64", str(HERE / f"{name}.png")]
            subprocess.run(command, check=True, timeout=60)  # noqa: S603 — a fixed command
        browser.close()


def _report() -> Report:
    python = (
        _step(1, "clone", State.SUCCESS, 2, 9),
        _step(2, "build", State.SUCCESS, 9, 70),
        _step(3, "test", State.FAILURE, 70, 132),
        _step(4, "deploy", State.SKIPPED, 0, 0),
        replace(_step(5, "report", State.RUNNING, 133, 0), current=True),
    )
    web = (_step(1, "clone", State.SUCCESS, 31, 38), _step(2, "jest", State.FAILURE, 38, 92))
    site = (_step(1, "clone", State.SUCCESS, 3, 9), _step(2, "mkdocs", State.SUCCESS, 9, 20))
    jobs = (
        Job(1, "python", State.FAILURE, python, current=True, started=START + 2),
        Job(2, "web", State.FAILURE, web, started=START + 31, finished=START + 92),
        Job(3, "docs", State.SUCCESS, site, started=START + 3, finished=START + 20),
    )
    build = Build("octo/shop", 12, State.RUNNING, jobs, commit="5f0c2b7d91", branch="main", url=CI, started=START)
    logs = {
        (1, 3): _analyzed("python/pytest-import-error.log", "python/pytest.green.log"),
        (2, 2): _analyzed("javascript/ts-jest.log", "javascript/jest.green.log"),
    }
    passed = Evidence(EvidenceKind.NEW, (SeenBuild(11, CI.replace("12", "11"), "main"),))
    new = FailureVerdict(VerdictKind.NEW, (passed,), Comparison.PASSED, conclusion=Conclusion(Cause.THIS_CHANGE))
    return compose(
        build,
        logs,
        server="drone",
        pull_request=7,
        source_url=SOURCE,
        verdict=Verdict(VerdictKind.NEW, 11, "main"),
        verdicts=dict.fromkeys(logs, new),
        conclusion=new.conclusion,
    )


def _step(number: int, name: str, state: State, first: int, last: int) -> Step:
    code = {State.SUCCESS: 0, State.FAILURE: 1}.get(state)
    times = (START + first if first else 0, START + last if last else 0)
    return Step(number, name, state, name, code, started=times[0], finished=times[1], url=f"{CI}/1/{number}")


def _analyzed(log: str, green: str) -> AnalyzedLog:
    raw = (LOGS / log).read_bytes()
    source, redact = LazyLog(raw, Redactor()), Redactor()
    found = analyze(source, exit_code=1, baseline=readable((LOGS / green).read_bytes(), redact))
    facts = LogSummary(found.total_lines, len(raw), complete=True, reason="")
    named = LocationFinder("octo/shop", "").locations(found, source.raw)
    places = tuple(replace(one, known=True) for one in named)  # as in a checkout
    return AnalyzedLog(facts, replace(found, colors=colors_of(source.raw, found.lines)), places)


if __name__ == "__main__":
    main()
