"""Drone card of a Report: `{"schema": URL of the template, "data": {...}}`.

Drone 2 shows the card on the step's page with the Adaptive Card template at `schema`, the public URL of
`templates/card.json` in this package. Format: https://docs.drone.io/plugins/adaptive_cards/
"""

import json
from collections.abc import Iterator

from plugin.model.build import State
from plugin.model.report import Report
from plugin.render import phrases
from plugin.render.excerpt_rows import Row, rows
from plugin.render.grouping import FailureGroup, group_failures, member_name
from plugin.render.localize import localized
from plugin.render.source_links import source_link, source_locations
from plugin.render.verdict_phrases import details
from plugin.text.language import _, listed, sentence
from plugin.text.log_line import printable_log_line
from plugin.text.shorten import single_line

TEMPLATE = (
    "https://raw.githubusercontent.com/drone-failure-alert/drone-failure-alert/main/plugin/render/templates/card.json"
)
LARGEST = 64 * 1024 - 1024
"""Limit in bytes: the column is a BLOB of 64 KiB in Drone's MySQL schema."""
_LADDER = (12, 6, 3, 1, 0)
"""Numbers of log lines to try for each failed step."""
_MOST_FAILURES = 40
_MOST_LINKS = 3
_LONGEST_URL = 500
_WIDE_SPACE = "\u00a0"


def render(report: Report) -> str:
    """Return the card in ASCII, less than 64 KiB: reduce the log lines first, then the failures."""
    report = localized(report)
    groups = group_failures(report.failures)
    for lines in _LADDER:
        card = _card(groups, report, lines)
        if len(card) <= LARGEST:
            return card
    return _card(groups[:_MOST_FAILURES], report, 0)


def _card(groups: tuple[FailureGroup, ...], report: Report, lines: int) -> str:
    shown = sum(map(len, groups))
    left_out = len(report.failures) - shown
    data = {
        "headline": phrases.summary(report),
        "verdict": sentence(single_line(phrases.verdict(report))),
        "color": "attention" if report.failures else "good" if report.state is State.SUCCESS else "warning",
        "failures": [_failure(group, report, lines) for group in groups],
        "left_out": phrases.more_failed_steps(left_out) if left_out else "",
        "notes": [single_line(note) for note in phrases.notes(report)[:10]],
    }
    return json.dumps({"schema": TEMPLATE, "data": data}, separators=(",", ":"))


def _failure(group: FailureGroup, report: Report, lines: int) -> dict[str, object]:
    failure = group[0]
    excerpt = failure.excerpt
    jobs = listed(filter(None, (single_line(member_name(member, group, report), 80) for member in group[:5])))
    return {
        "step": single_line(phrases.place(failure), 80),
        "title": f"{single_line(failure.title, 200)} {phrases.origin(failure)}".rstrip(),
        "outcome": " · ".join(
            filter(
                None,
                (
                    phrases.outcome_in(failure, jobs),
                    *(single_line(str(one)) for one in details(failure, report)),
                    phrases.tests(failure),
                    *phrases.hidden(failure),
                ),
            )
        ),
        "hint": single_line(excerpt.hint, 200) if excerpt else "",
        "log": "\n".join(map(_row, rows(excerpt, lines).first))
        if excerpt
        else single_line(phrases.log_remark(failure)),
        "links": list(_links(group, report)),
    }


def _links(group: FailureGroup, report: Report) -> Iterator[dict[str, str]]:
    """Yield the pages of the first steps of the group, then the first line of source code that it names."""
    for member in group[:_MOST_LINKS]:
        page = _("log") if member.step else _("page")
        job = member_name(member, group, report)
        yield from _link(single_line(_("{page} of {job}", page=page, job=job) if job else page, 80), member.url)
    for location in source_locations(group[0], most=1):
        yield from _link(single_line(f"{location.path}:{location.line}", 200), source_link(location, report))


def _link(text: str, url: str) -> Iterator[dict[str, str]]:
    if url.startswith(("http://", "https://")) and len(url) <= _LONGEST_URL:
        yield {"text": text, "url": url}


def _row(row: Row) -> str:
    """Return the row with a mark before a cause line; the page of Drone shows several spaces as one."""
    text = f"{'>' if row.cause else ' '} {row.number}  {printable_log_line(row.text)}" if row.number else row.text
    return text.expandtabs(8).replace("  ", f"{_WIDE_SPACE} ")
