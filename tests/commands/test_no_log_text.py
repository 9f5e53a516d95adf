"""`max_lines: 0` in a whole run: the log is analyzed, and no output has text of it."""

import json
from pathlib import Path

from tests.commands import test_test_reports
from tests.commands.test_step import PULL, forge, run
from tests.deliver.comment.memory import facts_of
from tests.fakes.forges.gitea import GiteaFake
from tests.fakes.servers.drone import DroneFake
from tests.fakes.servers.truth import Fate, TrueStep, build

__all__ = ["forge"]
MARKER = "MARKERxyz"
LOG = f"+ flake8 {MARKER}\n{MARKER}/app.py:10:1: F401 '{MARKER}' imported but unused\n{MARKER}\n"
TESTS = (
    f"<testsuite name='s'><testcase classname='{MARKER}' name='x'><failure message='{MARKER}'/></testcase></testsuite>"
)
FILES = ("report.json", "failure-summary.md", "report.html", "report.xml", "report.sarif", "report.txt", "report.env")


def test_no_output_has_text_of_the_log(tmp_path: Path, forge: GiteaFake) -> None:
    steps = TrueStep("lint", code=1, log=LOG), TrueStep("start", fate=Fate.NO_START, why=f"no image {MARKER}")
    with DroneFake(build(*steps, event="pull_request", pull=PULL, source="fix")) as server:
        outputs = {}
        for lines in ("60", "0"):
            result = run(server, tmp_path, forge, MAX_LINES=lines, OUTPUT=",".join(FILES), LOG_LEVEL="debug")
            assert result.code == 0
            (text,) = forge.texts()
            files = {name: (tmp_path / name).read_text("utf-8") for name in FILES}
            facts = json.dumps(facts_of(text))
            outputs[lines] = {**files, "printed": result.printed + result.complaints, "comment": text, "hidden": facts}
    assert [name for name, text in outputs["60"].items() if MARKER not in text] == ["report.env"]
    assert [name for name, text in outputs["0"].items() if MARKER in text] == []
    whole, left = (json.loads(outputs[lines]["report.json"])["failures"] for lines in ("60", "0"))
    for key in ("step", "category", "pattern", "exit_code", "key"):
        assert [one[key] for one in whole] == [one[key] for one in left]
    assert "style or lint error" in outputs["0"]["comment"]


def test_no_output_has_text_of_test_reports(tmp_path: Path) -> None:
    report, printed = test_test_reports.run("drone-2", tmp_path, TESTS, MAX_LINES="0")
    assert report["failures"][0]["title"] == "1 of 1 test failed"
    written = (tmp_path / "failure-summary.md").read_text("utf-8")
    assert [text for text in (json.dumps(report), printed, written) if MARKER in text] == []
