"""A repository with four jobs on a real CI server and a real Gitea; each job runs a script of the repository."""

import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests

from tests.fakes.chats import Chats
from tests.real import binaries
from tests.real.ci_server import CiServer, FinishedBuild
from tests.real.drone_server import DroneServer
from tests.real.gitea_server import Account, GiteaServer
from tests.real.woodpecker_server import WoodpeckerServer

REPO = "octo/shop"
PIPELINES = Path(__file__).with_name("pipelines")
JOBS = ("tests", "config", "memory", "docs")
PASSES = "echo fine\n"


@dataclass(frozen=True)
class Trial:
    """A CI server with a Gitea, the repository that it builds, and a chat for notifications."""

    kind: str
    ci: CiServer
    gitea: GiteaServer
    owner: Account
    guest: Account
    chat: Chats
    folder: Path
    seconds: dict[str, list[float]] = field(default_factory=dict)
    """How long the plugin took, by the situation of the build."""

    @property
    def broken(self) -> Path:
        """Return a file; while it exists, job `docs` fails."""
        return self.folder / "broken"

    def comments(self, number: int) -> list[str]:
        """Return the texts of all comments of a pull request."""
        return self.gitea.comments(self.owner, "shop", number)

    def comment(self, number: int) -> str:
        """Return the text of the only comment of a pull request."""
        (text,) = self.comments(number)
        return text

    def printed(self) -> str:
        """Return what all runs of the plugin have printed."""
        return (self.folder / "printed").read_text("utf-8")

    def push(self, files: Mapping[str, str], branch: str = "main") -> FinishedBuild:
        """Write files on a branch; return the finished build of the push to `main`, or of the branch's pull request."""
        commit = self.gitea.commit(self.owner, REPO, branch, files)
        return self.ci.finished(REPO, commit, "push" if branch == "main" else "pull_request")

    def pull_request(self, files: Mapping[str, str], branch: str) -> tuple[int, FinishedBuild]:
        """Open a pull request with files from a new branch; return its number and its finished build."""
        commit = self.gitea.commit(self.owner, REPO, "main", files, new_branch=branch)
        number = self.gitea.open_pull_request(self.owner, REPO, branch)
        return number, self.ci.finished(REPO, commit, "pull_request")

    def measured(self, situation: str, jobs: tuple[str, ...] = JOBS) -> None:
        """Take the seconds of the plugin in these jobs of the last build for a situation, and forget the others."""
        times = self.folder / "times"
        lines = (line.split() for line in times.read_text("utf-8").splitlines())
        self.seconds.setdefault(situation, []).extend(float(seconds) for job, seconds in lines if job in jobs)
        times.write_text("", "utf-8")


def failing(exception: str) -> str:
    """Return a script that fails with an exception of Python."""
    return f'python3 -c "raise {exception}"\n'


def dead_links(text: str) -> list[str]:
    """Return the links of a comment that do not answer 200."""
    links = set(re.findall(r"\]\((https?://[^)\s]+)\)", text)) | set(re.findall(r'href="(https?://[^"]+)"', text))
    assert links
    return [link for link in links if requests.get(link, timeout=10).status_code != 200]


def _woodpecker(gitea: GiteaServer, owner: Account, folder: Path) -> AbstractContextManager[CiServer]:
    programs = binaries.named("REAL_WOODPECKER_SERVER"), binaries.named("REAL_WOODPECKER_AGENT")
    return WoodpeckerServer(programs, gitea, owner, folder)


def _drone(gitea: GiteaServer, owner: Account, folder: Path) -> AbstractContextManager[CiServer]:
    programs = binaries.named("REAL_DRONE_SERVER"), binaries.named("REAL_DRONE_RUNNER_EXEC")
    return DroneServer(programs, gitea, owner, folder)


SERVERS: Mapping[str, Callable[[GiteaServer, Account, Path], AbstractContextManager[CiServer]]] = {
    "woodpecker": _woodpecker,
    "drone": _drone,
}


@contextmanager
def started(kind: str) -> Iterator[Trial]:
    """Start both servers, connect them, and push a repository whose jobs pass."""
    gitea_program = binaries.gitea()
    with tempfile.TemporaryDirectory(prefix="trial-") as name, Chats() as chat:
        folder = Path(name)
        folder.chmod(0o755)  # Gitea runs under another account
        folder.joinpath("gitea").mkdir()
        with GiteaServer(gitea_program, folder / "gitea") as gitea:
            owner, bot, guest = gitea.account("octo", admin=True), gitea.account("ci-bot"), gitea.account("guest")
            with SERVERS[kind](gitea, owner, folder) as ci:
                gitea.repository(owner, "shop", bot)
                tokens = {"ci_token": ci.api_token, "forge_token": bot.token}
                ci.activate(REPO, tokens | {"chat_urls": chat.webhook})
                trial = Trial(kind, ci, gitea, owner, guest, chat, folder)
                trial.push(_files(kind, _timed_program(folder), trial.broken))
                yield trial


def _timed_program(folder: Path) -> Path:
    """Write a program that runs the plugin and adds the job and the seconds that it took to a file."""
    program, times = folder / "failure-alert", folder / "times"
    program.write_text(
        f"""#!/bin/sh
start=$(date +%s.%N)
{Path(sys.executable).with_name("drone-failure-alert")} 2>&1 | tee -a {folder / "printed"}
echo "$CI_WORKFLOW_NAME$DRONE_STAGE_NAME $(date +%s.%N) $start" | awk '{{print $1, $2 - $3}}' >> {times}
""",
        "utf-8",
    )
    program.chmod(0o755)
    times.touch()
    return program


def _files(kind: str, program: Path, broken: Path) -> dict[str, str]:
    """Return the files of the repository: its pipelines, and the scripts of its jobs."""
    template = PIPELINES.joinpath(f"{kind}.yaml").read_text("utf-8").replace("@program@", str(program))
    definitions = {job: template.replace("@job@", job).replace("@key@", kind) for job in JOBS}
    scripts = {f"{job}.sh": PASSES for job in JOBS}
    scripts["docs.sh"] = f"test ! -e {broken} || {failing('LookupError(`undefined label install`)')}".replace("`", "'")
    if kind == "drone":
        return scripts | {".drone.yml": "---\n".join(definitions.values())}
    return scripts | {f".woodpecker/{job}.yaml": text for job, text in definitions.items()}
