"""Known issues in a whole run: shown first, marked where a pull request may have added them, never a way to hide."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from plugin.commands.step import PluginStep
from tests.fakes.forges import FAKES as FORGES
from tests.fakes.forges import FakeForge
from tests.fakes.forges.gitea import GiteaFake
from tests.fakes.servers import FAKES
from tests.fakes.servers.truth import TrueStep, build

GENERATIONS = ("drone-0.8", "drone-2", "woodpecker-2.6", "woodpecker-3.17", "harness")
LOG = "+ npm ci\nnpm ERR! code E503\nnpm ERR! 503 Service Unavailable - GET https://registry.example.com/left-pad\n"
ENTRY = {
    "match": r"503 Service Unavailable .*registry\.example\.com",
    "text": "The registry is down",
    "link": "https://status.example.com/7",
    "owner": "@ops",
    "until": "2999-01-31",
    "action": "wait",
}
FILE = json.dumps({"known_issues": [ENTRY]})
MARK = "from an entry that this pull request may have added"


@dataclass
class Run:
    failure: dict[str, Any]
    printed: str
    complaints: str
    notes: list[str]
    summary: str

    @property
    def issue(self) -> Any:
        return (self.failure["verdict"] or {}).get("known_issue")


@pytest.fixture
def forge() -> Iterator[GiteaFake]:
    with GiteaFake() as fake:
        yield fake


def run(
    workspace: Path,
    forge: FakeForge | None = None,
    *,
    generation: str = "drone-2",
    pull: int = 7,
    **settings: str,
) -> Run:
    event = {"event": "pull_request", "pull": pull, "source": "fix"} if pull else {}
    with FAKES[generation](build(TrueStep("install", code=1, log=LOG), **event)) as server:
        server.repo = forge.repo if forge else server.repo
        own = {"FORGE": forge.kind, "FORGE_URL": forge.url, "FORGE_TOKEN": forge.token} if forge else {}
        told = {"TOKEN": server.token, "BASELINE": "off", "WAIT": "0", "OUTPUT": "report.json,failure-summary.md"}
        variables = {f"PLUGIN_{name}": text for name, text in {**told, **own, **settings}.items()}
        environ = {**server.environ(), "CI_WORKSPACE": str(workspace), "DRONE_WORKSPACE": str(workspace), **variables}
        printed, complaints = io.BytesIO(), io.StringIO()
        assert PluginStep(environ, printed, complaints).run() == 0
    report = json.loads((workspace / "report.json").read_text("utf-8"))
    (failure,) = report["failures"]
    summary = (workspace / "failure-summary.md").read_text("utf-8")
    return Run(failure, printed.getvalue().decode(), complaints.getvalue(), report["notes"], summary)


def commit(workspace: Path, text: str = FILE) -> None:
    (workspace / ".failure-alert.yml").write_text(text, "utf-8")


@pytest.mark.parametrize("generation", GENERATIONS)
def test_an_issue_of_the_file_is_shown_first_in_a_push(generation: str, tmp_path: Path) -> None:
    commit(tmp_path)
    done = run(tmp_path, generation=generation, pull=0)
    assert done.issue == {
        **{name: ENTRY[name] for name in ("text", "link", "owner", "until", "action")},
        **dict.fromkeys(("expired", "untrusted", "partial"), False),
        "counts": True,
    }
    lines = done.printed.splitlines()
    (title,) = (row for row, line in enumerate(lines) if line.startswith("✗ install"))
    assert lines[title + 1].startswith("  Known issue: The registry is down; wait until it is fixed; owner: @ops")
    assert lines[title + 2] == "  https://status.example.com/7"
    assert "**Known issue:** [The registry is down](https://status.example.com/7)" in done.summary


def test_an_issue_of_the_setting_counts_in_a_pull_request(tmp_path: Path, forge: GiteaFake) -> None:
    done = run(tmp_path, forge, KNOWN_ISSUES=json.dumps([ENTRY]))
    assert done.issue["counts"]
    (comment,) = forge.texts()
    assert "**Known issue:** [The registry is down](https://status.example.com/7)" in comment


@pytest.mark.parametrize("kind", FORGES)
def test_an_issue_that_the_target_branch_has_counts_in_a_pull_request(kind: str, tmp_path: Path) -> None:
    commit(tmp_path)
    with FORGES[kind]() as forge:
        forge.files["main", ".failure-alert.yml"] = FILE.encode()
        assert run(tmp_path, forge, generation="woodpecker-3.17", COMMENT_ON="never").issue["counts"]


def test_an_issue_that_the_pull_request_adds_is_marked_and_hides_nothing(tmp_path: Path, forge: GiteaFake) -> None:
    commit(tmp_path)
    forge.files["main", ".failure-alert.yml"] = json.dumps({"known_issues": [{**ENTRY, "match": "another"}]}).encode()
    done = run(tmp_path, forge)
    assert (done.issue["untrusted"], done.issue["counts"]) == (True, False)
    for view in (done.printed, done.summary, *forge.texts()):
        assert MARK in view
        assert "503 Service Unavailable - GET" in view


def test_without_a_token_no_issue_of_the_file_counts_in_a_pull_request(tmp_path: Path) -> None:
    commit(tmp_path)
    done = run(tmp_path)
    assert (done.issue["untrusted"], done.issue["counts"]) == (True, False)
    assert MARK in done.printed


def test_the_file_of_the_target_branch_is_read_only_if_an_entry_matches(tmp_path: Path, forge: GiteaFake) -> None:
    commit(tmp_path, json.dumps({"known_issues": [{**ENTRY, "match": "another cause"}]}))
    assert run(tmp_path, forge, COMMENT_ON="never").issue is None
    assert [request.path for request in forge.requests if "raw" in request.path] == []


def test_an_expired_issue_warns_and_does_not_count(tmp_path: Path) -> None:
    done = run(tmp_path, KNOWN_ISSUES=json.dumps([{**ENTRY, "until": "2020-01-31"}]))
    assert not done.issue["counts"]
    assert "Known issue (expired on 2020-01-31): The registry is down" in done.printed
    warning = "setting `known_issues`, known issue 1 (The registry is down): it expired on 2020-01-31"
    assert any(warning in note for note in done.notes)
    assert warning in done.complaints


def test_an_issue_that_matches_almost_everything_is_an_error(tmp_path: Path) -> None:
    done = run(tmp_path, KNOWN_ISSUES=json.dumps([{"match": "ERR|error|fail", "text": "whatever"}]))
    assert done.issue is None
    assert "setting `known_issues`, known issue 1: match is too general" in done.complaints


def test_the_file_may_hold_patterns_and_known_issues(tmp_path: Path) -> None:
    commit(tmp_path, json.dumps({"patterns": {"ours": {"match": "^npm E", "title": "ours"}}, "known_issues": [ENTRY]}))
    done = run(tmp_path, pull=0)
    assert done.issue["counts"]
    assert done.complaints == ""


def test_a_green_build_reads_no_known_issues(tmp_path: Path) -> None:
    commit(tmp_path, "known_issues: [3]")
    with FAKES["drone-2"](build(TrueStep("install"))) as server:
        environ = {**server.environ(), "DRONE_WORKSPACE": str(tmp_path), "PLUGIN_TOKEN": server.token}
        complaints = io.StringIO()
        assert PluginStep(environ, io.BytesIO(), complaints).run() == 0
    assert complaints.getvalue() == ""
