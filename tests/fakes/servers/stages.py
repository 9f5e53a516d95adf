"""The part that Drone 1, Drone 2 and Harness share: stages, steps, and logs as their runners upload them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.fakes.servers.logs import RUNNER_TAIL, lines_of, tail
from tests.fakes.servers.truth import START, Fate, TrueBuild, TrueStep, TrueUnit

_LEGACY_OOM = "OOM kill signaled by host operating system"


@dataclass(frozen=True)
class Runner:
    """How the runner of a generation reports."""

    ids: bool = True
    per_second: int = 1
    legacy: bool = False
    """The agent of Drone 1: no error texts, skipped steps stay pending."""
    images: bool = True
    """Steps have their image and dependencies: since 2.2."""

    def stages(self, build: TrueBuild) -> list[dict[str, object]]:
        return [self._stage(job, number) for number, job in enumerate(build.jobs, start=1)]

    def status(self, build: TrueBuild) -> str:
        if build.error:
            return "error"
        if build.fate in (Fate.BLOCKED, Fate.DECLINED):
            return build.fate.name.lower()
        if any(job.fate is Fate.CANCELED for job in build.jobs):
            return "killed"
        return "running" if not build.over else "failure" if build.failed else "success"

    def time(self, seconds: int) -> int:
        return (START + seconds) * self.per_second

    def _stage(self, job: TrueUnit, number: int) -> dict[str, object]:
        status, code, error = self._stage_state(job)
        waits = status in ("waiting_on_dependencies", "blocked", "declined", "pending")
        steps = [] if waits or (job.error and not job.steps) else list(self._steps(job))
        return {
            **({"id": 1300 + number, "build_id": 910} if self.ids else {"execution_id": 3}),
            "kind": "pipeline",
            "type": "docker",
            "repo_id": 5,
            "number": number,
            "name": job.name,
            "status": status,
            **({"errignore": False} if self.ids else {}),
            **({"error": error} if error else {}),
            "exit_code": code,
            "machine": "runner-1",
            "os": "linux",
            "arch": "amd64",
            **({} if waits else {"started": self.time(1)}),
            **({"stopped": self.time(90)} if job.over else {}),
            **({"created": self.time(0), "updated": self.time(1), "version": 4} if self.ids else {}),
            "on_success": True,
            "on_failure": False,
            **({"steps": steps} if steps else {}),
        }

    def _stage_state(self, job: TrueUnit) -> tuple[str, int, str]:
        """Return the stage's status: `running` until it ends, whatever its steps do."""
        if job.error:
            return "error", 255, job.error
        if job.fate is Fate.WAITING:
            return "waiting_on_dependencies", 0, ""
        if job.fate in (Fate.BLOCKED, Fate.DECLINED):
            return job.fate.name.lower(), 0, ""
        if job.fate is Fate.PASSED:
            return "skipped", 0, ""
        if job.fate is Fate.CANCELED:
            return "killed", 130, ""
        if not job.over:
            return "running", 0, ""
        unstarted = next((step for step in job.steps if step.fate is Fate.NO_START), None)
        if unstarted and not self.legacy:
            return "error", 255, unstarted.why[:500]
        killed = self.legacy and any(step.fate is Fate.OOM for step in job.steps)
        codes = [self._step_state(step, job)[1] for step in job.steps if step.failed]
        return ("failure" if codes else "success"), (codes[-1] if codes else 0), _LEGACY_OOM if killed else ""

    def _steps(self, job: TrueUnit) -> Iterator[dict[str, object]]:
        for number, step in enumerate(job.steps, start=1):
            status, code, error = self._step_state(step, job)
            began = status not in ("pending",) and step.fate is not Fate.NEVER_RUN
            yield {
                **({"id": 8000 + number, "step_id": 1301} if self.ids else {}),
                "number": number,
                "name": step.name,
                "status": status,
                **({"error": error} if error else {}),
                **({"errignore": True} if step.ignored else {}),
                "exit_code": code,
                **({"started": self.time(step.began or number)} if began else {}),
                **({"stopped": self.time(step.ended or number + 10)} if began and status != "running" else {}),
                **({"version": 4} if self.ids else {}),
                **({"image": "alpine"} if self.images else {}),
                **({"detached": step.kind == "service"} if not self.ids else {}),
                **({"detached": True} if self.ids and self.images and step.kind == "service" else {}),
            }

    def _step_state(self, step: TrueStep, job: TrueUnit) -> tuple[str, int, str]:
        match step.fate:
            case Fate.RUNNING:
                return ("success" if job.over else "running"), 0, ""
            case Fate.WAITING:
                return "pending", 0, ""
            case Fate.PASSED:
                return ("pending" if self.legacy and not job.over else "skipped"), 0, ""
            case Fate.NEVER_RUN:
                return "skipped", 130, ""
            case Fate.CANCELED:
                return "killed", 137, ""
            case Fate.OOM:
                return "failure", 137, ""
            case Fate.NO_START if self.legacy:
                return "failure", 255, ""
            case Fate.NO_START:
                return "error", 255, step.why[:500]
        return ("success" if step.code in (0, 78) else "failure"), step.code, ""

    def entries(self, step: TrueStep) -> list[Mapping[str, object]]:
        """Return the stored log: the runner keeps the end of it, the old agent the beginning."""
        lines = lines_of(step.text)
        if self.legacy:
            _, from_the_end = tail(reversed(lines), RUNNER_TAIL)
            kept = from_the_end[::-1]
            more = [b"warning: maximum output exceeded\n"] if len(kept) < len(lines) else []
            return [_entry(pos, line) for pos, line in enumerate(kept + more)]
        dropped, kept = tail(lines, RUNNER_TAIL)
        return [_entry(pos, line) for pos, line in enumerate(kept, start=dropped)]


def _entry(pos: int, line: bytes) -> Mapping[str, object]:
    return {"pos": pos, "out": line.decode(errors="replace"), "time": pos // 9}
