"""Views in another language: no fixed text stays English, and text from logs and servers stays as it is."""

import dataclasses
import html
import json
import re
from collections.abc import Callable, Iterator, Mapping

import pytest

from plugin.model.build import EarlierBuild, State
from plugin.model.context import CommitFacts
from plugin.model.message import Message
from plugin.model.notify import BuildLine, BuildOutcome, News
from plugin.model.report import Report
from plugin.render import FORMATS, annotations, card, chat
from plugin.text.language import using
from tests.project.catalogues import source
from tests.render.comments import shown_of
from tests.render.samples import SAMPLES

FACTS = CommitFacts(author="Amy", message="Add a discount")
_RED = EarlierBuild(1, State.FAILURE, "main", started=1)
_GOOD = EarlierBuild(2, State.SUCCESS, "main", commit="0123456789abcdef")
OUTCOMES = (
    *(BuildOutcome(news, BuildLine("branch", "main"), other_red_lines=3) for news in News),
    BuildOutcome(News.FIXED, BuildLine("branch", "main"), first_failed=_RED, failed_builds=3),
    BuildOutcome(News.FIRST_FAILURE, BuildLine("environment", ""), last_good=_GOOD),
)
WORD = re.compile(r"[A-Za-z]{3,}")


def page(report: Report) -> str:
    """Return the texts of the HTML page, with those of attributes that people hear or see."""
    text = re.sub(r"(?s)<style>.*?</style>", "", FORMATS["html"](report))
    spoken = " ".join(re.findall(r'(?:aria-label|title)="([^"]*)"', text))
    return html.unescape(re.sub(r"(?s)<[^>]*>", " ", text) + spoken)


def messages(report: Report) -> str:
    composed = (chat.compose(report, outcome, FACTS, lines=lines) for outcome in OUTCOMES for lines in (3, 0))
    return "\n".join(
        part
        for one in composed
        for part in (one.heading, *one.facts, *one.lines, *(label for label, _url in one.links))
    )


VIEWS: Mapping[str, Callable[[Report], str]] = {
    "text": FORMATS["text"],
    "markdown": FORMATS["markdown"],
    "comment": shown_of,
    "plain comment": lambda report: shown_of(report, plain=True),
    "short comment": lambda report: shown_of(report, most=1_500),
    "html": page,
    "card": lambda report: json.dumps(json.loads(card.render(report))["data"], ensure_ascii=False),
    "messages": messages,
    "annotations": lambda report: str(annotations.annotation_report(report, "", "red")),
}
MARKUP = frozenset(
    WORD.findall(
        "details summary code diff http https com sort step title outcome hint log links text url left_out notes "
        "headline verdict color failures attention warning good AnnotationReport Annotation name annotations path line "
        "message red"
    )
)
"""Words of the formats themselves: tags of HTML, keys of JSON, fields of classes."""


def data(value: object) -> Iterator[str]:
    """Yield all texts of a report that are not ours."""
    if isinstance(value, Message):
        yield from data(dict(value.fields))
    elif isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for one in value.values() for text in data(one))
    elif dataclasses.is_dataclass(value):
        yield from (text for field in dataclasses.fields(value) for text in data(getattr(value, field.name)))
    elif isinstance(value, tuple | frozenset | list):
        yield from (text for one in value for text in data(one))


TRANSLATIONS = " ".join(str(message.string) for message in source("failure-alert", "zh") if message.id)
FIXED = tuple(
    dict.fromkeys(
        part.strip(" .,:;()")
        for message in source("failure-alert", "zh")
        if message.id
        for text in ((message.id,) if isinstance(message.id, str) else message.id)
        for part in re.split(r"\{[^}]*\}", text)
        if len(WORD.findall(part)) > 1
    )
)
"""Parts of at least two words of the texts of the code."""


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("sample", SAMPLES)
def test_no_fixed_text_stays_english(sample: str, view: str) -> None:
    report = SAMPLES[sample]
    known = " ".join((*data(report), *data(FACTS), *data(OUTCOMES)))
    with using("zh"):
        text = VIEWS[view](report)
    assert [one for one in FIXED if one in text and one not in known] == []
    words = set(WORD.findall(text)) - set(WORD.findall(known)) - set(WORD.findall(TRANSLATIONS)) - MARKUP
    assert words == set()


@pytest.mark.parametrize("name", ["json", "junit", "sarif"])
@pytest.mark.parametrize("sample", SAMPLES)
def test_formats_for_programs_are_the_same_in_every_language(sample: str, name: str) -> None:
    english = FORMATS[name](SAMPLES[sample])
    with using("zh"):
        assert FORMATS[name](SAMPLES[sample]) == english
