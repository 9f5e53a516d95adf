"""A real Harness Open Source on 127.0.0.1 with one repository and pull requests. It needs Git 2.42 or newer."""

import os
import re
import secrets
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from tests.real.process import Process, free_port, wait_until
from tests.real.rest import call

EXECUTION_SECONDS = 120
_LEAST_GIT = (2, 42)
REPO = "octo/shop"
_PATH = "repos/octo%2Fshop"


class HarnessServer:
    """A server whose administrator owns the repository. Pipelines run in containers of `DOCKER_HOST`, if it is set."""

    def __init__(self, program: Path, folder: Path) -> None:
        _require_git()
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.url_in_containers = f"http://host.docker.internal:{port}"
        self._password = secrets.token_urlsafe(12)
        environ = {
            "GITNESS_HTTP_PORT": str(port),
            "GITNESS_URL_BASE": self.url,
            "GITNESS_DATABASE_DATASOURCE": str(folder / "database.sqlite"),
            "GITNESS_BLOBSTORE_BUCKET": str(folder / "blobs"),
            "GITNESS_PRINCIPAL_ADMIN_EMAIL": "admin@example.com",
            "GITNESS_PRINCIPAL_ADMIN_PASSWORD": self._password,
            "GITNESS_METRIC_ENABLED": "false",
            "GITNESS_URL_CONTAINER": self.url_in_containers,
        } | {name: os.environ[name] for name in ("DOCKER_HOST", "DOCKER_API_VERSION") if name in os.environ}
        ready = f"{self.url}/api/v1/system/config"
        self._process = Process([str(program), "server"], environ, folder / "harness.log", ready)
        self.token = ""

    def __enter__(self) -> Self:
        """Start the server, and create the repository and a token."""
        self._process.__enter__()
        try:
            login = {"login_identifier": "admin", "password": self._password}
            self.token = self.api("POST", "login", login)["access_token"]
            lifetime = 24 * 3600 * 10**9
            self.token = self.api("POST", "user/tokens", {"identifier": "trial", "lifetime": lifetime})["access_token"]
            self.api("POST", "spaces", {"identifier": "octo", "parent_ref": ""})
            repo = {"identifier": "shop", "parent_ref": "octo", "default_branch": "main", "readme": True}
            self.api("POST", "repos", repo)
        except BaseException:
            self._process.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server."""
        self._process.__exit__(kind, error, trace)

    def commit(self, branch: str, name: str, text: str, new_branch: str = "") -> str:
        """Write a new file on a branch, or on a new one that starts there; return the commit."""
        action = {"action": "CREATE", "path": name, "payload": text, "encoding": "utf8"}
        commit = {"actions": [action], "branch": branch, "new_branch": new_branch, "title": name, "message": ""}
        sha: str = self.api("POST", f"{_PATH}/commits", commit)["commit_id"]
        return sha

    def pipeline(self, name: str, definition: str, secrets: dict[str, str]) -> None:
        """Create a pipeline that builds pull requests, with these secrets."""
        for secret, value in secrets.items():
            self.api("POST", "secrets", {"identifier": secret, "space_ref": "octo", "data": value})
        self.commit("main", f".harness/{name}.yaml", definition)
        path = f".harness/{name}.yaml"
        self.api("POST", f"{_PATH}/pipelines", {"identifier": name, "default_branch": "main", "config_path": path})

    def build_pushes(self, pipeline: str) -> None:
        """Let a pipeline build pushes to existing branches instead of pull requests."""
        self.api("PATCH", f"{_PATH}/pipelines/{pipeline}/triggers/default", {"actions": ["branch_updated"]})

    def finished(self, pipeline: str, number: int) -> dict[str, Any]:
        """Return the execution with that number when it has ended."""
        path = f"{_PATH}/pipelines/{pipeline}/executions"
        found: list[dict[str, Any]] = []

        def has_ended() -> bool:
            found[:] = [one for one in self.api("GET", path) if one["number"] == number]
            return bool(found) and found[0]["status"] not in ("pending", "running")

        wait_until(has_ended, EXECUTION_SECONDS, f"execution {number} did not end", found)
        execution: dict[str, Any] = self.api("GET", f"{path}/{number}")
        return execution

    def log(self, pipeline: str, number: int, step: int) -> str:
        """Return what a step of the first stage printed."""
        lines = self.api("GET", f"{_PATH}/pipelines/{pipeline}/executions/{number}/logs/1/{step}")
        return "".join(line["out"] for line in lines)

    def pull_request(self, branch: str) -> tuple[int, str]:
        """Open a pull request from a new branch with one commit; return its number and the commit."""
        sha = self.commit("main", f"{branch}.txt", branch, branch)
        pull = {"source_branch": branch, "target_branch": "main", "title": branch}
        return self.api("POST", f"{_PATH}/pullreq", pull)["number"], sha

    def comments(self, number: int) -> list[str]:
        """Return the texts of all comments of a pull request, oldest first."""
        activities = self.api("GET", f"{_PATH}/pullreq/{number}/activities")
        return [one["text"] for one in activities if one["type"] == "comment" and not one.get("deleted")]

    def api(self, method: str, path: str, body: object = None) -> Any:
        """Send a request to the API and return its answer. Raise RuntimeError for a refusal."""
        return call(f"{self.url}/api/v1", self.token, method, path, body)


def _require_git() -> None:
    version = subprocess.run(["git", "--version"], check=True, capture_output=True, text=True).stdout
    found = re.search(r"(\d+)\.(\d+)", version)
    if not found or (int(found[1]), int(found[2])) < _LEAST_GIT:
        pytest.skip(f"Harness needs Git 2.42 or newer in PATH ({os.environ['PATH']}), and this is {version.strip()}")
