"""Takes a failure, gives its Markdown: what happened in one line, what to do, and the lines of the log that say so."""

from collections.abc import Iterable

from plugin.extract.excerpt import Excerpt
from plugin.render import words
from plugin.render.listing import Row, rows
from plugin.render.neutral import code, cut_line, fence, link, neutral, visible
from plugin.render.places import address, places
from plugin.report import Failure, Report

ESSENCE = 12
"""Lines of a log that are open to the eye where the rest can be folded."""
_OPEN_LINES = 36
"""Open lines in one comment, shared by all its failures."""


def failure_block(
    failure: Failure, report: Report, *, heading: str = "###", lines: int | None = None, fold: bool = False
) -> str:
    """The whole story of one failed step with at most `lines` lines of its log, most of them folded if `fold`."""
    excerpt = failure.excerpt
    return join(
        f"{heading} ❌ {_name(failure)}: {neutral(failure.title)}",
        facts(failure, report),
        hint(failure),
        sources(failure, report),
        *(log(excerpt, lines, open_lines(1) if fold else None) if excerpt else ()),
        remarks(failure),
    )


def title_line(failure: Failure) -> str:
    """The failure on one line: what failed and why."""
    return f"**{neutral(words.place(failure), 80)}**: {neutral(failure.title, 120)}"


def open_lines(failures: int) -> int:
    """How many lines each of so many failures may show unfolded."""
    return max(1, min(ESSENCE, _OPEN_LINES // max(1, failures)))


def facts(failure: Failure, report: Report) -> str:
    """Status, unit, command and category on one line."""
    unit = words.unit_of(failure, report)
    excerpt = failure.excerpt
    category = words.CATEGORIES[excerpt.category] if excerpt else ""
    step_link = link("log of the step" if failure.step else "page of the build", failure.url)
    return " · ".join(
        filter(
            None,
            (
                f"**{words.outcome(failure)}**",
                code(unit),
                code(excerpt.command) if excerpt else "",
                category and f"looks like {category}",
                step_link if failure.url else "",
            ),
        )
    )


def hint(failure: Failure) -> str:
    """What to do, where the pattern knows."""
    return f"💡 {neutral(failure.excerpt.hint)}" if failure.excerpt and failure.excerpt.hint else ""


def sources(failure: Failure, report: Report) -> str:
    """Links to the lines of the source that the failure names."""
    if not report.source_url:
        return ""
    links = [link(code(f"{place.path}:{place.line}"), address(place, report)) for place in places(failure, report.repo)]
    return f"Source: {', '.join(links)}" if links else ""


def log(excerpt: Excerpt, most: int | None, unfolded: int | None) -> Iterable[str]:
    """The excerpt as a block of code, or its essence and the rest in a fold."""
    shown = len(excerpt.lines) if most is None else min(most, len(excerpt.lines))
    if unfolded is None or shown <= unfolded * 2:
        yield listing(rows(excerpt, most))
        return
    yield listing(rows(excerpt, unfolded))
    yield f"<details><summary>{words.count(shown, 'line')} of the log</summary>"
    yield listing(rows(excerpt, most))
    yield "</details>"


def listing(shown: Iterable[Row]) -> str:
    """Rows in a fence, each behind its line number, so that no line of the log ever begins a line of the comment.

    Marked and coloured as forges colour a `diff`: causes with `!`, cuts with `@@`.
    """
    shown = tuple(shown)
    width = max((len(str(row.number)) for row in shown), default=0)
    text = "\n".join(_row(row, width) for row in shown)
    return fence(text, "diff") if text else ""


def remarks(failure: Failure) -> str:
    """What the reader should know of the log: missing, cut, no pattern matched."""
    notes = (words.log_remark(failure), *(failure.excerpt.notes if failure.excerpt else ()))
    return "  \n".join(f"_{neutral(note)}_" for note in notes if note)


def join(*blocks: str) -> str:
    """Blocks of Markdown with an empty line between them."""
    return "\n\n".join(block for block in blocks if block)


def _row(row: Row, width: int) -> str:
    if not row.number:
        return f"@@ {row.text} @@"
    return f"{'!' if row.cause else ' '} {row.number:>{width}} │ {visible(cut_line(row.text))}".rstrip()


def _name(failure: Failure) -> str:
    return neutral(words.place(failure))
