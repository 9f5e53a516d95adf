"""Takes the `PLUGIN_*` variables, gives the settings, and what is wrong with them.

The fields' metadata is the documentation: `python -m plugin settings`, the README's table, the JSON Schema and the
entries of the plugin indexes are made from it (see `plugin.settings.reference`).
"""

import dataclasses
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, get_args, get_origin, get_type_hints

DEFAULT_OUTPUT = "failure-summary.md"
"""The summary file where setting `output` names none, or one that cannot be meant."""

ServerKind = Literal["", "drone08", "drone", "woodpecker015", "woodpecker", "harness"]
Forge = Literal["", "github", "gitea", "forgejo", "gogs", "gitlab", "bitbucket", "bitbucket_dc", "harness"]
CommentOn = Literal["failure", "change", "always", "never"]
Fallback = Literal["none", "commit_comment", "status"]
LogLevel = Literal["error", "warning", "info", "debug"]


def _setting(
    default: object,
    doc: str,
    *,
    example: str,
    aliases: tuple[str, ...] = (),
    variable: str = "",
    least: float = 0,
    secret: bool = False,
) -> Any:
    """A field with what people should know of it. `variable` counts, too, where the setting is not given."""
    facts = {"doc": doc, "example": example, "aliases": aliases, "variable": variable, "least": least, "secret": secret}
    return dataclasses.field(default=default, repr=not secret, metadata=MappingProxyType(facts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the person who wrote the pipeline asked for. An empty value stands for "not set"."""

    token: str = _setting(
        "",
        "Token of the CI server, of a user who may read the repository. Without it only public ones can be read.",
        example="{from_secret: drone_token}",
        aliases=("drone_token", "woodpecker_token", "harness_token", "server_token", "ci_token"),
        variable="DRONE_TOKEN",
        secret=True,
    )
    server: str = _setting(
        "",
        "Address of the CI server, where the build network knows it by another name than people do.",
        example="http://drone.internal:8080",
        aliases=("drone_server", "drone_url", "woodpecker_server", "server_url", "ci_server"),
        variable="DRONE_SERVER",
    )
    server_kind: ServerKind = _setting(
        "", "What the CI server is, where the environment does not tell.", example="woodpecker", aliases=("flavour",)
    )
    repo: str = _setting(
        "", "Full name of the repository on the CI server, to report on another one.", example="octo/app"
    )
    build: int = _setting(
        0, "Number of the build, to report on another one.", example="42", aliases=("build_number", "pipeline_number")
    )
    pipeline: str = _setting("", "Harness: identifier of the pipeline, which no variable tells.", example="main")
    step: str = _setting("", "Name of the plugin's own step, where the server does not tell it.", example="report")
    commit: str = _setting("", "Commit that the report is about.", example="9fceb02", aliases=("commit_sha", "sha"))
    branch: str = _setting("", "Branch that the commit is on.", example="main")
    pull_request: int = _setting(
        0, "Number of the pull request to comment on.", example="7", aliases=("pr", "pr_number", "issue", "issue_num")
    )
    output: tuple[str, ...] = _setting(
        (DEFAULT_OUTPUT,),
        "Files to write the report to. The ending tells the format: .md .txt .json .html .xml (JUnit) .sarif .env. "
        "A path is absolute, or relative to the workspace, and holds no `..`, `~` or `$`.",
        example="[failure-summary.md, report.html]",
        aliases=("output_file", "summary_file", "file", "files"),
    )
    max_lines: int = _setting(
        60, "Lines of log that are shown of each failed step, at most.", example="40", aliases=("lines",), least=1
    )
    forge: Forge = _setting("", "What the forge is, where the environment does not tell.", example="gitea")
    forge_url: str = _setting(
        "",
        "Address of the forge or of its API, where the environment does not tell or the build network knows another.",
        example="https://git.example.com",
        aliases=(
            "base_url",
            "api_url",
            "github_url",
            "gitea_url",
            "gitlab_url",
            "forgejo_url",
            "gogs_url",
            "bitbucket_url",
        ),
    )
    forge_token: str = _setting(
        "",
        "Token of the account that comments in the forge. Without it there is no comment.",
        example="{from_secret: forge_token}",
        aliases=(
            "github_token",
            "gitea_token",
            "gitlab_token",
            "forgejo_token",
            "gogs_token",
            "bitbucket_token",
            "comment_token",
            "api_key",
            "api_token",
        ),
        secret=True,
    )
    comment_on: CommentOn = _setting(
        "failure",
        "When to comment: on a failure, and when it is mended; only when the outcome changes; always; or never.",
        example="change",
    )
    comment_key: str = _setting(
        "",
        "Name that keeps the comments of several pipelines on one pull request apart.",
        example="nightly",
        aliases=("key", "comment_title"),
    )
    comment_size: int = _setting(
        0,
        "Largest size of the comment, in characters or bytes as the forge counts them; 0 for the forge's own limit.",
        example="20000",
    )
    recreate: bool = _setting(
        False, "Write a new comment for each change and delete the old one: people are notified again.", example="true"
    )
    find_pull_request: bool = _setting(
        False, "For a push: look for the open pull request of its commit or branch.", example="true"
    )
    fallback: Fallback = _setting(
        "none", "Where there is no pull request: comment on the commit, or set its status.", example="status"
    )
    patterns: str = _setting(
        "",
        "Patterns of your own, in the format of the built-in ones. They may stand in `.failure-alert.yml`, too.",
        example="{our-lint: {match: 'LINT: (?P<what>.+)', title: '{what}'}}",
    )
    ignore: tuple[str, ...] = _setting(
        (), "Regular expressions (RE2) for lines that are never shown.", example="['^DEBUG ', 'telemetry']"
    )
    baseline: bool = _setting(
        True, "Compare with the log of the same step in the last green build.", example="off", aliases=("compare",)
    )
    baseline_requests: int = _setting(
        2, "Requests that the comparison may cost for each failed step, at most.", example="3"
    )
    test_reports: tuple[str, ...] = _setting(
        ("auto",),
        "Where the job leaves its test reports (JUnit, TRX, xUnit, NUnit, CTRF, `go test -json`, pytest-json-report, "
        "TAP): globs in the workspace; `auto` for the names that tools use by default; or `off`.",
        example="[auto, 'out/**/*.xml']",
    )
    wait: float = _setting(
        10.0,
        "Seconds to wait for other jobs of a failed build that still run, at most half of `timeout`.",
        example="120",
    )
    timeout: float = _setting(
        60.0, "Seconds that the whole run may take, waiting included.", example="120", least=1, aliases=("time_budget",)
    )
    ca_bundle: str = _setting(
        "", "File with the certificates of your own authority.", example="/etc/ssl/our-ca.pem", aliases=("ca_cert",)
    )
    skip_verify: bool = _setting(
        False,
        "Do not check certificates. Whoever is in between can read the tokens; prefer `ca_bundle`.",
        example="true",
        aliases=("insecure_skip_verify", "insecure", "skip_ssl_verify"),
    )
    card: bool = _setting(True, "Show a card on the step's page, where the server can (Drone 2.6).", example="false")
    colour: bool = _setting(False, "Colours in the step's own log.", example="true", aliases=("color",))
    log_level: LogLevel = _setting(
        "warning", "How much the step's own log tells of the work itself.", example="debug", aliases=("loglevel",)
    )
    fail_on_error: bool = _setting(
        False, "Let the step fail when the plugin could not do its work.", example="true", aliases=("fail",)
    )


@dataclass(frozen=True, slots=True)
class Field:
    """What is known of one setting."""

    name: str
    type: str
    """text, list, yes/no, number, or the words to choose from, joined by `|`."""
    choices: tuple[str, ...]
    default: object
    doc: str
    example: str
    """As it would stand in a pipeline file."""
    aliases: tuple[str, ...]
    variable: str
    least: float
    secret: bool
    required: bool = False
    """None is: what cannot be told from the environment makes the report smaller, not the run impossible."""


@cache
def fields() -> tuple[Field, ...]:
    """All settings in the order of their documentation."""
    hints = get_type_hints(Settings)
    return tuple(_field(one, hints[one.name]) for one in dataclasses.fields(Settings))


def _field(one: "dataclasses.Field[object]", hint: object) -> Field:
    choices = tuple(word for word in get_args(hint) if word) if get_origin(hint) is Literal else ()
    names: dict[object, str] = {bool: "yes/no", int: "number", float: "number", str: "text"}
    kind = "|".join(choices) or ("list" if get_origin(hint) is tuple else names[hint])
    return Field(name=one.name, type=kind, choices=choices, default=one.default, **one.metadata)
