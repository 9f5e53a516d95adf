"""What the report contains and which files hold it."""

from dataclasses import dataclass

from plugin.model.excerpt import MOST_LINES
from plugin.settings.expressions import expressions
from plugin.settings.fields._setting import setting
from plugin.settings.templates import template_map
from plugin.text.language import Language

DEFAULT_OUTPUT = "failure-summary.md"
"""The summary file if setting `output` is unset or invalid."""


@dataclass(frozen=True, kw_only=True)
class ReportSettings:
    """What the report contains and which files hold it."""

    output: tuple[str, ...] = setting(
        (DEFAULT_OUTPUT,),
        "Files to write the report to. The extension sets the format: .md .txt .json .html .xml (JUnit) .sarif .env. "
        "A path is absolute or relative to the workspace, and contains no `..`, `~` or `$`.",
        example="[failure-summary.md, report.html]",
        aliases=("output_file", "summary_file", "file", "files"),
    )
    language: Language = setting(
        "en",
        "Language of the fixed texts that people read in comment, files, page, card and messages: English or Chinese "
        "(Simplified). Text from logs and values in JSON, JUnit, SARIF and .env files are not translated.",
        example="zh",
    )
    max_lines: int = setting(
        MOST_LINES,
        "Maximum number of log lines shown for each failed step. 0 shows no text of the log in any output: only step, "
        "job, exit code, category, general hint and links.",
        example="40",
        aliases=("lines",),
    )
    template: str = setting(
        "",
        "Your own texts instead of the built-in ones: a map of `comment`, `file` (Markdown files of `output`) or "
        "`message` to a Jinja template, its https URL, or its path, which is read at the target branch.",
        example="{comment: .ci/failure-comment.md.j2}",
        parse=template_map,
    )
    patterns: str = setting(
        "",
        "Your own patterns, in the format of the built-in ones. The file `.failure-alert.yml` may contain them, too.",
        example="{our-lint: {match: 'LINT: (?P<what>.+)', title: '{what}'}}",
    )
    ignore: tuple[str, ...] = setting(
        (),
        "Regular expressions (RE2) of lines that are never shown: a list, or text with one in each line. "
        "A comma in `{2,4}`, in brackets or in parentheses does not separate.",
        example="['^DEBUG ', 'telemetry']",
        parse=expressions,
    )
    known_issues: str = setting(
        "",
        "Known failures, each with `match` (a regular expression or a failure's key), `text`, `link`, `owner`, `until` "
        "and `action`. The file `.failure-alert.yml` may contain them, too.",
        example="[{match: 'registry.* 503', text: The registry is down, until: '2027-01-31', action: wait}]",
    )
    baseline: bool = setting(
        True, "Compare with the log of the same step in the last successful build.", example="off", aliases=("compare",)
    )
    baseline_requests: int = setting(
        3, "Maximum number of requests for that comparison, for each failed step.", example="2"
    )
    history: int = setting(
        10,
        "Maximum number of earlier builds that are read to find out whether a failure is new, flaky, or of the target "
        "branch; 0 for none.",
        example="5",
    )
    history_requests: int = setting(
        12, "Maximum number of requests for that, in at most 5 seconds; 0 for none.", example="6"
    )
    test_reports: tuple[str, ...] = setting(
        ("auto",),
        "Where the job leaves its test reports (JUnit, TRX, xUnit, NUnit, CTRF, `go test -json`, pytest-json-report, "
        "TAP): globs in the workspace; `auto` for the names that tools use by default; or `off`.",
        example="[auto, 'out/**/*.xml']",
    )
    card: bool = setting(
        True,
        "Show a card on the page of the step, if the server supports cards (Drone 2.6 and newer).",
        example="false",
    )
