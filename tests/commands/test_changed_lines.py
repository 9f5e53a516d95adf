"""The lines that a pull request changes, in a whole run: stated for the places of a cause, with one request at most."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from plugin.commands.changed_lines import compare_with_changes
from plugin.commands.collect import nothing_collected
from plugin.commands.step import PluginStep
from plugin.http.deadline import Deadline
from plugin.model.build import Build, Job, State, Step
from plugin.model.context import BuildContext
from plugin.model.tests import ReportedTest, StepTests
from plugin.model.verdict import ChangedLines, Relation
from plugin.settings.schema import Settings
from tests.fakes.forges import FAKES as FORGES
from tests.fakes.forges import Change, FakeForge, Reply
from tests.fakes.forges.gitea import GiteaFake
from tests.fakes.servers import FAKES
from tests.fakes.servers.truth import TrueStep, build

LINT = "+ flake8\nsrc/app.py:10:1: F401 'os' imported but unused\n"
NO_PLACE = "+ npm ci\nnpm ERR! code E503\nnpm ERR! 503 Service Unavailable\n"
MERGING = ("drone-1", "drone-2", "drone-2-kube", "drone-1-agent", "harness")
"""Servers whose clone step merges the pull request into its target branch."""
LINE = Change("src/app.py", 10, added=("import os",))
FILE = Change("src/app.py", 30, added=("x = 1",))
OTHER = Change("README.md", 1, added=("Hello",))
SENTENCES = {
    "changed_line": "this pull request changes line 10 of src/app.py",
    "changed_file": "this pull request changes src/app.py",
    "other_files": "this pull request changes none of the files named here",
}


def run(
    workspace: Path,
    forge: FakeForge | None,
    *logs: str,
    generation: str = "woodpecker-3.17",
    pull: int = 7,
    **more: str,
) -> tuple[Any, str]:
    """Return how the first failure relates to the changes, and the step's log."""
    event = {"event": "pull_request", "pull": pull, "source": "fix"} if pull else {}
    steps = [TrueStep(f"step{number}", code=1, log=log) for number, log in enumerate(logs)]
    with FAKES[generation](build(*steps, **event)) as server:
        server.repo = forge.repo if forge else server.repo
        own = {"FORGE": forge.kind, "FORGE_URL": forge.url, "FORGE_TOKEN": forge.token} if forge else {}
        told = {"TOKEN": server.token, "BASELINE": "off", "WAIT": "0", "OUTPUT": "report.json", "COMMENT_ON": "never"}
        variables = {f"PLUGIN_{name}": text for name, text in {**told, **own}.items()}
        folders = {"CI_WORKSPACE": str(workspace), "DRONE_WORKSPACE": str(workspace)}
        printed = io.BytesIO()
        assert PluginStep({**server.environ(), **folders, **variables, **more}, printed, io.StringIO()).run() == 0
    report = json.loads((workspace / "report.json").read_text("utf-8"))
    verdict = report["failures"][0]["verdict"] if report["failures"] else None
    return verdict and verdict["changed"], printed.getvalue().decode()


@pytest.mark.parametrize(
    ("change", "relation"), [(LINE, "changed_line"), (FILE, "changed_file"), (OTHER, "other_files")]
)
@pytest.mark.parametrize("kind", sorted(set(FORGES) - {"gogs"}))
def test_the_relation_is_stated_with_one_request(kind: str, change: Change, relation: str, tmp_path: Path) -> None:
    with FORGES[kind]() as forge:
        forge.changes = [change]
        changed, printed = run(tmp_path, forge, LINT, LINT)
        requests = [request for request in forge.requests if "/diff/" not in request.path]  # Bitbucket redirects to it
    assert changed["relation"] == relation
    assert SENTENCES[relation].lower() in printed.lower()
    assert len(requests) == 1


