"""Builds on real CI servers with a real Gitea: pipelines run the plugin, and its comment is read back from Gitea."""

import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pytest
import requests

from tests.real import binaries
from tests.real.ci_server import CiServer
from tests.real.drone_server import DroneServer
from tests.real.gitea_server import Account, GiteaServer
from tests.real.woodpecker_server import WoodpeckerServer

REPO = "octo/shop"
PIPELINES = Path(__file__).with_name("pipelines")
PASSES = "echo fine\n"
FAILING_SCRIPTS = {
    "tests.sh": "python3 -m unittest -q test_price\n",
    "config.sh": "echo reading the configuration\ncat config/app.yaml\n",
    "memory.sh": "echo allocating\nkill -9 $$\n",
    "docs.sh": PASSES,
    "test_price.py": (
        "import unittest\n\n\nclass PriceTest(unittest.TestCase):\n"
        "    def test_total(self) -> None:\n        self.assertEqual(3, 4)\n"
    ),
}
FIX = dict.fromkeys(("tests.sh", "config.sh", "memory.sh"), PASSES)


@dataclass(frozen=True)
class Trial:
    """A CI server with a Gitea, and the repository that it builds."""

    kind: str
    ci: CiServer
    gitea: GiteaServer
    owner: Account
    guest: Account
    times: Path

    def comments(self, number: int) -> list[str]:
        """Return the texts of all comments of a pull request."""
        return self.gitea.comments(self.owner, "shop", number)

    def printed(self) -> str:
        """Return what all runs of the plugin have printed."""
        return self.times.with_name("printed").read_text("utf-8")

    def seconds(self) -> list[float]:
        """Return how long each run of the plugin took, and forget them."""
        seconds = [float(line) for line in self.times.read_text("utf-8").split()]
        self.times.write_text("", "utf-8")
        return seconds


def woodpecker(gitea: GiteaServer, owner: Account, folder: Path) -> AbstractContextManager[CiServer]:
    """Return a Woodpecker server."""
    programs = binaries.named("REAL_WOODPECKER_SERVER"), binaries.named("REAL_WOODPECKER_AGENT")
    return WoodpeckerServer(programs, gitea, owner, folder)


def drone(gitea: GiteaServer, owner: Account, folder: Path) -> AbstractContextManager[CiServer]:
    """Return a Drone server."""
    programs = binaries.named("REAL_DRONE_SERVER"), binaries.named("REAL_DRONE_RUNNER_EXEC")
    return DroneServer(programs, gitea, owner, folder)


SERVERS: Mapping[str, Callable[[GiteaServer, Account, Path], AbstractContextManager[CiServer]]] = {
    "woodpecker": woodpecker,
    "drone": drone,
}


