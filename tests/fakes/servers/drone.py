"""Drone 1.x and 2.x, with runner-go's runners or the agent of old."""

import re
from collections.abc import Mapping
from typing import ClassVar

from tests.fakes.servers.logs import PING, ends, events
from tests.fakes.servers.server import FakeServer, Reply, Request, json_reply
from tests.fakes.servers.stages import Runner
from tests.fakes.servers.truth import START, Fate, TrueBuild, TrueStep

_MISSING = json_reply({"message": "sql: no rows in result set"}, status=404)
_NOT_FOUND = json_reply({"message": "Not Found"}, status=404)
_UNAUTHORIZED = json_reply({"message": "Unauthorized"}, status=401)
_NO_ROUTE = Reply(404, b"404 page not found\n", "text/plain; charset=utf-8")
_PAGE = Reply(200, b"<!DOCTYPE html><html><head><title>Drone</title>", "text/html; charset=UTF-8")


class DroneFake(FakeServer):
    kind = "drone"
    version = "2.28.1"
    runner = Runner()
    built_from: ClassVar[Mapping[str, str]] = {"source": "https://github.com/drone/drone", "commit": "477dc77"}
    """The value of `source` in `/version`; a build without that information leaves it out."""

    def answer(self, request: Request) -> Reply:
        path = request.path
        repo = f"/api/repos/{self.repo}"
        if path == "/version":
            return json_reply({**self.built_from, "version": self.version})
        if path == "/healthz":
            return Reply(200, b"OK", "text/plain")
        if path == "/api/user":
            return json_reply({"id": 1, "login": "octo"}) if self.knows(request) else _UNAUTHORIZED
        if path == repo or path.startswith(f"{repo}/"):
            return self._refused(request) or self._of_repo(request, path.removeprefix(repo))
        if found := re.fullmatch(rf"/api/stream/{self.repo}/(\d+)/(\d+)/(\d+)", path):
            return self._refused(request) or self._stream(*map(int, found.groups()))
        if re.match(r"/api/repos/[^/]+/[^/]+", path):
            return _NOT_FOUND if self.knows(request) else _UNAUTHORIZED
        return _NO_ROUTE if path.startswith("/api") else _PAGE

    def _refused(self, request: Request) -> Reply | None:
        return _UNAUTHORIZED if self.private and not self.knows(request) else None

    def _of_repo(self, request: Request, path: str) -> Reply:
        if path == "":
            return json_reply(self._repo())
        if path == "/builds":
            return self._list(request)
        if path == "/builds/latest":
            branch = request.query.get("branch") or self.default_branch
            newest = next((build for build in self.numbered() if build.branch == branch), None)
            return json_reply(self.shown(newest)) if newest else _MISSING
        if found := re.fullmatch(r"/builds/([^/]+)", path):
            return self._one(found[1])
        if found := re.fullmatch(r"/builds/(\d+)/logs/(\d+)/(\d+)", path):
            return self._log(*map(int, found.groups()))
        return _NO_ROUTE

    def _one(self, number: str) -> Reply:
        if not number.isdecimal():
            message = f'strconv.ParseInt: parsing "{number}": invalid syntax'
            return json_reply({"message": message}, status=400)
        build = self.builds.get(int(number))
        return json_reply(self.shown(build)) if build else _MISSING

    def _list(self, request: Request) -> Reply:
        """Twenty-five on a page, also when more than a hundred are asked for."""
        size = int(request.query.get("per_page", "25"))
        size = size if 0 < size <= 100 else 25
        page = int(request.query.get("page", "1"))
        branch = request.query.get("branch", "")
        shown = [self.summary(build) for build in self.numbered() if branch in ("", build.branch)]
        return json_reply(shown[(page - 1) * size : page * size])

    def _repo(self) -> Mapping[str, object]:
        owner, _, name = self.repo.partition("/")
        return {
            "id": 5,
            "uid": "82",
            "user_id": 1,
            "namespace": owner,
            "name": name,
            "slug": self.repo,
            "default_branch": self.default_branch,
            "private": self.private,
            "active": True,
            "timeout": 60,
        }

    def summary(self, build: TrueBuild) -> dict[str, object]:
        return {
            "id": 900 + build.number,
            "repo_id": 5,
            "trigger": "@hook",
            "number": build.number,
            "status": self.runner.status(build),
            **({"error": build.error} if build.error else {}),
            "event": build.event,
            **({"deploy_to": build.environment} if build.environment else {}),
            "action": "",
            "link": "",
            "timestamp": 0,
            "message": "m",
            "before": "a1",
            "after": build.commit,
            "ref": build.ref,
            "source_repo": "",
            "source": build.source or build.branch,
            "target": build.branch,
            "author_login": "amy",
            "sender": "amy",
            "started": START,
            "finished": START + 100 if build.over else 0,
            "created": START,
            "updated": START,
            "version": 3,
        }

    def shown(self, build: TrueBuild) -> dict[str, object]:
        stages = [] if build.error else self.runner.stages(build)
        return {**self.summary(build), **({"stages": stages} if stages else {})}

    # Logs

    def _log(self, number: int, stage: int, step: int) -> Reply:
        build = self.builds.get(number)
        found = build and build.step(stage, step)
        if not found or self.look(number, f"{stage}/{step}") < found.late or not _is_stored(found):
            return _MISSING
        return json_reply(self.runner.entries(found) or None)

    def _stream(self, number: int, stage: int, step: int) -> Reply:
        build = self.builds.get(number)
        found = build and build.step(stage, step)
        kind = "text/event-stream"
        if not found or found.fate is not Fate.RUNNING:
            return Reply(kind=kind, stream=[PING, *ends()])
        newest = self.runner.entries(found)[-5000:]
        return Reply(kind=kind, stream=events(newest, ids=False, gap="\n\n\n"), goes_on=True)

    # The environment of a step

    def environ(self, job: int = 1) -> Mapping[str, str]:
        build = self.now
        owner, _, name = self.repo.partition("/")
        mine = build.jobs[job - 1]
        failed = [step.name for step in mine.steps if step.failed]
        return {
            "CI": "true",
            "DRONE": "true",
            "DRONE_SYSTEM_PROTO": "http",
            "DRONE_SYSTEM_HOST": self.url.removeprefix("http://"),
            "DRONE_SYSTEM_HOSTNAME": self.url.removeprefix("http://"),
            "DRONE_SYSTEM_VERSION": self.version,
            "DRONE_REPO": self.repo,
            "DRONE_REPO_NAMESPACE": owner,
            "DRONE_REPO_OWNER": owner,
            "DRONE_REPO_NAME": name,
            "DRONE_REPO_LINK": f"https://git.example.com/{self.repo}",
            "DRONE_GIT_HTTP_URL": f"https://git.example.com/{self.repo}.git",
            "DRONE_NETRC_MACHINE": "git.example.com",
            "DRONE_NETRC_USERNAME": "netrc-user",
            "DRONE_NETRC_PASSWORD": "netrc-password",
            "DRONE_REPO_SCM": "",
            "DRONE_REPO_BRANCH": self.default_branch,
            "DRONE_BUILD_NUMBER": str(build.number),
            "DRONE_BUILD_EVENT": build.event,
            **({"DRONE_DEPLOY_TO": build.environment} if build.environment else {}),
            "DRONE_BUILD_LINK": f"{self.url}/{self.repo}/{build.number}",
            "DRONE_BUILD_STATUS": "failure" if build.failed else "success",
            "DRONE_STAGE_NUMBER": str(job),
            "DRONE_STAGE_NAME": mine.name,
            "DRONE_STAGE_STATUS": "failure" if failed else "success",
            "DRONE_STEP_NUMBER": str(len(mine.steps)),
            "DRONE_STEP_NAME": mine.steps[-1].name,
            "DRONE_COMMIT": build.commit,
            "DRONE_COMMIT_SHA": build.commit,
            "DRONE_COMMIT_REF": build.ref,
            "DRONE_COMMIT_BRANCH": build.branch,
            "DRONE_BRANCH": build.branch,
            "DRONE_SOURCE_BRANCH": build.source or build.branch,
            "DRONE_TARGET_BRANCH": build.branch,
            "DRONE_WORKSPACE": "/drone/src",
            "DRONE_CARD_PATH": "/dev/stdout",
            "CI_BUILD_NUMBER": str(build.number),
            "CI_BUILD_STATUS": "running",
            "CI_REPO": self.repo,
            "CI_REPO_NAME": self.repo,
            "CI_WORKSPACE": "/drone/src",
            **({"DRONE_FAILED_STEPS": ",".join(failed)} if failed else {}),
            **({"DRONE_PULL_REQUEST": str(build.pull)} if build.pull else {}),
        }


class Drone1Fake(DroneFake):
    version = "1.10.1"
    runner = Runner(images=False)
    built_from: ClassVar[Mapping[str, str]] = {}


class DroneAgentFake(DroneFake):
    """Drone 1 with its own agent, which knows nothing of failed steps."""

    version = "1.10.1"
    runner = Runner(images=False, legacy=True)

    def environ(self, job: int = 1) -> Mapping[str, str]:
        unknown = ("DRONE_FAILED_STEPS", "DRONE_CARD_PATH")
        return {name: value for name, value in super().environ(job).items() if name not in unknown}


class DroneKubeFake(DroneFake):
    """Drone 2 with the kube runner, which sets the name of a step and not its number."""

    def environ(self, job: int = 1) -> Mapping[str, str]:
        unknown = ("DRONE_FAILED_STEPS", "DRONE_STEP_NUMBER", "DRONE_CARD_PATH")
        return {name: value for name, value in super().environ(job).items() if name not in unknown}


def _is_stored(step: TrueStep) -> bool:
    return step.ran and step.fate is not Fate.RUNNING and step.stored and not step.purged
