"""Which build is reported, and how the CI server is reached."""

from dataclasses import dataclass
from typing import Literal

from plugin.settings.fields._setting import setting

ServerKind = Literal["", "drone08", "drone", "woodpecker015", "woodpecker", "harness"]


@dataclass(frozen=True, kw_only=True)
class BuildSettings:
    """Which build is reported, and how the CI server is reached."""

    token: str = setting(
        "",
        "API token of the CI server, of a user who can read the repository. "
        "Without it, only public repositories can be read.",
        example="{from_secret: drone_token}",
        aliases=("drone_token", "woodpecker_token", "harness_token", "server_token", "ci_token"),
        variable="DRONE_TOKEN",
        secret=True,
    )
    server: str = setting(
        "",
        "URL of the CI server, if the build network reaches it under another name than users do.",
        example="http://drone.internal:8080",
        aliases=("drone_server", "drone_url", "woodpecker_server", "server_url", "ci_server"),
        variable="DRONE_SERVER",
    )
    server_kind: ServerKind = setting(
        "",
        "Kind of CI server, if it cannot be detected from the environment.",
        example="woodpecker",
        aliases=("flavour",),
    )
    repo: str = setting("", "Full name of another repository on the CI server to report on.", example="octo/app")
    build: int = setting(
        0, "Number of another build to report on.", example="42", aliases=("build_number", "pipeline_number")
    )
    pipeline: str = setting("", "Harness: identifier of the pipeline, which no variable contains.", example="main")
    step: str = setting("", "Name of the plugin's own step, if the server does not provide it.", example="report")
    steps: tuple[str, ...] = setting(
        (), "Names of the steps to report, in which `*` matches any text; all if unset.", example="[test, 'build-*']"
    )
    ignore_steps: tuple[str, ...] = setting(
        (),
        "Names of steps that are not reported, for optional checks; takes precedence over `steps`.",
        example="[lint, 'nightly-*']",
    )
    commit: str = setting("", "Commit that the report is about.", example="9fceb02", aliases=("commit_sha", "sha"))
    branch: str = setting("", "Branch of the commit.", example="main")
    pull_request: int = setting(
        0, "Number of the pull request to comment on.", example="7", aliases=("pr", "pr_number", "issue", "issue_num")
    )