@pytest.fixture(scope="module", params=sorted(SERVERS))
def trial(request: pytest.FixtureRequest) -> Iterator[Trial]:
    """Start both servers, connect them, and push a repository whose pipelines pass."""
    kind = request.param
    gitea_program = binaries.gitea()
    with tempfile.TemporaryDirectory(prefix="trial-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # Gitea runs under another account
        folder.joinpath("gitea").mkdir()
        with GiteaServer(gitea_program, folder / "gitea") as gitea:
            owner, bot, guest = gitea.account("octo", admin=True), gitea.account("ci-bot"), gitea.account("guest")
            with SERVERS[kind](gitea, owner, folder) as ci:
                gitea.repository(owner, "shop", bot)
                ci.activate(REPO, {"ci_token": ci.api_token, "forge_token": bot.token})
                times = folder / "times"
                gitea.commit(owner, REPO, "main", pipelines(kind, timed_program(folder, times)))
                yield Trial(kind, ci, gitea, owner, guest, times)


def timed_program(folder: Path, times: Path) -> Path:
    """Write a program that runs the plugin and adds the seconds that it took to a file."""
    program = folder / "failure-alert"
    program.write_text(
        f"""#!/bin/sh
start=$(date +%s.%N)
{Path(sys.executable).with_name("drone-failure-alert")} 2>&1 | tee -a {times.with_name("printed")}
echo "$(date +%s.%N) $start" | awk '{{print $1 - $2}}' >> {times}
""",
        "utf-8",
    )
    program.chmod(0o755)
    times.touch()
    return program


def pipelines(kind: str, program: Path) -> dict[str, str]:
    """Return the files of the repository: its pipelines, and scripts that pass."""
    template = PIPELINES.joinpath(f"{kind}.yaml").read_text("utf-8").replace("@program@", str(program))
    jobs = [name.removesuffix(".sh") for name in FAILING_SCRIPTS if name.endswith(".sh")]
    definitions = {job: template.replace("@job@", job).replace("@key@", kind) for job in jobs}
    files = {f"{job}.sh": PASSES for job in jobs}
    if kind == "drone":
        return files | {".drone.yml": "---\n".join(definitions.values())}
    return files | {f".woodpecker/{job}.yaml": text for job, text in definitions.items()}


def test_comment_is_created_edited_and_resolved(trial: Trial) -> None:
    """Three of four jobs fail at once; a fix of all turns their one comment green."""
    red = trial.gitea.commit(trial.owner, REPO, "main", FAILING_SCRIPTS, new_branch="change")
    number = trial.gitea.open_pull_request(trial.owner, REPO, "change")
    build = trial.ci.finished(REPO, red, "pull_request")
    exit_codes = {job: code for job, step, code in build.steps if job == step}
    assert exit_codes.keys() == {"tests", "config", "memory", "docs"}, build
    assert [job for job, code in exit_codes.items() if code == 0] == ["docs"], build
    failed = trial.comments(number)
    red_seconds = trial.seconds()

    green = trial.gitea.commit(trial.owner, REPO, "change", FIX)
    trial.ci.finished(REPO, green, "pull_request")
    resolved = trial.comments(number)

    assert len(failed) == len(resolved) == 1, trial.printed()
    text = failed[0]
    for expected in ("tests", "config", "memory", "test_total", "No such file or directory", f"{build.number}"):
        assert expected in text, text
    assert not re.search(r"^#+ .*docs", text, re.MULTILINE)
    assert re.search(r"signal|killed|memory", text), text
    assert "✅" in resolved[0].partition("\n")[0], resolved[0]
    assert dead_links(text) == []
    print(f"{trial.kind}: red {median(red_seconds):.1f} s, at worst {max(red_seconds):.1f} s")


def test_pull_request_from_a_fork_gets_its_comment(trial: Trial) -> None:
    """A guest without any right opens a pull request; its build has the secrets because the owner approved it."""
    trial.gitea.api("POST", f"repos/{REPO}/forks", trial.guest.token, {})
    change = {"config.sh": FAILING_SCRIPTS["config.sh"]}
    commit = trial.gitea.commit(trial.guest, "guest/shop", "main", change, new_branch="guest-change")
    number = trial.gitea.open_pull_request(trial.guest, REPO, "guest:guest-change")
    trial.ci.approve(REPO, commit)

    trial.ci.finished(REPO, commit, "pull_request")

    texts = trial.comments(number)
    assert len(texts) == 1, trial.printed()
    assert "config/app.yaml" in texts[0], texts[0]


def test_passed_build_without_a_comment_writes_none(trial: Trial) -> None:
    """A pull request that never failed stays without a comment."""
    commit = trial.gitea.commit(trial.owner, REPO, "main", {"notes.txt": "nothing\n"}, new_branch="notes")
    number = trial.gitea.open_pull_request(trial.owner, REPO, "notes")

    trial.ci.finished(REPO, commit, "pull_request")

    assert trial.comments(number) == []
    print(f"{trial.kind}: green {median(trial.seconds()):.1f} s")


def dead_links(text: str) -> list[str]:
    """Return the links of a comment that do not answer 200."""
    links = set(re.findall(r"\]\((https?://[^)\s]+)\)", text)) | set(re.findall(r'href="(https?://[^"]+)"', text))
    assert links
    return [link for link in links if requests.get(link, timeout=10).status_code != 200]
