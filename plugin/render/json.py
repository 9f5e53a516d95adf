"""JSON form of a Report. `report.schema.json` describes it; later versions only add keys and values."""

import json
from dataclasses import asdict

from plugin.model.excerpt import Block, HiddenLines, Line
from plugin.model.report import SCHEMA_VERSION, Failure, JobSummary, LogSummary, Report
from plugin.model.tests import ReportedTest, StepTests
from plugin.model.verdict import ChangedLines, Conclusion, Evidence, FailureVerdict, KnownIssue, Verdict
from plugin.render.source_links import SourceLocation, source_locations


def render(report: Report) -> str:
    """Return the report as ASCII JSON, one key per line."""
    return json.dumps(_report(report), indent=2) + "\n"


def schema() -> str:
    """Return the JSON Schema (2020-12) of what `render` returns."""
    from importlib.resources import files

    return files("plugin.render").joinpath("report.schema.json").read_text("utf-8")


def _report(report: Report) -> dict[str, object]:
    return {
        "schema_version": SCHEMA_VERSION,
        "build": {
            "server": report.server,
            "repo": report.repo,
            "number": report.number,
            "status": report.state,
            "event": report.event,
            "commit": report.commit,
            "branch": report.branch,
            "pull_request": report.pull_request,
            "url": report.url,
            "started": report.started,
            "units": [_job(job) for job in report.jobs],
        },
        "verdict": _verdict(report.verdict),
        "conclusion": _conclusion(report.conclusion),
        "retryable": report.retryable,
        "failures": [_failure(failure, report.repo) for failure in report.failures],
        "notes": list(report.notes),
    }


def _verdict(verdict: Verdict | None) -> dict[str, object] | None:
    if verdict is None:
        return None
    return {"kind": verdict.kind, "build": verdict.build, "branch": verdict.branch, "url": verdict.url}


def _conclusion(conclusion: Conclusion | None) -> dict[str, object] | None:
    return {"cause": conclusion.cause, "certain": conclusion.certain} if conclusion else None


def _failure_verdict(verdict: FailureVerdict | None) -> dict[str, object] | None:
    if verdict is None:
        return None
    return {
        "kind": verdict.kind,
        "conclusion": _conclusion(verdict.conclusion),
        "previous": verdict.previous,
        "evidence": [_evidence(evidence) for evidence in verdict.evidence],
        "changed": _changed(verdict.changed),
        "known_issue": _known_issue(verdict.known_issue),
    }


def _evidence(evidence: Evidence) -> dict[str, object]:
    builds = [{"number": one.number, "branch": one.branch, "url": one.url} for one in evidence.builds]
    return {"kind": evidence.kind, "builds": builds, "failed": evidence.failed, "older": evidence.older}


def _changed(changed: ChangedLines | None) -> dict[str, object] | None:
    return {"relation": changed.relation, "path": changed.path, "line": changed.line} if changed else None


def _known_issue(issue: KnownIssue | None) -> dict[str, object] | None:
    return {**asdict(issue), "counts": issue.counts} if issue else None


def _job(job: JobSummary) -> dict[str, object]:
    return {
        "number": job.number,
        "name": job.name,
        "status": job.state,
        "own": job.current,
        "steps": job.steps,
        "settled": job.finished_steps,
        "url": job.url,
    }


def _failure(failure: Failure, repo: str) -> dict[str, object]:
    excerpt = failure.excerpt
    return {
        "unit": failure.job,
        "unit_number": failure.job_number,
        "axes": dict(failure.axes),
        "step": failure.step,
        "status": failure.state,
        "exit_code": failure.exit_code,
        "error": failure.error,
        "seconds": failure.seconds,
        "url": failure.url,
        "title": failure.title,
        "key": failure.key,
        "pattern": excerpt.pattern if excerpt else None,
        "pattern_origin": excerpt.pattern_origin if excerpt else "",
        "category": excerpt.category if excerpt else "unknown",
        "hint": excerpt.hint if excerpt else "",
        "command": excerpt.command if excerpt else "",
        "places": [_location(location) for location in source_locations(failure, repo)],
        "ranked": list(excerpt.ranked) if excerpt else [],
        "excerpt": [_line(line) for line in excerpt.lines] if excerpt else [],
        "blocks": [_block(block) for block in excerpt.blocks] if excerpt else [],
        "hidden": [_hidden(hidden) for hidden in excerpt.hidden] if excerpt else [],
        "log": _log(failure.log),
        "notes": list(excerpt.notes) if excerpt else [],
        "tests": _tests(failure.tests),
        "verdict": _failure_verdict(failure.verdict),
    }


def _tests(tests: StepTests | None) -> dict[str, object] | None:
    if tests is None:
        return None
    return {
        "reports": list(tests.reports),
        "total": tests.total,
        "failed": [_test(test) for test in tests.failed],
        "flaky": [_test(test) for test in tests.flaky],
    }


def _test(test: ReportedTest) -> dict[str, object]:
    return {
        "class": test.class_name,
        "name": test.name,
        "outcome": test.outcome,
        "message": test.message,
        "file": test.file,
        "line": test.line,
    }


def _location(location: SourceLocation) -> dict[str, object]:
    return {"path": location.path, "line": location.line, "column": location.column}


def _line(line: Line) -> dict[str, object]:
    return {"number": line.number, "text": line.text, "kind": line.kind}


def _block(block: Block) -> dict[str, object]:
    return {"kind": block.kind, "lines": [line.number for line in block.lines]}


def _hidden(hidden: HiddenLines) -> dict[str, object]:
    return {"origin": hidden.origin, "lines": hidden.lines, "shown": hidden.shown, "complete": hidden.complete}


def _log(log: LogSummary) -> dict[str, object]:
    return {"lines": log.lines, "bytes": log.bytes, "complete": log.complete, "reason": log.reason}
