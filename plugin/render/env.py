"""Variables of a Report for scripts, in the format of `.env` files: `NAME=value`, without quotes.

Every value is of a fixed set or a key, so that a shell can read the file whatever a log says.
"""

from plugin.model.report import Report


def render(report: Report) -> str:
    """Return the variables of the most telling failure; all are there, and empty, for a build without one."""
    failure = report.failures[0] if report.failures else None
    excerpt = failure.excerpt if failure else None
    issue = failure.verdict.known_issue if failure and failure.verdict else None
    variables = {
        "FAILURE_KEY": failure.key if failure else "",
        "FAILURE_CATEGORY": (excerpt.category if excerpt else "unknown") if failure else "",
        "FAILURE_VERDICT": report.verdict.kind if report.verdict else "",
        "FAILURE_RETRYABLE": _boolean(report.retryable),
        "FAILURE_KNOWN_ISSUE": _boolean(issue is not None and issue.counts),
        "FAILURE_KNOWN_ACTION": issue.action if issue and issue.counts else "",
    }
    return "".join(f"{name}={value}\n" for name, value in variables.items())


def _boolean(value: bool) -> str:  # noqa: FBT001 — its only argument
    return "true" if value else "false"
