"""A real Drone with one of its runners, connected to a real Gitea over OAuth."""

import os
import secrets
from collections.abc import Callable
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


class DroneServer:
    """A server that one account of Gitea uses.

    With the exec runner, pipelines run on this machine; with the Docker runner, in containers of `DOCKER_HOST`.
    """

    def __init__(self, programs: tuple[Path, Path], gitea: GiteaServer, owner: Account, folder: Path) -> None:
        self._server, self._runner = programs
        self._folder = folder
        self._gitea = gitea
        self._owner = owner
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self.api_token = secrets.token_hex(16)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Start the server and its runner, and sign in."""
        client = self._gitea.oauth_client(self._owner, f"{self.url}/login")
        rpc_secret = secrets.token_hex(16)
        server = {
            "DRONE_SERVER_HOST": f"127.0.0.1:{self._port}",
            "DRONE_SERVER_PROTO": "http",
            "DRONE_SERVER_PORT": f"127.0.0.1:{self._port}",
            "DRONE_RPC_SECRET": rpc_secret,
            "DRONE_GITEA_SERVER": self._gitea.url,
            "DRONE_GITEA_CLIENT_ID": client.name,
            "DRONE_GITEA_CLIENT_SECRET": client.secret,
            "DRONE_DATABASE_DATASOURCE": str(self._folder / "drone.sqlite"),
            "DRONE_USER_CREATE": f"username:{self._owner.name},admin:true,token:{self.api_token}",
        }
        runner = {
            "DRONE_RPC_PROTO": "http",
            "DRONE_RPC_HOST": f"127.0.0.1:{self._port}",
            "DRONE_RPC_SECRET": rpc_secret,
            "DRONE_RUNNER_CAPACITY": "4",
            "DRONE_HTTP_BIND": f"127.0.0.1:{free_port()}",
            "TMPDIR": str(self._folder),
        } | {name: os.environ[name] for name in ("DOCKER_HOST",) if name in os.environ}
        with ExitStack() as stack:
            log = self._folder / "drone-server.log"
            stack.enter_context(Process([str(self._server)], server, log, ready=f"{self.url}/healthz"))
            self._gitea.sign_in(self._owner, f"{self.url}/login")
            command = [str(self._runner), "daemon"]
            stack.enter_context(Process(command, runner, self._folder / "drone-runner.log"))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the runner and the server."""
        self._stack.close()

    def activate(self, repo: str, secrets: dict[str, str]) -> None:
        """Build each push and pull request of a repository, with these secrets, also for forks."""
        self._api("POST", "user/repos?async=false")
        self._api("POST", f"repos/{repo}")
        rules = {"protected": False, "ignore_pull_requests": False, "ignore_forks": False, "trusted": True}
        self._api("PATCH", f"repos/{repo}", rules)
        for name, value in secrets.items():
            self._api("POST", f"repos/{repo}/secrets", {"name": name, "data": value, "pull_request": True})

    def approve(self, repo: str, commit: str) -> None:
        """Do nothing: the repository is not protected."""

    def finished(self, repo: str, commit: str, event: str) -> FinishedBuild:
        """Return the newest build of a commit and event when it has ended."""
        return self._ended(repo, lambda build: (build["after"], build["event"]) == (commit, event))

    def restarted(self, repo: str, build: FinishedBuild) -> FinishedBuild:
        """Build the same commit again; return the new build when it has ended."""
        number = self._api("POST", f"repos/{repo}/builds/{build.number}")["number"]
        return self._ended(repo, lambda one: one["number"] == number)

    def _ended(self, repo: str, is_it: Callable[[dict[str, Any]], bool]) -> FinishedBuild:
        found: list[dict[str, Any]] = []

        def has_ended() -> bool:
            found[:] = [one for one in self._api("GET", f"repos/{repo}/builds") if is_it(one)]
            return bool(found) and found[0]["status"] in _ENDED

        wait_until(has_ended, BUILD_SECONDS, "the build did not end", found)
        build = self._api("GET", f"repos/{repo}/builds/{found[0]['number']}")
        stages = build.get("stages") or []
        steps = [
            (stage["name"], step["name"], step["exit_code"]) for stage in stages for step in stage.get("steps") or []
        ]
        return FinishedBuild(build["number"], build["status"], tuple(steps), build.get("error", ""))

    def card(self, repo: str, build: int, stage: int, step: int) -> Any:
        """Return the data of the card that a step printed."""
        return self._api("GET", f"repos/{repo}/cards/{build}/{stage}/{step}")

    def log(self, repo: str, build: int, stage: int, step: int) -> str:
        """Return what a step printed, without its card."""
        lines = self._api("GET", f"repos/{repo}/builds/{build}/logs/{stage}/{step}") or []
        return "".join(line["out"] for line in lines)

    def _api(self, method: str, path: str, body: object = None) -> Any:
        return call(f"{self.url}/api", self.api_token, method, path, body)
