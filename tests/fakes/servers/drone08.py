"""Drone 0.8: procs with child procs, logs that come late, states that lag behind."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import ClassVar
from urllib.parse import unquote

from tests.fakes.servers.logs import AGENT_HEAD, ends, events, writes
from tests.fakes.servers.server import FakeServer, Reply, Request, json_reply
from tests.fakes.servers.truth import START, Fate, TrueBuild, TrueStep, TrueUnit

_JSON = "application/json; charset=utf-8"
_PAGE = 50


class Drone08Fake(FakeServer):
    kind = "drone08"
    version = "0.8.9"
    source: ClassVar[str] = "https://github.com/drone/drone"
    head: ClassVar[Mapping[str, str]] = {"X-Drone-Version": "0.8.9"}

    def answer(self, request: Request) -> Reply:
        reply = self._answer(request)
        return replace(reply, headers={**self.head, **reply.headers})

    def _answer(self, request: Request) -> Reply:
        path = request.path
        repo = f"/api/repos/{self.repo}"
        if path == "/version":
            return json_reply({"source": self.source, "version": self.version}, kind=_JSON)
        if path == "/healthz":
            return Reply()
        if path == "/api/user":
            return self._user(request)
        if path == repo or path.startswith(f"{repo}/"):
            return self._refused(request) or self._of_repo(request, path.removeprefix(repo))
        if path.startswith(f"/stream/logs/{self.repo}/"):
            return self._refused(request) or self._stream(path)
        if re.match(r"/api/repos/[^/]+/[^/]+", path):
            return Reply(404 if self.knows(request) else 401)
        return Reply(200, b"<html>drone</html>", "text/html; charset=UTF-8")

    def _user(self, request: Request) -> Reply:
        if not self.knows(request):
            return Reply(401, b"User not authorized", "text/plain; charset=utf-8")
        return json_reply(
            {"id": 1, "login": "octo", "email": "", "avatar_url": "", "active": False, "synced": 1}, kind=_JSON
        )

    def _refused(self, request: Request) -> Reply | None:
        return Reply(401) if self.private and not self.knows(request) else None

    def _of_repo(self, request: Request, path: str) -> Reply:
        if path == "":
            return json_reply(self._repo(), kind=_JSON)
        if path == "/builds":
            page = int(request.query.get("page", "1"))
            shown = self.numbered()[(page - 1) * _PAGE : page * _PAGE]
            return json_reply([self.summary(build) for build in shown], kind=_JSON)
        if path == "/builds/latest":
            branch = request.query.get("branch") or self.default_branch
            for build in self.numbered():
                if build.branch == branch and build.event == "push":
                    return json_reply(self.shown(build), kind=_JSON)
            return Reply(500)
        if found := re.fullmatch(r"/builds/([^/]+)", path):
            if not found[1].isdecimal():
                return Reply(400)
            asked = self.builds.get(int(found[1]))
            return json_reply(self.shown(asked), kind=_JSON) if asked else Reply(500)
        if found := re.fullmatch(r"/logs/(\d+)/(\d+)(?:/([^/]+))?", path):
            return self._log(int(found[1]), int(found[2]), unquote(found[3] or ""))
        return Reply(200, b"<html>drone</html>", "text/html; charset=UTF-8")

    # Builds

    def _repo(self) -> Mapping[str, object]:
        return {
            "id": 1,
            "owner": self.repo.partition("/")[0],
            "name": self.repo.partition("/")[2],
            "full_name": self.repo,
            "default_branch": self.default_branch,
            "visibility": "private" if self.private else "public",
            "private": self.private,
            "active": True,
            "last_build": max(self.builds, default=0),
        }

    def summary(self, build: TrueBuild) -> dict[str, object]:
        over = build.over
        return {
            "id": build.number,
            "number": build.number,
            "parent": 0,
            "event": build.event,
            "status": _status(build),
            "error": build.error,
            "enqueued_at": START,
            "created_at": START,
            "started_at": START,
            "finished_at": START + 100 if over else 0,
            "deploy_to": build.environment,
            "commit": build.commit,
            "branch": build.branch,
            "ref": build.ref,
            "refspec": build.refspec,
            "remote": "",
            "title": "t",
            "message": "m",
            "timestamp": 0,
            "sender": "amy",
            "author": "amy",
            "author_avatar": "",
            "author_email": "",
            "link_url": "",
            "signed": False,
            "verified": True,
            "reviewed_by": "",
            "reviewed_at": 0,
        }

    def shown(self, build: TrueBuild) -> dict[str, object]:
        planned = not build.error and build.fate not in (Fate.BLOCKED, Fate.DECLINED)
        procs = {"procs": [self._proc(build, place) for place in range(len(build.jobs))]} if planned else {}
        return {**self.summary(build), **procs}

    def _proc(self, build: TrueBuild, place: int) -> dict[str, object]:
        job = build.jobs[place]
        return {
            "id": 500 + place,
            "build_id": build.number,
            "pid": place + 1,
            "ppid": 0,
            "pgid": place + 1,
            "name": self.proc_name(job),
            **self.proc_state(job),
            **({"environ": dict(job.axes)} if job.axes else {}),
            "children": list(self._children(build, place)),
        }

    def proc_name(self, job: TrueUnit) -> str:
        return ""

    def proc_state(self, job: TrueUnit) -> dict[str, object]:
        if job.fate is Fate.WAITING:
            return {"state": "pending", "exit_code": 0}
        agent = {"machine": "agent1"}
        if not job.over:
            return {"state": "running", "exit_code": 0, "start_time": START, **agent}
        error = job.error or next((_proc_error(step) for step in job.steps if _proc_error(step)), "")
        codes = [_code(step) or 1 for step in job.steps if step.failed]
        return {
            "state": "failure" if job.failed else "success",
            **({"error": error} if error else {}),
            "exit_code": codes[-1] if codes else 1 if job.failed else 0,
            "start_time": START,
            "end_time": START + 100,
            **agent,
        }

    def _children(self, build: TrueBuild, place: int) -> Iterator[dict[str, object]]:
        job = build.jobs[place]
        first = len(build.jobs) + 1 + sum(len(other.steps) for other in build.jobs[:place])
        group = first
        for pid, step in enumerate(job.steps, start=first):
            group = group if step.together else pid
            state, code = _state(step, job)
            yield {
                "id": 600 + pid,
                "build_id": build.number,
                "pid": pid,
                "ppid": place + 1,
                "pgid": group,
                "name": step.name,
                "state": state,
                "exit_code": code,
                **({"start_time": START + (step.began or pid)} if state not in ("pending", "skipped") else {}),
                **({"end_time": START + (step.ended or pid + 10)} if state in ("success", "failure", "killed") else {}),
                **({"machine": "agent1"} if state not in ("pending", "skipped") else {}),
            }

    # Logs

    def _log(self, number: int, pid: int, name: str) -> Reply:
        build = self.builds.get(number)
        found = build and self._step(build, pid, name)
        if not build or not found:
            return Reply(404)
        job, step = found
        late = self.look(number, f"{job.axes}{step.name}") < step.late
        if late or not step.stored or not step.ran or step.fate is Fate.RUNNING:
            return Reply(404)
        if step.purged:
            return Reply(200, b'[{"proc":"x","pos":0,"out":"logs purged by octo\\n"}]', "application/json")
        return json_reply(self.entries(step) or None, kind="application/json", end="")

    def _step(self, build: TrueBuild, pid: int, name: str) -> tuple[TrueUnit, TrueStep] | None:
        if name:
            job = build.jobs[pid - 1] if 0 < pid <= len(build.jobs) else TrueUnit()
            return next(((job, step) for step in job.steps if step.name == name), None)
        steps = [(job, step) for job in build.jobs for step in job.steps]
        place = pid - len(build.jobs) - 1
        return steps[place] if 0 <= place < len(steps) else None

    def entries(self, step: TrueStep) -> list[dict[str, object]]:
        return [
            {"proc": step.name, **({"time": pos // 9} if pos >= 9 else {}), **self.pos(pos), "out": out}
            for pos, out in enumerate(writes(step.text[:AGENT_HEAD]))
        ]

    def pos(self, pos: int) -> dict[str, object]:
        return {"pos": pos}

    def _stream(self, path: str) -> Reply:
        kind = "text/event-stream"
        number, _, pid = path.removeprefix(f"/stream/logs/{self.repo}/").partition("/")
        build = self.builds.get(int(number))
        if not build:
            return Reply(kind=kind, stream=[b": ping\n\n", *ends("build not found")])
        if int(pid) > len(build.jobs):  # agents write under the parent's id, so nothing comes for a child
            return Reply(kind=kind, stream=[b": ping\n\n", *ends()])
        job = build.jobs[int(pid) - 1]
        if job.fate is not Fate.RUNNING:
            return Reply(kind=kind, stream=[b": ping\n\n", *ends("stream not found")])
        mixed = [entry for step in job.steps if step.ran for entry in self.entries(step)]
        return Reply(kind=kind, stream=events(mixed, ids=True), goes_on=True)

    # The environment of a step

    def environ(self, job: int = 1) -> Mapping[str, str]:
        build = self.now
        owner, _, name = self.repo.partition("/")
        status = "failure" if build.jobs[job - 1].failed else "success"
        return {
            "CI": "drone",
            "CI_SYSTEM": "drone",
            "CI_SYSTEM_NAME": "drone",
            "CI_SYSTEM_LINK": self.url,
            "CI_SYSTEM_HOST": self.url.removeprefix("http://"),
            "CI_SYSTEM_ARCH": "linux/amd64",
            "CI_REPO": self.repo,
            "CI_REPO_NAME": self.repo,
            "CI_REPO_LINK": f"https://git.example.com/{self.repo}",
            "CI_BUILD_NUMBER": str(build.number),
            "CI_BUILD_EVENT": build.event,
            "CI_BUILD_STATUS": status,
            "CI_BUILD_LINK": f"https://git.example.com/{self.repo}/pulls/{build.pull}",
            "CI_JOB_NUMBER": str(job),
            "CI_COMMIT_SHA": build.commit,
            "CI_COMMIT_REF": build.ref,
            "CI_COMMIT_BRANCH": build.branch,
            "CI_WORKSPACE": "/drone/src",
            "DRONE": "true",
            "DRONE_REPO": self.repo,
            "DRONE_REPO_OWNER": owner,
            "DRONE_REPO_NAME": name,
            "DRONE_REPO_LINK": f"https://git.example.com/{self.repo}",
            "DRONE_REPO_BRANCH": self.default_branch,
            "DRONE_BUILD_NUMBER": str(build.number),
            "DRONE_BUILD_EVENT": build.event,
            **({"DRONE_DEPLOY_TO": build.environment} if build.environment else {}),
            "DRONE_BUILD_STATUS": status,
            "DRONE_BUILD_LINK": f"{self.url}/{self.repo}/{build.number}",
            "DRONE_JOB_NUMBER": str(job),
            "DRONE_JOB_STATUS": status,
            "DRONE_COMMIT": build.commit,
            "DRONE_COMMIT_SHA": build.commit,
            "DRONE_COMMIT_REF": build.ref,
            "DRONE_COMMIT_BRANCH": build.branch,
            "DRONE_BRANCH": build.branch,
            "DRONE_WORKSPACE": "/drone/src",
            **(_pull(build) if build.pull else {}),
            **build.jobs[job - 1].axes,
        }


def _pull(build: TrueBuild) -> Mapping[str, str]:
    about = {"PULL_REQUEST": str(build.pull), "COMMIT_REFSPEC": build.refspec}
    return {f"{prefix}_{name}": value for prefix in ("CI", "DRONE") for name, value in about.items()}


def _status(build: TrueBuild) -> str:
    if build.error:
        return "error"
    if build.fate in (Fate.BLOCKED, Fate.DECLINED):
        return build.fate.name.lower()
    return "running" if not build.over else "failure" if build.failed else "success"


def _code(step: TrueStep) -> int:
    return 137 if step.fate in (Fate.OOM, Fate.CANCELED) else step.code


def _state(step: TrueStep, job: TrueUnit) -> tuple[str, int]:
    """Return the state of a step that never reported its end: `running` until the job is over, then `success`."""
    if step.fate in (Fate.RUNNING, Fate.NO_START, Fate.CANCELED):
        return ("success" if job.over else "running"), 0
    if step.fate in (Fate.PASSED, Fate.WAITING, Fate.NEVER_RUN):
        return ("skipped" if job.over else "pending"), 0
    code = _code(step)
    return ("success" if code == 0 else "killed" if code == 137 else "failure"), code


def _proc_error(step: TrueStep) -> str:
    if step.fate is Fate.OOM:
        return f"{step.name} : received oom kill"
    return step.why if step.fate is Fate.NO_START else ""
