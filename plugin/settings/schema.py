"""The settings, one field each, with their documentation.

The metadata of the fields is the documentation: `python -m plugin settings`, the tables in the docs, the JSON Schema
and the entries of the plugin indexes are generated from it (see `plugin.settings.reference`).
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from plugin.settings.certificates import certificate_file
from plugin.settings.expressions import expressions

DEFAULT_OUTPUT = "failure-summary.md"
"""The summary file if setting `output` is unset or invalid."""

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
    parse: Callable[[str], object] | None = None,
) -> Any:
    """Return a field with its documentation. `variable` is read where the setting is not set.

    `parse` replaces the parser of the field's type.
    """
    metadata = {
        "doc": doc,
        "example": example,
        "aliases": aliases,
        "variable": variable,
        "least": least,
        "secret": secret,
        "parse": parse,
    }
    return dataclasses.field(default=default, repr=not secret, metadata=MappingProxyType(metadata))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of a run. An empty value means unset."""

    token: str = _setting(
        "",
        "API token of the CI server, of a user who can read the repository. "
        "Without it, only public repositories can be read.",
        example="{from_secret: drone_token}",
        aliases=("drone_token", "woodpecker_token", "harness_token", "server_token", "ci_token"),
        variable="DRONE_TOKEN",
        secret=True,
    )
    server: str = _setting(
        "",
        "URL of the CI server, if the build network reaches it under another name than users do.",
        example="http://drone.internal:8080",
        aliases=("drone_server", "drone_url", "woodpecker_server", "server_url", "ci_server"),
        variable="DRONE_SERVER",
    )
    server_kind: ServerKind = _setting(
        "",
        "Kind of CI server, if it cannot be detected from the environment.",
        example="woodpecker",
        aliases=("flavour",),
    )
    repo: str = _setting("", "Full name of another repository on the CI server to report on.", example="octo/app")
    build: int = _setting(
        0, "Number of another build to report on.", example="42", aliases=("build_number", "pipeline_number")
    )
    pipeline: str = _setting("", "Harness: identifier of the pipeline, which no variable contains.", example="main")
    step: str = _setting("", "Name of the plugin's own step, if the server does not provide it.", example="report")
    steps: tuple[str, ...] = _setting(
        (), "Names of the steps to report, in which `*` matches any text; all if unset.", example="[test, 'build-*']"
    )
    ignore_steps: tuple[str, ...] = _setting(
        (),
        "Names of steps that are not reported, for optional checks; takes precedence over `steps`.",
        example="[lint, 'nightly-*']",
    )
    commit: str = _setting("", "Commit that the report is about.", example="9fceb02", aliases=("commit_sha", "sha"))
    branch: str = _setting("", "Branch of the commit.", example="main")
    pull_request: int = _setting(
        0, "Number of the pull request to comment on.", example="7", aliases=("pr", "pr_number", "issue", "issue_num")
    )
    output: tuple[str, ...] = _setting(
        (DEFAULT_OUTPUT,),
        "Files to write the report to. The extension sets the format: .md .txt .json .html .xml (JUnit) .sarif .env. "
        "A path is absolute or relative to the workspace, and contains no `..`, `~` or `$`.",
        example="[failure-summary.md, report.html]",
        aliases=("output_file", "summary_file", "file", "files"),
    )
    max_lines: int = _setting(
        60, "Maximum number of log lines shown for each failed step.", example="40", aliases=("lines",), least=1
    )
    forge: Forge = _setting("", "Kind of forge, if it cannot be detected from the environment.", example="gitea")
    forge_url: str = _setting(
        "",
        "URL of the forge or its API, if it cannot be detected or the build network uses another one.",
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
        "Token of the forge account that writes the comment. Without it, there is no comment.",
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
        "When to comment. `failure`: on a failure and when it is fixed; `change`: only when the result changes.",
        example="change",
    )
    comment_key: str = _setting(
        "",
        "Name that separates the comments of several pipelines on one pull request.",
        example="nightly",
        aliases=("key", "comment_title"),
    )
    comment_size: int = _setting(
        0,
        "Maximum size of the comment, in characters or bytes as the forge counts them; 0 for the forge's own limit.",
        example="20000",
    )
    recreate: bool = _setting(
        False,
        "Write a new comment for each change and delete the old one, which notifies people again.",
        example="true",
    )
    find_pull_request: bool = _setting(
        False, "For a push, look for the open pull request of its commit or branch.", example="true"
    )
    fallback: Fallback = _setting(
        "none", "Without a pull request, comment on the commit or set its status.", example="status"
    )
    patterns: str = _setting(
        "",
        "Your own patterns, in the format of the built-in ones. The file `.failure-alert.yml` may contain them, too.",
        example="{our-lint: {match: 'LINT: (?P<what>.+)', title: '{what}'}}",
    )
    ignore: tuple[str, ...] = _setting(
        (),
        "Regular expressions (RE2) of lines that are never shown: a list, or text with one in each line. "
        "A comma in `{2,4}`, in brackets or in parentheses does not separate.",
        example="['^DEBUG ', 'telemetry']",
        parse=expressions,
    )
    baseline: bool = _setting(
        True, "Compare with the log of the same step in the last successful build.", example="off", aliases=("compare",)
    )
    baseline_requests: int = _setting(
        3, "Maximum number of requests for that comparison, for each failed step.", example="2"
    )
    test_reports: tuple[str, ...] = _setting(
        ("auto",),
        "Where the job leaves its test reports (JUnit, TRX, xUnit, NUnit, CTRF, `go test -json`, pytest-json-report, "
        "TAP): globs in the workspace; `auto` for the names that tools use by default; or `off`.",
        example="[auto, 'out/**/*.xml']",
    )
    wait: float = _setting(
        10.0,
        "Seconds to wait for other jobs of a failed build that are still running, at most half of `timeout`.",
        example="120",
    )
    timeout: float = _setting(
        60.0,
        "Time limit of the whole run in seconds, waiting included.",
        example="120",
        least=1,
        aliases=("time_budget",),
    )
    ca_bundle: str = _setting(
        "",
        "PEM file with the certificates of your own certificate authority.",
        example="/etc/ssl/our-ca.pem",
        aliases=("ca_cert",),
        parse=certificate_file,
    )
    skip_verify: bool = _setting(
        False,
        "Do not verify certificates. An attacker on the network can then read the tokens; prefer `ca_bundle`.",
        example="true",
        aliases=("insecure_skip_verify", "insecure", "skip_ssl_verify"),
    )
    card: bool = _setting(
        True,
        "Show a card on the page of the step, if the server supports cards (Drone 2.6 and newer).",
        example="false",
    )
    colour: bool = _setting(False, "Use colors in the step's own log.", example="true", aliases=("color",))
    log_level: LogLevel = _setting(
        "warning", "Log level of the plugin in the step's own log.", example="debug", aliases=("loglevel",)
    )
    check: bool = _setting(
        False,
        "Instead of reporting, check settings, tokens and access, without writing anything, and print the results.",
        example="true",
    )
    fail_on_error: bool = _setting(
        False, "Let the step fail if the plugin could not do its work.", example="true", aliases=("fail",)
    )


