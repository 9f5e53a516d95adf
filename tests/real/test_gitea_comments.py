"""The comment protocol against a real Gitea: the step runs as a process, its CI server is a fake."""

import re
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes.servers import FAKES
from tests.fakes.servers.truth import Fate, TrueBuild, TrueStep, TrueUnit, job
from tests.real import binaries
from tests.real.gitea_server import Account, GiteaServer
from tests.real.process import plugin_step
from tests.render.comments import shown_of
from tests.render.samples import SAMPLES

FAILED = TrueStep("lint", code=1, log="+ flake8 src\nsrc/app.py:10:1: F401 'os' imported but unused\n")
PASSED = TrueStep("lint", log="+ flake8 src\n")
BRANCHES = ("first", "writers", "pages", "edited", "closed", "renamed", "powerless", "small", "quiet")


@dataclass(frozen=True)
class Place:
    """A pull request, and how to reach it."""

    gitea: GiteaServer
    owner: Account
    bot: Account
    number: int
    commit: str
    repo: str

    def comments(self) -> list[str]:
        """Return the texts of the pull request's comments."""
        return self.gitea.comments(self.owner, self.repo, self.number)


@pytest.fixture(scope="module")
def gitea() -> Iterator[GiteaServer]:
    """Start a server for all trials of this file, in a folder that other accounts can enter, unlike those of pytest."""
    program = binaries.gitea()
    with tempfile.TemporaryDirectory(prefix="gitea-") as folder, GiteaServer(program, Path(folder)) as server:
        yield server


@pytest.fixture(scope="module")
def places(gitea: GiteaServer) -> Mapping[str, Place]:
    """One pull request for each trial; the repository that is renamed has no other."""
    owner, bot = gitea.account("octo", admin=True), gitea.account("ci-bot", "write:issue,read:user,write:repository")
    found = {}
    for branch in BRANCHES:
        repo = "renamed-later" if branch == "renamed" else "demo"
        if branch in ("first", "renamed"):
            gitea.repository(owner, repo, bot)
        found[branch] = Place(gitea, owner, bot, *gitea.pull_request(owner, repo, branch), repo)
    return found


def step(place: Place, folder: Path, *jobs: TrueUnit, build: int = 42, number: int = 1, **settings: str) -> str:
    """Run the plugin as a step of that job in a process of its own and return what it printed."""
    truth = TrueBuild(
        number=build, jobs=jobs, event="pull_request", pull=place.number, source="fix", commit=place.commit
    )
    with FAKES["drone-2"](truth, repo=f"octo/{place.repo}") as server:
        return run_step(place, folder, server.environ(number), server.token, **settings)


def run_step(place: Place, folder: Path, environ: Mapping[str, str], token: str, **settings: str) -> str:
    """Run the plugin with the environment of a step of a fake server."""
    given = {"TOKEN": token, "FORGE": "gitea", "FORGE_URL": place.gitea.url, "FORGE_TOKEN": place.bot.token}
    given |= {"WAIT": "0", "BASELINE": "off", **settings}
    folder.mkdir(exist_ok=True)
    return plugin_step(environ, given, folder)


def test_comment_is_created_once_edited_and_resolved(places: Mapping[str, Place], tmp_path: Path) -> None:
    """The second failed build edits the comment of the first, and the passed build resolves it."""
    place = places["first"]

    step(place, tmp_path, job(FAILED), build=42)
    created = place.comments()
    step(place, tmp_path, job(FAILED), build=43)
    edited = place.comments()
    step(place, tmp_path, job(PASSED), build=44)
    resolved = place.comments()

    assert [len(texts) for texts in (created, edited, resolved)] == [1, 1, 1]
    assert "F401" in created[0].partition("<!--")[0]
    assert "43" in edited[0]
    assert "✅" in resolved[0]


def test_passed_build_without_a_comment_writes_none(places: Mapping[str, Place], tmp_path: Path) -> None:
    """A pull request that never failed stays without a comment."""
    step(places["quiet"], tmp_path, job(PASSED))

    assert places["quiet"].comments() == []


def test_eight_writers_at_once_leave_one_comment(places: Mapping[str, Place], tmp_path: Path) -> None:
    """Eight jobs of one build end together; the comment that is left names each of them."""
    place = places["writers"]
    jobs = tuple(job(FAILED, name=f"job{number}", fate=Fate.RUNNING) for number in range(8))
    truth = TrueBuild(jobs=jobs, event="pull_request", pull=place.number, source="fix", commit=place.commit)

    with FAKES["drone-2"](truth, repo=f"octo/{place.repo}") as server, ThreadPoolExecutor(8) as pool:
        runs = [
            pool.submit(run_step, place, tmp_path / str(number), server.environ(number), server.token)
            for number in range(1, 9)
        ]
        printed = [run.result() for run in runs]

    texts = place.comments()
    assert len(texts) == 1, printed
    assert all(f"job{number}" in texts[0] for number in range(8)), texts[0]


