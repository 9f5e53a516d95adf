"""A real Gitea on 127.0.0.1 with accounts, repositories and pull requests: `with GiteaServer(...) as gitea:`."""

import base64
import html
import os
import pwd
import re
import secrets
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import requests

from tests.real.binaries import gitea_module
from tests.real.process import Process, free_port

_CONFIG = """
RUN_MODE = prod
[server]
HTTP_ADDR = 127.0.0.1
HTTP_PORT = {port}
ROOT_URL = {url}/
DISABLE_SSH = true
OFFLINE_MODE = true
STATIC_ROOT_PATH = {module}
[database]
DB_TYPE = sqlite3
PATH = {folder}/gitea.db
SQLITE_JOURNAL_MODE = WAL
[repository]
ROOT = {folder}/repositories
[security]
INSTALL_LOCK = true
[service]
DISABLE_REGISTRATION = true
[log]
LEVEL = Error
[webhook]
ALLOWED_HOST_LIST = loopback
[indexer]
ISSUE_INDEXER_TYPE = db
"""


@dataclass(frozen=True, slots=True)
class Account:
    """An account with a token that may do everything that the account may."""

    name: str
    password: str
    token: str


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """A registered client."""

    name: str
    secret: str


class GiteaServer:
    """A server with its data in one folder. It runs as `nobody` where the tests run as root, which Gitea refuses."""

    def __init__(self, program: Path, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self._config = folder / "app.ini"
        self._user = "nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        self._process_user = self._user if os.getuid() == 0 else None
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        module = folder / "module"
        shutil.copytree(gitea_module(), module, ignore=shutil.ignore_patterns("*.go", "tests", "web_src"))
        self._config.write_text(_CONFIG.format(port=port, url=self.url, module=module, folder=folder), "utf-8")
        environ = {"GITEA_WORK_DIR": str(folder)}
        ready = f"{self.url}/api/healthz"
        self._process = Process(self._command("web"), environ, folder / "gitea.log", ready, self._process_user)

    def __enter__(self) -> Self:
        """Start the server and wait until it answers."""
        self._own_folder()
        self._process.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the server."""
        self._process.__exit__(kind, error, trace)

    def account(self, name: str, scopes: str = "all", *, admin: bool = False) -> Account:
        """Create an account, and a token of these scopes."""
        password = secrets.token_urlsafe(12)
        create = ["admin", "user", "create", "--username", name, "--password", password]
        self._run(*create, "--email", f"{name}@example.com", "--must-change-password=false", *["--admin"] * admin)
        return Account(name, password, self.token(name, scopes))

    def token(self, name: str, scopes: str) -> str:
        """Return a new token of an account, limited to these scopes."""
        create = ["admin", "user", "generate-access-token", "--username", name, "--raw"]
        return self._run(*create, "--token-name", secrets.token_hex(4), "--scopes", scopes).split()[-1]

    def api(self, method: str, path: str, token: str, body: Mapping[str, object] | None = None) -> requests.Response:
        """Send a request to the API and return its answer. Raise HTTPError for a refusal."""
        headers = {"Authorization": f"token {token}"}
        answer = requests.request(method, f"{self.url}/api/v1/{path}", json=body, headers=headers, timeout=30)
        answer.raise_for_status()
        return answer

    def repository(self, owner: Account, name: str, writer: Account) -> None:
        """Create a repository with one commit on `main`, where a second account may write, too."""
        settings = {"name": name, "auto_init": True, "default_branch": "main"}
        self.api("POST", "user/repos", owner.token, settings)
        path = f"repos/{owner.name}/{name}/collaborators/{writer.name}"
        self.api("PUT", path, owner.token, {"permission": "write"})

    def pull_request(self, owner: Account, repo: str, branch: str) -> tuple[int, str]:
        """Open a pull request from a new branch with one commit; return its number and the commit."""
        content = base64.b64encode(branch.encode()).decode()
        change = {"content": content, "message": f"Change on {branch}", "new_branch": branch}
        path = f"repos/{owner.name}/{repo}"
        commit = self.api("POST", f"{path}/contents/{branch}.txt", owner.token, change).json()["commit"]["sha"]
        pull = {"head": branch, "base": "main", "title": branch}
        return self.api("POST", f"{path}/pulls", owner.token, pull).json()["number"], commit

    def commit(self, owner: Account, repo: str, branch: str, files: Mapping[str, str], new_branch: str = "") -> str:
        """Write files in one commit on a branch, or on a new one that starts there; return the commit."""
        path = f"repos/{repo}/contents"
        changes = [self._change(owner, f"{path}/{name}?ref={branch}", name, text) for name, text in files.items()]
        body = {"files": changes, "branch": branch, "message": f"Change {', '.join(files)}"}
        answer = self.api("POST", path, owner.token, body | ({"new_branch": new_branch} if new_branch else {}))
        commit: str = answer.json()["commit"]["sha"]
        return commit

    def _change(self, owner: Account, path: str, name: str, text: str) -> Mapping[str, str]:
        change = {"path": name, "content": base64.b64encode(text.encode()).decode()}
        try:
            return change | {"operation": "update", "sha": self.api("GET", path, owner.token).json()["sha"]}
        except requests.HTTPError:
            return change | {"operation": "create"}

    def open_pull_request(self, author: Account, repo: str, head: str) -> int:
        """Open a pull request against `main`; `head` is a branch, or `account:branch` for a fork."""
        pull = {"head": head, "base": "main", "title": head}
        number: int = self.api("POST", f"repos/{repo}/pulls", author.token, pull).json()["number"]
        return number

    def oauth_client(self, owner: Account, redirect_url: str) -> OAuthClient:
        """Register a CI server as OAuth client."""
        body = {"name": "ci", "redirect_uris": [redirect_url], "confidential_client": True}
        client = self.api("POST", "user/applications/oauth2", owner.token, body).json()
        return OAuthClient(client["client_id"], client["client_secret"])

    def sign_in(self, account: Account, login_url: str) -> requests.Session:
        """Sign in to Gitea, then to the CI server with that address, as a browser does; return the session."""
        session = requests.Session()
        form = {"user_name": account.name, "password": account.password}
        session.post(f"{self.url}/user/login", data=form, timeout=30).raise_for_status()
        page = session.get(login_url, timeout=30).text
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
        grant = {name: html.unescape(value) for name, value in fields.items()} | {"granted": "true"}
        session.post(f"{self.url}/login/oauth/grant", data=grant, timeout=30).raise_for_status()
        return session

    def comments(self, owner: Account, repo: str, number: int) -> list[str]:
        """Return the texts of all comments of a pull request, oldest first."""
        path = f"repos/{owner.name}/{repo}/issues/{number}/comments"
        return [comment["body"] for comment in self.api("GET", path, owner.token).json()]

    def _command(self, *arguments: str) -> list[str]:
        return [str(self._program), *arguments, "--config", str(self._config)]

    def _run(self, *arguments: str) -> str:
        command = self._command(*arguments)
        return subprocess.run(command, check=True, capture_output=True, text=True, **self._identity()).stdout  # type: ignore[call-overload, no-any-return]

    def _identity(self) -> Mapping[str, object]:
        environ = {"PATH": os.environ["PATH"], "HOME": str(self._folder), "GITEA_WORK_DIR": str(self._folder)}
        return {"env": environ, "user": self._user} if os.getuid() == 0 else {"env": environ}

    def _own_folder(self) -> None:
        if os.getuid() == 0:
            for path in (self._folder, *self._folder.rglob("*")):
                shutil.chown(path, self._user)
