"""Woodpecker 0.15: Drone 0.8 with names for its procs, and without the first `pos`."""

import re
from collections.abc import Mapping
from typing import ClassVar

from tests.fakes.servers.drone08 import Drone08Fake
from tests.fakes.servers.truth import START, TrueBuild, TrueUnit


class Woodpecker015Fake(Drone08Fake):
    kind = "woodpecker015"
    version = "0.15.11"
    source: ClassVar[str] = "https://github.com/woodpecker-ci/woodpecker"
    head: ClassVar[Mapping[str, str]] = {}

    def summary(self, build: TrueBuild) -> dict[str, object]:
        return {**super().summary(build), "updated_at": START}

    def proc_name(self, job: TrueUnit) -> str:
        return job.name

    def pos(self, pos: int) -> dict[str, object]:
        return {"pos": pos} if pos else {}

    def environ(self, job: int = 1) -> Mapping[str, str]:
        """Every `CI_…` stands there as `DRONE_…` too, and `DRONE` alone does not."""
        build = self.now
        owner, _, name = self.repo.rpartition("/")
        status = "failure" if build.jobs[job - 1].failed else "success"
        variables = {
            "CI_SYSTEM_NAME": "woodpecker",
            "CI_SYSTEM_LINK": self.url,
            "CI_SYSTEM_HOST": self.url.removeprefix("http://"),
            "CI_SYSTEM_VERSION": self.version,
            "CI_REPO": self.repo,
            "CI_REPO_OWNER": owner,
            "CI_REPO_NAME": name,
            "CI_REPO_LINK": f"https://git.example.com/{self.repo}",
            "CI_REPO_DEFAULT_BRANCH": self.default_branch,
            "CI_BUILD_NUMBER": str(build.number),
            "CI_BUILD_EVENT": build.event,
            "CI_BUILD_STATUS": status,
            "CI_BUILD_LINK": f"https://git.example.com/{self.repo}/pulls/{build.pull}",
            "CI_JOB_NUMBER": str(job),
            "CI_COMMIT_SHA": build.commit,
            "CI_COMMIT_REF": build.ref,
            "CI_COMMIT_BRANCH": build.branch,
            "CI_COMMIT_PULL_REQUEST": str(build.pull) if build.pull else "",
            "CI_COMMIT_SOURCE_BRANCH": build.source,
            "CI_COMMIT_TARGET_BRANCH": build.branch if build.pull else "",
            "CI_WORKSPACE": "/woodpecker/src",
        }
        copies = {re.sub("^CI_", "DRONE_", key): value for key, value in variables.items()}
        return {**copies, **variables, "CI": "woodpecker", **build.jobs[job - 1].axes}