@pytest.mark.parametrize("generation", FAKES)
def test_lines_count_only_where_the_server_builds_the_head_of_the_pull_request(generation: str, tmp_path: Path) -> None:
    with GiteaFake() as forge:
        forge.changes = [LINE]
        changed, _ = run(tmp_path, forge, LINT, generation=generation)
    relation = "changed_file" if generation in MERGING else "changed_line"
    assert changed == {"relation": relation, "path": "src/app.py", "line": 10}


@pytest.mark.parametrize(
    ("logs", "pull", "token"),
    [((NO_PLACE,), 7, None), ((LINT,), 0, None), ((LINT,), 7, ""), ((), 7, None)],
    ids=["no place", "no pull request", "no token", "green"],
)
def test_without_a_place_a_pull_request_a_token_and_a_failure_nothing_is_requested(
    logs: tuple[str, ...],
    pull: int,
    token: str | None,
    tmp_path: Path,
) -> None:
    with GiteaFake() as forge:
        forge.changes = [LINE]
        environ = {} if token is None else {"PLUGIN_FORGE_TOKEN": token}
        if logs:
            assert run(tmp_path, forge, *logs, pull=pull, **environ)[0] is None
        else:
            with FAKES["drone-2"](build(TrueStep("lint"), event="pull_request", pull=pull)) as server:
                told = {"PLUGIN_FORGE": "gitea", "PLUGIN_FORGE_URL": forge.url, "PLUGIN_FORGE_TOKEN": forge.token}
                variables = {**server.environ(), **told, "PLUGIN_COMMENT_ON": "never", "PLUGIN_TOKEN": server.token}
                PluginStep({**variables, "DRONE_WORKSPACE": str(tmp_path)}, io.BytesIO(), io.StringIO()).run()
        assert forge.requests == []


@pytest.mark.parametrize(
    ("files", "relation"),
    [('["src/app.py"]', "changed_file"), ('["README.md"]', "other_files"), ("[]", None), ("{", None), ("[1]", None)],
)
def test_woodpecker_names_the_files_without_a_token(files: str, relation: str | None, tmp_path: Path) -> None:
    changed, _ = run(tmp_path, None, LINT, CI_PIPELINE_FILES=files)
    assert (changed and changed["relation"]) == relation


def test_no_diff_is_requested_where_the_environment_names_other_files(tmp_path: Path) -> None:
    with GiteaFake() as forge:
        changed, _ = run(tmp_path, forge, LINT, CI_PIPELINE_FILES='["README.md"]')
        assert forge.requests == []
    assert changed["relation"] == "other_files"


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_token_that_may_not_read_the_diff_costs_the_statement_only(status: int, tmp_path: Path) -> None:
    with GiteaFake() as forge:
        forge.refuses_readers = Reply(status, {"message": "no"})
        changed, printed = run(tmp_path, forge, LINT)
    assert changed is None
    assert "F401" in printed


def test_the_environment_is_used_where_the_token_may_not_read_the_diff(tmp_path: Path) -> None:
    with GiteaFake() as forge:
        forge.refuses_readers = Reply(403, {"message": "no"})
        changed, _ = run(tmp_path, forge, LINT, CI_PIPELINE_FILES='["src/app.py"]')
    assert changed["relation"] == "changed_file"


def test_places_of_test_reports_count() -> None:
    step = Step(2, "test", State.FAILURE, key="2")
    context = BuildContext(pull_request=7, changed_files=("spec/cart.rb",))
    collected = nothing_collected(context, Settings())
    collected.build = Build("o/r", 3, State.FAILURE, jobs=(Job(1, "", State.FAILURE, steps=(step,)),))
    collected.read = True
    test = ReportedTest("Cart", "sums", "failed", file="spec/cart.rb", line=12)
    collected.tests = {(1, 2): StepTests(("report.xml",), 1, (test,), ())}
    report = collected.report(source_url="", hide=str)
    found = compare_with_changes(report, context, "", Settings(), Deadline(5))
    assert found == {(1, 2): ChangedLines(Relation.CHANGED_FILE, "spec/cart.rb", 12)}