def test_comment_beyond_the_first_page_is_found(places: Mapping[str, Place], tmp_path: Path) -> None:
    """Sixty comments of people stand before and after it; Gitea serves at most 50 of a list at once."""
    place = places["pages"]
    path = f"repos/octo/demo/issues/{place.number}/comments"
    for number in range(60):
        place.gitea.api("POST", path, place.owner.token, {"body": f"remark {number}"})
    step(place, tmp_path, job(FAILED), build=42)
    for number in range(60, 70):
        place.gitea.api("POST", path, place.owner.token, {"body": f"remark {number}"})

    step(place, tmp_path, job(PASSED), build=43)

    texts = place.comments()
    assert len(texts) == 71
    assert "✅" in texts[60]


def test_comment_edited_by_a_maintainer_is_updated(places: Mapping[str, Place], tmp_path: Path) -> None:
    """Text that a maintainer adds above the report does not lead to a second comment."""
    place = places["edited"]
    step(place, tmp_path, job(FAILED), build=42)
    path = f"repos/octo/demo/issues/{place.number}/comments"
    comment = place.gitea.api("GET", path, place.owner.token).json()[0]
    edit = {"body": f"Please fix this first.\n\n{comment['body']}"}
    place.gitea.api("PATCH", f"repos/octo/demo/issues/comments/{comment['id']}", place.owner.token, edit)

    step(place, tmp_path, job(PASSED), build=43)

    texts = place.comments()
    assert len(texts) == 1
    assert "✅" in texts[0]


def test_closed_pull_request_still_gets_its_comment_updated(places: Mapping[str, Place], tmp_path: Path) -> None:
    """A build can end after its pull request was closed."""
    place = places["closed"]
    printed = step(place, tmp_path, job(FAILED), build=42)
    place.gitea.api("PATCH", f"repos/octo/demo/pulls/{place.number}", place.owner.token, {"state": "closed"})

    printed += step(place, tmp_path, job(PASSED), build=43)

    assert len(place.comments()) == 1, printed
    assert "✅" in place.comments()[0]


def test_token_that_may_only_read_is_named_with_its_remedy(places: Mapping[str, Place], tmp_path: Path) -> None:
    """The step passes, writes its file and names the scopes that the token needs."""
    place = places["powerless"]
    token = place.gitea.token("ci-bot", "read:issue,read:user")

    printed = step(place, tmp_path, job(FAILED), FORGE_TOKEN=token)

    assert "no comment" in printed
    assert "write:issue" in printed
    assert (tmp_path / "failure-summary.md").exists()
    assert place.comments() == []


def test_comment_without_scope_to_read_the_user_is_edited(places: Mapping[str, Place], tmp_path: Path) -> None:
    """A token limited to issues may not ask who it is; its comment is created once, edited and resolved."""
    place = places["small"]
    token = place.gitea.token("ci-bot", "write:issue")

    for build, outcome in ((42, FAILED), (43, FAILED), (44, PASSED)):
        printed = step(place, tmp_path, job(outcome), build=build, FORGE_TOKEN=token)
        assert "no comment" not in printed, printed

    assert len(place.comments()) == 1
    assert "✅" in place.comments()[0]


def test_renamed_repository_keeps_its_comment_or_names_the_new_name(
    places: Mapping[str, Place], tmp_path: Path
) -> None:
    """Gitea redirects reads of the old name; the CI server still builds under it."""
    place = places["renamed"]
    step(place, tmp_path, job(FAILED), build=42)
    place.gitea.api("PATCH", "repos/octo/renamed-later", place.owner.token, {"name": "renamed"})

    printed = step(place, tmp_path, job(PASSED), build=43)

    texts = place.gitea.comments(place.owner, "renamed", place.number)
    assert len(texts) == 1
    assert "✅" in texts[0] or "octo/renamed" in printed, printed


@pytest.mark.parametrize("name", ["one", "matrix", "long", "running", "test-report", "missing-log"])
def test_gitea_renders_the_comment_as_it_is_meant(places: Mapping[str, Place], name: str) -> None:
    """By Gitea's renderer and sanitizer: folds are folds, the first log is before them, nothing is left as text."""
    place = places["quiet"]
    comment = shown_of(SAMPLES[name])
    request = {"Text": comment, "Mode": "comment", "Context": "octo/demo", "Wiki": False}
    rendered = place.gitea.api("POST", "markdown", place.owner.token, request).text

    assert rendered.count("<details>") == rendered.count("</details>") == comment.count("<details>")
    assert "<pre" in rendered.partition("<details>")[0]
    assert not re.search(r"\*\*|####|\]\(|```|&lt;(?:details|summary|code)", rendered)
    assert 'class="mention"' not in rendered