@dataclass(frozen=True, slots=True)
class Field:
    """Name, type and documentation of one setting."""

    name: str
    type: str
    """text, list, yes/no, number, or the words to choose from, joined by `|`."""
    choices: tuple[str, ...]
    default: object
    doc: str
    example: str
    """Value as a pipeline file would have it."""
    aliases: tuple[str, ...]
    variable: str
    least: float
    secret: bool
    parse: Callable[[str], object] | None
    """Return the value of a text. Raise ValueError that says what is allowed. None for the parser of the type."""
    required: bool = False
    """Always false: a value that cannot be detected makes the report smaller, not the run impossible."""


@cache
def fields() -> tuple[Field, ...]:
    """Return all settings in the order of their documentation."""
    hints = get_type_hints(Settings)
    return tuple(_field(field, hints[field.name]) for field in dataclasses.fields(Settings))


def _field(field: "dataclasses.Field[object]", hint: object) -> Field:
    choices = tuple(word for word in get_args(hint) if word) if get_origin(hint) is Literal else ()
    names: dict[object, str] = {bool: "yes/no", int: "number", float: "number", str: "text"}
    kind = "|".join(choices) or ("list" if get_origin(hint) is tuple else names[hint])
    return Field(name=field.name, type=kind, choices=choices, default=field.default, **field.metadata)
