"""Harness Open Source (Gitness): executions of named pipelines, milliseconds, no numbers of rows."""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from tests.fakes.servers.logs import PING, ends, events
from tests.fakes.servers.server import FakeServer, Reply, Request, json_reply
from tests.fakes.servers.stages import Runner
from tests.fakes.servers.truth import Fate, TrueBuild

_JSON = "application/json; charset=utf-8"


def _error(status: int, message: str) -> Reply:
    return json_reply({"message": message}, status=status, kind=_JSON)


class HarnessFake(FakeServer):
    kind = "harness"
    version = "3.3.0"
    runner = Runner(ids=False, per_second=1000)
    stranger = "token-of-a-stranger"
    """Of a known user without any right here."""

    def __init__(
        self, *builds: TrueBuild, repo: str = "space/sub/demo", private: bool = True, version: str = ""
    ) -> None:
        super().__init__(*builds, repo=repo, private=private, version=version)
        self.pipelines: dict[str, dict[int, TrueBuild]] = {"build-and-test": self.builds}
        """By identifier; numbers count in each by itself."""
        self.web = ""
        """Address of the pages, where it is not that of the API."""
        self.yaml = 1
        """Version of the pipeline file's form: what `DRONE_BUILD_LINK` is worth."""

    def answer(self, request: Request) -> Reply:
        path = request.path
        if path == "/api/v1/system/version":
            return Reply(200, self.version.encode(), "text/plain; charset=utf-8")
        if not path.startswith("/api/"):
            return Reply(200, b"<!doctype html><html><title>Gitness</title>", "text/html; charset=utf-8")
        token = request.headers.get("Authorization", "")
        if token and not self.knows(request) and token != f"Bearer {self.stranger}":
            return _error(401, "Unauthorized")
        if path == "/api/v1/user":
            return (
                json_reply({"id": 3, "uid": "amy", "admin": False}, kind=_JSON)
                if token
                else _error(401, "Unauthorized")
            )
        found = re.fullmatch(r"/api/v1/repos/(?:(.+?)/\+|([^/]*%2F[^/]*))(/.*)?", path)
        if not found:
            return _error(404, "Not Found")
        if unquote(found[1] or found[2]) != self.repo:
            return _error(404, "Not Found")
        if self.private and not self.knows(request):  # without a token as well, as a running server showed
            return _error(403, "Forbidden")
        return self._of_repo(request, found[3] or "")

    def _of_repo(self, request: Request, path: str) -> Reply:
        if path == "":
            return json_reply({"id": 9, "path": self.repo, "default_branch": self.default_branch}, kind=_JSON)
        if path == "/pipelines":
            return self._paged(request, [self._pipeline(name) for name in self.pipelines])
        found = re.fullmatch(r"/pipelines/([^/]+)/executions(?:/([^/]+)(?:/logs/(\d+)/(\d+)(/stream)?)?)?", path)
        builds = self.pipelines.get(unquote(found[1])) if found else None
        if not found or builds is None:
            return _error(404, "Not Found")
        if not found[2]:
            return self._paged(request, [self._summary(builds[number]) for number in sorted(builds, reverse=True)])
        if not found[2].isdecimal():
            return _error(400, "Parameter 'execution_number' must be a number")
        build = builds.get(int(found[2]))
        if not build:
            return _error(404, "Not Found")
        if not found[3]:
            return json_reply(self.shown(build), kind=_JSON)
        return self._log(build, int(found[3]), int(found[4]), live=bool(found[5]))

    def _paged(self, request: Request, items: list[Mapping[str, object]]) -> Reply:
        size = min(100, max(1, int(request.query.get("limit", "30"))))
        page = int(request.query.get("page", "1"))
        last = -(-len(items) // size)
        headers = {
            "x-page": str(page),
            "x-per-page": str(size),
            "x-total": str(len(items)),
            "x-total-pages": str(last),
            **({"x-next-page": str(page + 1)} if page < last else {}),
        }
        reply = json_reply(items[(page - 1) * size : page * size], kind=_JSON)
        return Reply(reply.status, reply.body, reply.kind, headers)

    def _pipeline(self, name: str) -> Mapping[str, object]:
        builds = self.pipelines[name]
        newest = builds[max(builds)] if builds else None
        return {
            "id": 4,
            "identifier": name,
            "repo_id": 9,
            "default_branch": self.default_branch,
            "config_path": f".harness/{name}.yaml",
            **({"execution": self._summary(newest)} if newest else {}),
        }

    def _summary(self, build: TrueBuild) -> dict[str, object]:
        return {
            "pipeline_id": 4,
            "created_by": 3,
            "repo_id": 9,
            "trigger": "admin",
            "number": build.number,
            "status": self.runner.status(build),
            **({"error": build.error} if build.error else {}),
            "event": build.event,
            "action": "branch_updated",
            "title": "m",
            "message": "m",
            "before": "a",
            "after": build.commit,
            "ref": build.ref.replace("refs/pull/", "refs/pullreq/"),
            "source": build.source or build.branch,
            "target": build.branch,
            "author_login": "Amy",
            "author_name": "Amy",
            "author_email": "amy@example.com",
            **({"params": {"DRONE_BUILD_LINK": link}} if (link := self._link(build)) else {}),
            "started": self.runner.time(0) + 901,
            **({"finished": self.runner.time(100)} if build.over else {}),
            "created": self.runner.time(0),
            "updated": self.runner.time(0) + 901,
        }

    def _link(self, build: TrueBuild) -> str:
        """Return the build's page at the address that people use."""
        names = [name for name, builds in self.pipelines.items() if builds.get(build.number) is build]
        return f"{self.web or self.url}/{self.repo}/pipelines/{names[0]}/execution/{build.number}" if names else ""

    def shown(self, build: TrueBuild) -> dict[str, object]:
        stages = [] if build.error else self.runner.stages(build)
        return {**self._summary(build), **({"stages": stages} if stages else {})}

    def _log(self, build: TrueBuild, stage: int, step: int, *, live: bool) -> Reply:
        found = build.step(stage, step)
        if live:
            kind = "text/event-stream"
            if not found:
                return Reply(kind=kind, stream=[PING, b'{"message":"Not Found"}\n'])
            if found.fate is not Fate.RUNNING:
                return Reply(kind=kind, stream=[PING, *ends()])
            return Reply(kind=kind, stream=events(self.runner.entries(found), ids=False), goes_on=True)
        late = found and self.look(build.number, f"{stage}/{step}") < found.late
        if not found or late or not found.ran or found.fate is Fate.RUNNING or not found.stored or found.purged:
            return _error(404, "Not Found")
        return json_reply(self.runner.entries(found), kind=_JSON)

    def environ(self, job: int = 1) -> Mapping[str, str]:
        """Nothing names the pipeline, but for the link of YAML version 1; the host has lost its port."""
        build = self.now
        mine = build.jobs[job - 1]
        failed = [step.name for step in mine.steps if step.failed]
        host = self.url.removeprefix("http://").partition(":")[0]
        name = next(iter(self.pipelines))
        page = f"{self.url}/{self.repo}/pipelines/{name}/execution/{build.number}"
        git = f"{self.url}/git/{self.repo}.git"
        return {
            "CI": "true",
            "DRONE": "true",
            "DRONE_SYSTEM_PROTO": "http",
            "DRONE_SYSTEM_HOST": host,
            "DRONE_SYSTEM_HOSTNAME": host,
            "DRONE_SYSTEM_VERSION": "",
            "DRONE_REPO": "",
            "DRONE_REPO_NAMESPACE": self.repo,
            "DRONE_REPO_OWNER": self.repo,
            "DRONE_REPO_NAME": self.repo.rpartition("/")[2],
            "DRONE_REPO_LINK": git,
            "DRONE_GIT_HTTP_URL": git,
            "DRONE_REMOTE_URL": git,
            "DRONE_NETRC_MACHINE": host,
            "DRONE_NETRC_USERNAME": "netrc-user",
            "DRONE_NETRC_PASSWORD": "netrc-password",
            "DRONE_REPO_BRANCH": self.default_branch,
            "DRONE_BUILD_NUMBER": str(build.number),
            "DRONE_BUILD_EVENT": build.event,
            "DRONE_BUILD_LINK": page if self.yaml == 1 else f"http://{host}//{build.number}",
            "DRONE_BUILD_STATUS": "failure" if failed else "success",
            "DRONE_STAGE_NUMBER": str(job),
            "DRONE_STAGE_NAME": mine.name,
            "DRONE_STAGE_STATUS": "failure" if failed else "success",
            "DRONE_STEP_NUMBER": str(len(mine.steps)),
            "DRONE_STEP_NAME": mine.steps[-1].name,
            "DRONE_COMMIT_SHA": build.commit,
            "DRONE_COMMIT_REF": build.ref.replace("refs/pull/", "refs/pullreq/"),
            "DRONE_COMMIT_BRANCH": build.branch,
            "DRONE_BRANCH": build.branch,
            "DRONE_SOURCE_BRANCH": build.source or build.branch,
            "DRONE_TARGET_BRANCH": build.branch,
            "DRONE_WORKSPACE": "/gitness" if self.yaml == 1 else "/drone/src",
            "DRONE_CARD_PATH": "/dev/stdout",
            **({"DRONE_FAILED_STEPS": ",".join(failed)} if failed else {}),
            **({"DRONE_PULL_REQUEST": str(build.pull)} if build.pull else {}),
        }
