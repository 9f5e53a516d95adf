"""Write the sample reports in every format to tests/golden: `python -m tests.render.regenerate`."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from plugin.model.report import Report
from plugin.render import FORMATS, card
from plugin.render import text as text_format
from plugin.text.language import LANGUAGES, Language, using
from tests.render.comments import shown_of
from tests.render.samples import SAMPLES

FOLDER = Path(__file__).parent.parent / "golden"
IN_EVERY_FORMAT = (
    "matrix",
    "missing-log",
    "unit-error",
    "unicode",
    "log-file",
    "own-pattern",
    "known-issue",
    "green",
    "timeline",
    "state-unknown",
    "canceled",
)
"""Samples for which there is a golden file in every format; Markdown, text and comment have all samples."""
IN_EVERY_LANGUAGE = ("matrix", "known-issue", "timeline", "state-unknown")
"""Samples for which there are golden files in every language."""


def goldens() -> Mapping[str, str]:
    """Return the name and the expected content of every golden file."""
    return {
        f"{name}.{ending}": text for name, report in SAMPLES.items() for ending, text in _rendered(name, report)
    } | {
        f"{name}.{language}.{ending}": text
        for language in LANGUAGES[1:]
        for name in IN_EVERY_LANGUAGE
        for ending, text in _translated(SAMPLES[name], language)
    }


def _translated(report: Report, language: Language) -> Iterator[tuple[str, str]]:
    with using(language):
        yield "txt", FORMATS["text"](report)
        yield "comment.md", shown_of(report) + "\n"
        yield "html", FORMATS["html"](report)


def _rendered(name: str, report: Report) -> Iterator[tuple[str, str]]:
    yield "md", FORMATS["markdown"](report)
    yield "txt", FORMATS["text"](report)
    yield "comment.md", shown_of(report) + "\n"
    if name in IN_EVERY_FORMAT:
        yield "plain-comment.md", shown_of(report, plain=True) + "\n"
        yield "colour.txt", text_format.render(report, colour=True)
        yield "json", FORMATS["json"](report)
        yield "html", FORMATS["html"](report)
        yield "xml", FORMATS["junit"](report)
        yield "sarif", FORMATS["sarif"](report)
        yield "card.json", card.render(report) + "\n"


def main() -> None:
    """Write all golden files and delete those of samples that no longer exist."""
    FOLDER.mkdir(exist_ok=True)
    wanted = goldens()
    for old in FOLDER.iterdir():
        if old.name not in wanted:
            old.unlink()
    for name, text in wanted.items():
        FOLDER.joinpath(name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
