"""SARIF 2.1.0 of a Report for code scanning: one result for each failed step, with its source location."""

import json
from dataclasses import asdict
from urllib.parse import quote

from plugin.about import REPOSITORY, VERSION
from plugin.model.report import Failure, Report, SourceLocation
from plugin.render import known_issue_phrases, phrases
from plugin.render.excerpt_rows import causes
from plugin.render.source_links import source_locations
from plugin.text.log_line import printable_log_line
from plugin.text.shorten import single_line

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_NO_PATTERN = "failed-step"


def render(report: Report) -> str:
    """Return one run. Rules are the ids of the matched patterns; URIs are relative to the repository's root."""
    rules = dict.fromkeys(_rule(failure) for failure in report.failures)
    run = {
        "tool": {
            "driver": {
                "name": "drone-failure-alert",
                "version": VERSION,
                "informationUri": REPOSITORY,
                "rules": [{"id": rule, "name": _camel(rule)} for rule in rules],
            }
        },
        "automationDetails": {"id": f"drone-failure-alert/{report.repo}/{report.number}"},
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(failure) for failure in report.failures],
        "invocations": [_invocation(report)],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(failure: Failure) -> str:
    return (failure.excerpt.pattern if failure.excerpt else None) or _NO_PATTERN


def _camel(rule: str) -> str:
    """Return the rule in Pascal case, as SARIF requires of `name` (§3.49.7)."""
    return "".join(part.capitalize() for part in rule.split("-"))


def _result(failure: Failure) -> dict[str, object]:
    locations = source_locations(failure, most=10)
    return {
        "ruleId": _rule(failure),
        "kind": "fail",
        "level": "error",
        "message": {"text": _message(failure)},
        "locations": [_location(location) for location in locations[:1]],
        "relatedLocations": [
            {"id": number, **_location(location)} for number, location in enumerate(locations[1:], start=1)
        ],
        **_fingerprint(failure),
        "properties": {
            "unit": failure.job,
            "step": failure.step,
            "exitCode": failure.exit_code,
            "category": failure.excerpt.category if failure.excerpt else "unknown",
            "page": failure.url,
            **_known_issue(failure),
        },
    }


def _fingerprint(failure: Failure) -> dict[str, object]:
    """Return the property by which a server finds the same failure in other runs; nothing where it has no key."""
    if not failure.key:
        return {}
    version, _, _ = failure.key.partition(":")
    return {"partialFingerprints": {f"failureKey/{version}": failure.key}}


def _known_issue(failure: Failure) -> dict[str, object]:
    """Return a property with the known issue; nothing where the failure matches none. A suppression would hide it."""
    issue = known_issue_phrases.known_issue(failure)
    return {"knownIssue": {**asdict(issue), "counts": issue.counts}} if issue else {}


def _message(failure: Failure) -> str:
    """Return step, title, known issue, hint and cause lines as plain text.

    Brackets are escaped, as they mark links (§3.11.6).
    """
    excerpt = failure.excerpt
    title = f"{single_line(f'{phrases.place(failure)}: {failure.title}')} {phrases.origin(failure)}".rstrip()
    known = single_line(known_issue_phrases.sentence(failure))
    parts = [title, known, single_line(excerpt.hint) if excerpt else "", *phrases.hidden(failure)]
    parts += [printable_log_line(line.text) for line in causes(excerpt)[:10]] if excerpt else []
    return "\n".join(filter(None, parts)).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _location(location: SourceLocation) -> dict[str, object]:
    region = {"startLine": location.line} | ({"startColumn": location.column} if location.column else {})
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(location.path), "uriBaseId": "SRCROOT"},
            "region": region,
        }
    }


def _invocation(report: Report) -> dict[str, object]:
    """Return whether the result of the build is known, and notifications of what could not be done."""
    notes = [_notification(note, "error" if note == report.reason else "warning") for note in report.notes]
    return {"executionSuccessful": not report.reason, "toolExecutionNotifications": notes}


def _notification(note: str, level: str) -> dict[str, object]:
    return {"level": level, "message": {"text": single_line(note)}}
