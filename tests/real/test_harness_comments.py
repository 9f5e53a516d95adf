"""The comment protocol against a real Harness Open Source: the step runs as a process, its CI server is a fake."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.fakes.servers import FAKES
from tests.fakes.servers.truth import TrueBuild, TrueStep, TrueUnit, job
from tests.real import binaries
from tests.real.harness_server import REPO, HarnessServer
from tests.real.process import plugin_step

FAILED = TrueStep("lint", code=1, log="+ flake8 src\nsrc/app.py:10:1: F401 'os' imported but unused\n")
PASSED = TrueStep("lint", log="+ flake8 src\n")


@pytest.fixture(scope="module")
def harness() -> Iterator[HarnessServer]:
    """Start a server for all trials of this file."""
    program = binaries.named("REAL_HARNESS")
    with tempfile.TemporaryDirectory(prefix="harness-") as folder, HarnessServer(program, Path(folder)) as server:
        yield server


def step(harness: HarnessServer, folder: Path, one: TrueUnit, number: int, commit: str, build: int) -> str:
    """Run the plugin as a step of a build and return what it printed."""
    truth = TrueBuild(number=build, jobs=(one,), event="pull_request", pull=number, source="change", commit=commit)
    with FAKES["harness"](truth, repo=REPO) as server:
        settings = {"TOKEN": server.token, "FORGE": "harness", "FORGE_URL": harness.url, "FORGE_TOKEN": harness.token}
        settings |= {"WAIT": "0", "BASELINE": "off"}
        return plugin_step(server.environ(1), settings, folder)


def test_comment_is_created_once_edited_and_resolved(harness: HarnessServer, tmp_path: Path) -> None:
    """The second failed build edits the comment of the first, and the passed build resolves it."""
    number, commit = harness.pull_request("change")

    texts = []
    for build, outcome in ((42, FAILED), (43, FAILED), (44, PASSED)):
        printed = step(harness, tmp_path, job(outcome), number, commit, build)
        texts.append(harness.comments(number))
        assert len(texts[-1]) == 1, printed

    created, edited, resolved = (one[0] for one in texts)
    assert "F401" in created.partition("<!--")[0]
    assert "Build 43" in edited
    assert resolved.startswith("### ✅")


def test_link_to_the_comment_answers(harness: HarnessServer, tmp_path: Path) -> None:
    """The step prints the address of the comment that it has written."""
    number, commit = harness.pull_request("linked")

    printed = step(harness, tmp_path, job(FAILED), number, commit, 42)

    address = printed.partition("comment created: ")[2].split()[0]
    assert requests.get(address, timeout=10).status_code == 200


def test_passed_build_without_a_comment_writes_none(harness: HarnessServer, tmp_path: Path) -> None:
    """A pull request that never failed stays without a comment."""
    number, commit = harness.pull_request("quiet")

    step(harness, tmp_path, job(PASSED), number, commit, 42)

    assert harness.comments(number) == []
