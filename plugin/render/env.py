"""Variables of a Report for scripts, in the format of `.env` files: `NAME=value`, without quotes.

Every value is of a fixed set or a key, so that a shell can read the file whatever a log says.
"""

from plugin.model.report import Report


def render(report: Report) -> str:
    """Return the variables of the most telling failure; all are there, and empty, for a build without one."""
    failure = report.failures[0] if report.failures else None
    excerpt = failure.excerpt if failure else None
    variables = {
        "FAILURE_KEY": failure.key if failure else "",
        "FAILURE_CATEGORY": (excerpt.category if excerpt else "unknown") if failure else "",
        "FAILURE_VERDICT": report.verdict.kind if report.verdict else "",
        "FAILURE_RETRYABLE": "true" if report.retryable else "false",
    }
    return "".join(f"{name}={value}\n" for name, value in variables.items())
