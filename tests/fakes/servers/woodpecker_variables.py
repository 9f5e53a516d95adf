"""The variables that a step finds on Woodpecker 1.x to 3.x, by version."""

from collections.abc import Mapping

from tests.fakes.servers.server import FakeServer
from tests.fakes.servers.truth import TrueBuild


class WoodpeckerVariables(FakeServer):
    kind = "woodpecker"
    version = "3.17.0"
    repo_id = 17

    @property
    def since(self) -> tuple[int, ...]:
        return tuple(map(int, self.version.split(".")[:2]))

    def environ(self, job: int = 1) -> Mapping[str, str]:
        build = self.now
        owner, _, name = self.repo.rpartition("/")
        mine = build.jobs[job - 1]
        status = "failure" if mine.failed else "success"
        forge = f"https://git.example.com/{self.repo}"
        variables = {
            "CI": "woodpecker",
            "CI_SYSTEM_NAME": "woodpecker",
            "CI_SYSTEM_URL": self.url,
            "CI_SYSTEM_HOST": self.url.removeprefix("http://"),
            "CI_SYSTEM_VERSION": self.version,
            "CI_REPO": self.repo,
            "CI_REPO_OWNER": owner,
            "CI_REPO_NAME": name,
            "CI_REPO_REMOTE_ID": "82",
            "CI_REPO_URL": forge,
            "CI_REPO_DEFAULT_BRANCH": self.default_branch,
            "CI_FORGE_TYPE": "gitea",
            "CI_FORGE_URL": "https://git.example.com",
            "CI_PIPELINE_NUMBER": str(build.number),
            "CI_PIPELINE_EVENT": build.event,
            **({"CI_PIPELINE_DEPLOY_TARGET": build.environment} if build.environment else {}),
            "CI_WORKFLOW_NUMBER": str(job),
            "CI_WORKFLOW_NAME": mine.name,
            "CI_STEP_NUMBER": "0",
            "CI_COMMIT_SHA": build.commit,
            "CI_COMMIT_REF": build.ref,
            "CI_COMMIT_BRANCH": build.branch,
            "CI_WORKSPACE": "/woodpecker/src",
            **({"CI_COMMIT_PULL_REQUEST": str(build.pull)} if build.pull else {}),
            **mine.axes,
            "DRONE_REPO": self.repo,
            "DRONE_BUILD_NUMBER": str(build.number),
            "DRONE_BUILD_EVENT": build.event,
            "DRONE_COMMIT_SHA": build.commit,
            "DRONE_BUILD_STATUS": "success" if self.since >= (3, 0) else status,
            **{f"DRONE_{name}": value for name, value in self._links(build).items() if name == "BUILD_LINK"},
        }
        if build.pull or self.since < (3, 0):
            variables["CI_COMMIT_SOURCE_BRANCH"] = build.source
            variables["CI_COMMIT_TARGET_BRANCH"] = build.branch if build.pull else ""
        if self.since < (2, 2):
            variables["CI_STEP_NAME"] = f"wp_01hx_{mine.steps[-1].name}"
        if self.since >= (3, 15):
            variables.update({"CI_STEP_NAME": mine.steps[-1].name, "CI_STEP_TYPE": "plugin"})
        if self.since < (3, 0) or self.since >= (3, 15):
            variables["CI_PIPELINE_STATUS"] = status
        if self.since < (2, 0):
            variables.update(
                {"CI_BUILD_NUMBER": str(build.number), "CI_SYSTEM_LINK": self.url, "CI_BUILD_STATUS": status}
            )
        variables.update(self._links(build))
        return {name: value for name, value in variables.items() if value or self.since < (3, 0)}

    def _links(self, build: TrueBuild) -> Mapping[str, str]:
        forge = f"https://git.example.com/{self.repo}/commit/{build.commit}"
        if self.since < (2, 0):
            return {"CI_PIPELINE_URL": forge}
        page = f"{self.url}/repos/{self.repo_id}/pipeline/{build.number}"
        return {"CI_PIPELINE_URL": page, "CI_PIPELINE_FORGE_URL": forge}
