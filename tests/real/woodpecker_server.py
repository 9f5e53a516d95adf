"""A real Woodpecker with an agent of the local backend, connected to a real Gitea over OAuth."""

import secrets
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.real.ci_server import FinishedBuild
from tests.real.gitea_server import Account, GiteaServer
from tests.real.process import Process, free_port, wait_until
from tests.real.rest import call

BUILD_SECONDS = 120
_ENDED = ("success", "failure", "killed", "error", "declined")


class WoodpeckerServer:
    """A server that one account of Gitea uses. Pipelines run on this machine, without containers."""

    def __init__(self, programs: tuple[Path, Path], gitea: GiteaServer, owner: Account, folder: Path) -> None:
        self._server, self._agent = programs
        self._folder = folder
        self._gitea = gitea
        self._owner = owner
        self._port, self._grpc = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._agent_secret = secrets.token_hex(16)
        self._stack = ExitStack()
        self.api_token = ""

    def __enter__(self) -> Self:
        """Start the server and its agent, and sign in."""
        client = self._gitea.oauth_client(self._owner, f"{self.url}/authorize")
        server = {
            "WOODPECKER_HOST": self.url,
            "WOODPECKER_SERVER_ADDR": f"127.0.0.1:{self._port}",
            "WOODPECKER_GRPC_ADDR": f"127.0.0.1:{self._grpc}",
            "WOODPECKER_AGENT_SECRET": self._agent_secret,
            "WOODPECKER_OPEN": "true",
            "WOODPECKER_ADMIN": self._owner.name,
            "WOODPECKER_GITEA": "true",
            "WOODPECKER_GITEA_URL": self._gitea.url,
            "WOODPECKER_GITEA_CLIENT": client.name,
            "WOODPECKER_GITEA_SECRET": client.secret,
            "WOODPECKER_DATABASE_DATASOURCE": str(self._folder / "woodpecker.sqlite"),
        }
        agent = {
            "WOODPECKER_SERVER": f"127.0.0.1:{self._grpc}",
            "WOODPECKER_AGENT_SECRET": self._agent_secret,
            "WOODPECKER_AGENT_CONFIG_FILE": str(self._folder / "agent.conf"),
            "WOODPECKER_BACKEND": "local",
            "WOODPECKER_BACKEND_LOCAL_TEMP_DIR": str(self._folder),
            "WOODPECKER_HEALTHCHECK": "false",
            "WOODPECKER_MAX_WORKFLOWS": "4",
        }
        with ExitStack() as stack:
            log = self._folder / "woodpecker-server.log"
            stack.enter_context(Process([str(self._server)], server, log, ready=f"{self.url}/healthz"))
            stack.enter_context(Process([str(self._agent)], agent, self._folder / "woodpecker-agent.log"))
            self.api_token = self._sign_in()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the agent and the server."""
        self._stack.close()

    def activate(self, repo: str, secrets: dict[str, str]) -> None:
        """Build each push and pull request of a repository, with these secrets, also for forks."""
        number = self._gitea.api("GET", f"repos/{repo}", self._owner.token).json()["id"]
        found = self._api("POST", f"repos?forge_remote_id={number}")
        for name, value in secrets.items():
            secret = {"name": name, "value": value, "events": ["push", "pull_request"]}
            self._api("POST", f"repos/{found['id']}/secrets", secret)

    def approve(self, repo: str, commit: str) -> None:
        """Let a build start that waits for approval, if there is one."""
        build = self._wait(repo, commit, "pull_request", ("blocked", *_ENDED, "running", "pending"))
        if build["status"] == "blocked":
            time.sleep(1)  # approved at once, the server never starts it: it still writes its workflows
            self._api("POST", f"{self._path(repo)}/pipelines/{build['number']}/approve")

    def finished(self, repo: str, commit: str, event: str) -> FinishedBuild:
        """Return the newest build of a commit and event when it has ended."""
        return self._finished(repo, self._wait(repo, commit, event, _ENDED)["number"])

    def restarted(self, repo: str, build: FinishedBuild) -> FinishedBuild:
        """Build the same commit again; return the new build when it has ended."""
        number = self._api("POST", f"{self._path(repo)}/pipelines/{build.number}")["number"]
        path = f"{self._path(repo)}/pipelines/{number}"
        wait_until(lambda: self._api("GET", path)["status"] in _ENDED, BUILD_SECONDS, f"build {number} did not end")
        return self._finished(repo, number)

    def _finished(self, repo: str, number: int) -> FinishedBuild:
        build = self._api("GET", f"{self._path(repo)}/pipelines/{number}")
        workflows = build.get("workflows") or []
        steps = [(job["name"], step["name"], step["exit_code"]) for job in workflows for step in job["children"]]
        return FinishedBuild(number, build["status"], tuple(steps))

    def _wait(self, repo: str, commit: str, event: str, states: tuple[str, ...]) -> dict[str, Any]:
        found: list[dict[str, Any]] = []

        def is_there() -> bool:
            builds = self._api("GET", f"{self._path(repo)}/pipelines")
            found[:] = [one for one in builds if (one["commit"], one["event"]) == (commit, event)]
            return bool(found) and found[0]["status"] in states

        wait_until(is_there, BUILD_SECONDS, f"no {event} build of {commit} is {' or '.join(states)}", found)
        return found[0]

    def _path(self, repo: str) -> str:
        return f"repos/{self._api('GET', f'repos/lookup/{repo}')['id']}"

    def _sign_in(self) -> str:
        browser = self._gitea.sign_in(self._owner, f"{self.url}/authorize")
        settings = browser.get(f"{self.url}/web-config.js", timeout=30).text
        csrf = settings.partition('WOODPECKER_CSRF = "')[2].partition('"')[0]
        answer = browser.post(f"{self.url}/api/user/token", headers={"X-CSRF-TOKEN": csrf}, timeout=30)
        answer.raise_for_status()
        return answer.text.strip()

    def _api(self, method: str, path: str, body: object = None) -> Any:
        return call(f"{self.url}/api", self.api_token, method, path, body)
