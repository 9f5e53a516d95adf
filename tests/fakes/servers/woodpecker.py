"""Woodpecker 1.x to 3.x: one fake whose API depends on its version."""

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from tests.fakes.servers.logs import PING, ends, events, lines_of, writes
from tests.fakes.servers.server import Reply, Request, json_reply
from tests.fakes.servers.truth import START, Fate, TrueBuild, TrueStep, TrueUnit
from tests.fakes.servers.woodpecker_variables import WoodpeckerVariables

_JSON = "application/json; charset=utf-8"
_PAGE = Reply(200, b"<!DOCTYPE html><html><title>Woodpecker</title>", "text/html; charset=UTF-8")
_UUID = "01J8ZQ"


def _json(value: object) -> Reply:
    return json_reply(value, kind=_JSON, end="")


class WoodpeckerFake(WoodpeckerVariables):
    old_name = ""
    """The repository was once called so."""
    default_config = ""
    """The pipeline file, where the one written from the builds will not do."""

    def knows(self, request: Request) -> bool:
        """Only with the word Bearer."""
        return request.headers.get("Authorization") == f"Bearer {self.token}"

    def answer(self, request: Request) -> Reply:
        path = request.path
        if path == "/version":
            return _json({"source": "https://github.com/woodpecker-ci/woodpecker", "version": self.version})
        if path == "/healthz":
            return Reply()
        if path == "/api/user":
            if not self.knows(request):
                return Reply(401, b"User not authorized", "text/plain; charset=utf-8")
            return _json({"id": 1, "login": "octo", "org_id": 2})
        if found := re.fullmatch(r"/api/repos/lookup/(.+)", path):
            names = {self.repo.lower(), self.old_name.lower()}
            return self._refused(request, unquote(found[1]).lower() in names) or _json(self._repo())
        if found := re.fullmatch(r"/api/(?:repos|stream/logs)/([^/]+)(/.*)?", path):
            if not found[1].isdecimal():
                return Reply(400)
            refused = self._refused(request, int(found[1]) == self.repo_id)
            return refused or self._of_repo(request, found[2] or "", live=path.startswith("/api/stream"))
        return _PAGE

    def _refused(self, request: Request, here: bool) -> Reply | None:  # noqa: FBT001
        if self.knows(request):
            return None if here else Reply(404)
        return Reply(401) if self.private or not here else None

    def _of_repo(self, request: Request, path: str, *, live: bool) -> Reply:
        if live:
            found = re.fullmatch(r"/(\d+)/(\d+)", path)
            return self._stream(int(found[1]), int(found[2])) if found else _PAGE
        if path == "":
            return _json(self._repo())
        if path == "/pipelines":
            return self._list(request)
        if path == "/pipelines/latest":
            branch = request.query.get("branch") or self.default_branch
            newest = (build for build in self.numbered() if build.branch == branch and build.event == "push")
            return self._shown_or_missing(next(newest, None))
        if found := re.fullmatch(r"/pipelines/([^/]+)(/config)?", path):
            if not found[1].isdecimal():
                return Reply(400)
            build = self.builds.get(int(found[1]))
            return _json(self._config(build)) if build and found[2] else self._shown_or_missing(build)
        if found := re.fullmatch(r"/logs/([^/]+)/([^/]+)", path):
            if not (found[1].isdecimal() and found[2].isdecimal()):
                return Reply(400)
            return self._log(int(found[1]), int(found[2]))
        return _PAGE

    def _shown_or_missing(self, build: TrueBuild | None) -> Reply:
        return _json(self.shown(build)) if build else Reply(404)

    def _list(self, request: Request) -> Reply:
        size = int(request.query.get("perPage", "50"))
        size = size if 0 < size <= 50 else 50
        page = int(request.query.get("page", "1"))
        shown = [self.summary(build) for build in self.numbered()]
        for key in ("status", "branch", "event") if self.since >= (3, 0) else ():
            wanted = request.query.get(key, "")
            shown = [one for one in shown if wanted in ("", one[key])]
        return _json(shown[(page - 1) * size : page * size])

    # Builds

    def _repo(self) -> Mapping[str, object]:
        owner, _, name = self.repo.rpartition("/")
        return {
            "id": self.repo_id,
            "forge_remote_id": "82",
            "org_id": 2,
            "owner": owner,
            "name": name,
            "full_name": self.repo,
            "default_branch": self.default_branch,
            "private": self.private,
            "trusted": {"network": False, "volumes": False, "security": False} if self.since >= (3, 0) else False,
            "active": True,
        }

    def summary(self, build: TrueBuild) -> dict[str, object]:
        times = ("created", "updated", "started", "finished")
        names = dict.fromkeys(times, "") if self.since >= (3, 0) else dict.fromkeys(times, "_at")
        values = (START, START, START, START + 100 if build.over else 0)
        return {
            "id": 3000 + build.number,
            "number": build.number,
            "author": "amy",
            "parent": 0,
            "event": build.event,
            "deploy_to": build.environment,
            "status": self._status(build),
            **self._errors(build),
            **{name + names[name]: value for name, value in zip(times, values, strict=True)},
            "commit": build.commit,
            "branch": build.branch,
            "ref": build.ref,
            "refspec": build.refspec,
            ("forge_url" if self.since >= (2, 0) else "link_url"): "",
            "title": "t",
            "message": "m",
            "sender": "amy",
            "author_email": "",
            **({"version": self.version} if self.since >= (3, 14) else {}),
        }

    def _status(self, build: TrueBuild) -> str:
        if build.error:
            return "error"
        if build.fate in (Fate.BLOCKED, Fate.DECLINED):
            return build.fate.name.lower()
        if any(job.fate is Fate.CANCELED for job in build.jobs):
            return "canceled" if self.since >= (3, 14) else "killed"
        return "running" if not build.over else "failure" if build.failed else "success"

    def _errors(self, build: TrueBuild) -> dict[str, object]:
        if self.since < (2, 0):
            return {"error": build.error} if build.error else {"error": ""}
        errors = [{"type": "deprecation", "message": text, "is_warning": True, "data": None} for text in build.warnings]
        if build.error:
            errors.append({"type": "compiler", "message": build.error, "is_warning": False, "data": None})
        return {"errors": errors or None}

    def shown(self, build: TrueBuild) -> dict[str, object]:
        planned = not build.error and build.fate not in (Fate.BLOCKED, Fate.DECLINED)
        workflows = [self._workflow(build, place) for place in range(len(build.jobs))] if planned else []
        return {**self.summary(build), **({"workflows": workflows} if workflows else {})}

    def _workflow(self, build: TrueBuild, place: int) -> dict[str, object]:
        job = build.jobs[place]
        state, error = self._job_state(job)
        return {
            "id": 41 + place,
            "pipeline_id": 3000 + build.number,
            "pid": place + 1,
            "name": job.name,
            "state": state,
            **({"error": error} if error else {}),
            **self._times(START if state != "pending" else 0, _after(len(job.steps)) if job.over else 0),
            "agent_id": 2,
            **({"environ": dict(job.axes)} if job.axes else {}),
            "children": [self._child(build, place, index) for index in range(len(job.steps))],
        }

    def _times(self, started: int, ended: int) -> dict[str, object]:
        names = ("started", "finished") if self.since >= (3, 0) else ("start_time", "end_time")
        return {name: value for name, value in zip(names, (started, ended), strict=True) if value}

    def _job_state(self, job: TrueUnit) -> tuple[str, str]:
        if job.error:
            return "error", job.error
        if job.fate is Fate.WAITING:
            return "pending", ""
        if job.fate is Fate.PASSED:
            return "skipped", ""
        if job.fate is Fate.CANCELED:
            return "killed", ""
        if not job.over:
            return "running", ""
        bad = next((step for step in job.steps if step.failed), None)
        if not bad:
            return "success", ""
        if self.since >= (3, 14):
            return "failure", ""
        if bad.fate is Fate.OOM:
            return "failure", f"uuid={_UUID}: received oom kill" if self.since >= (
                2,
                0,
            ) else f"wp_{bad.name} : received oom kill"
        return "failure", f"uuid={_UUID}: exit code {bad.code}" if self.since >= (2, 0) and bad.code else ""

    def _child(self, build: TrueBuild, place: int, index: int) -> dict[str, object]:
        job = build.jobs[place]
        step = job.steps[index]
        state, code, error = self._state(step, job)
        pid = len(build.jobs) + 1 + sum(len(other.steps) for other in build.jobs[:place]) + index
        began = step.fate not in (Fate.PASSED, Fate.WAITING, Fate.NEVER_RUN)
        ended = state in ("success", "failure", "killed") and began
        last = len(job.steps) if step.ends_with_job and job.over else index + 1
        end = (START + step.ended if step.ended else _after(last)) if ended else 0
        return {
            "id": self.step_id(build, place, index),
            "uuid": _UUID,
            "pipeline_id": 3000 + build.number,
            "pid": pid,
            "ppid": place + 1,
            "name": step.name,
            "state": state,
            **({"error": error} if error else {}),
            "exit_code": code,
            **self._times(START + step.began if step.began and began else _after(index) if began else 0, end),
            "type": step.kind,
        }

    def step_id(self, build: TrueBuild, place: int, index: int) -> int:
        """Return the step's id, which is unrelated to its position."""
        return 9000 + build.number * 100 + place * 20 + index

    def _state(self, step: TrueStep, job: TrueUnit) -> tuple[str, int, str]:
        new = self.since >= (3, 14)
        match step.fate:
            case Fate.RUNNING:
                return ("success" if job.over else "running"), 0, ""
            case Fate.WAITING:
                return "pending", 0, ""
            case Fate.PASSED:
                return ("skipped" if new or job.over else "pending"), 0, ""
            case Fate.NEVER_RUN if new:
                return ("canceled" if job.fate is Fate.CANCELED else "killed"), 0, ""
            case Fate.NEVER_RUN:
                return "skipped", 0, ""
            case Fate.CANCELED:
                return "killed", 137, "Canceled" if new else ""
            case Fate.NO_START:
                return "failure", 0 if new else 126, step.why
            case Fate.OOM:
                return ("failure" if new else "killed"), 137, ""
        failed = "killed" if step.code == 137 and not new else "failure"
        return ("success" if step.code == 0 else failed), step.code, ""

    def _config(self, build: TrueBuild) -> list[Mapping[str, object]]:
        return [
            {
                "hash": "c0ffee",
                "name": f".woodpecker/{name}.yaml",
                "data": b64encode((self.default_config or "".join(_yaml(build, name))).encode()).decode(),
            }
            for name in dict.fromkeys(job.name for job in build.jobs)
        ]

    # Logs

    def _find(self, number: int, step_id: int) -> TrueStep | None:
        build = self.builds.get(number)
        if not build:
            return None
        return next(
            (
                step
                for place, job in enumerate(build.jobs)
                for index, step in enumerate(job.steps)
                if self.step_id(build, place, index) == step_id
            ),
            None,
        )

    def _log(self, number: int, step_id: int) -> Reply:
        """`null` for whatever holds no line, never 404 for a step that there is."""
        step = self._find(number, step_id)
        if not step:
            elsewhere = any(self._find(other, step_id) for other in self.builds)
            return Reply(400 if elsewhere and self.since < (3, 0) else 404)
        entries = self.entries(step, step_id) if step.stored and not step.purged else []
        if self.since >= (2, 8):
            look = self.look(number, str(step_id))
            entries = entries if look >= step.late else entries[:look]
        return _json(entries or None)

    def entries(self, step: TrueStep, step_id: int) -> list[dict[str, object]]:
        """Up to 2.5 what a program wrote at once, as text; from 2.6 a line of bytes without its end."""
        if step.fate is Fate.NO_START:
            told = f"Backend engine error while running step: {step.why}\n".encode()
            pieces = [told] if self.since < (2, 0) else []
        elif not step.ran:
            pieces = []
        elif self.since < (2, 6):
            pieces = [piece.encode() for piece in writes(step.text) if "\ufffd" not in piece]
        else:
            pieces = [line.removesuffix(b"\n") for line in lines_of(step.text)]
        return [
            {
                "id": 555 + number,
                "step_id": step_id,
                "time": number // 9,
                "line": number,
                "data": b64encode(piece).decode() if piece else ("" if number % 2 else None),
                "type": 0,
            }
            for number, piece in enumerate(pieces)
        ]

    def _stream(self, number: int, step_id: int) -> Reply:
        kind = "text/event-stream"
        step = self._find(number, step_id)
        if not step:
            why = "pipeline not found" if number not in self.builds else "step id invalid"
            return Reply(kind=kind, stream=[PING, *ends(why)])
        if step.fate is not Fate.RUNNING:
            return Reply(kind=kind, stream=[PING, *ends("step not running (anymore)")])
        entries = [{**entry, "id": 0} for entry in self.entries(step, step_id)]
        end = ends(event="eof" if self.since >= (3, 14) else "error")
        return Reply(kind=kind, stream=[*events(entries, ids=True), *end])


def _after(steps: int) -> int:
    """Return the time after so many steps of a workflow, each of which takes ten seconds."""
    return START + 10 * steps


def _yaml(build: TrueBuild, name: str) -> Iterator[str]:
    yield "steps:\n"
    job = next(job for job in build.jobs if job.name == name)
    for step in job.steps:
        yield f"  - name: {step.name}\n    image: alpine\n    commands: [{step.name}]\n"
        if step.ignored:
            yield "    failure: ignore\n"
        if step.detached:
            yield "    detach: true\n"
