"""The catalogues: every text of the code is translated, with its placeholders and its Markdown."""

import re
from gettext import GNUTranslations
from string import Formatter

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from plugin.text.language import LANGUAGES
from tests.project.catalogues import TRANSLATED, extracted, path_of, texts_in

MARKS = re.compile(r"`|\*\*|^_|_$|^#+ |^- |<[^>]*>")
WIDE = "，。；：！？（）、"
each_language = pytest.mark.parametrize("language", TRANSLATED)


def messages(language: str) -> list[Message]:
    with path_of(language, "po").open("rb") as file:
        return [message for message in read_po(file, locale=language) if message.id]


def forms(text: object) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text) if isinstance(text, tuple | list) else ()


@each_language
def test_catalogue_has_the_texts_of_the_code_and_no_others(language: str) -> None:
    wanted = {message.id for message in extracted() if message.id}
    assert {message.id for message in messages(language)} == wanted


@each_language
def test_every_text_is_translated(language: str) -> None:
    missing = [message.id for message in messages(language) if message.fuzzy or not all(forms(message.string))]
    assert missing == []


@each_language
def test_compiled_catalogue_has_every_translation(language: str) -> None:
    with path_of(language, "mo").open("rb") as file:
        compiled = GNUTranslations(file)
    for message in messages(language):
        if isinstance(message.id, str):
            assert compiled.gettext(message.id) == message.string
        else:
            singular, plural = message.id
            strings = forms(message.string)
            assert {compiled.ngettext(singular, plural, number) for number in (1, 2, 5)} == set(strings)


@each_language
def test_translations_have_the_placeholders_of_the_text(language: str) -> None:
    wrong = [
        text
        for message in messages(language)
        for text in forms(message.string)
        if placeholders(text) != placeholders(forms(message.id)[-1])
    ]
    assert wrong == []


def placeholders(text: str) -> set[tuple[str, str]]:
    return {(name, spec or "") for _, name, spec, _ in Formatter().parse(text) if name is not None}


@each_language
def test_translations_have_the_markdown_of_the_text(language: str) -> None:
    wrong = [
        text
        for message in messages(language)
        for text in forms(message.string)
        if sorted(MARKS.findall(text)) != sorted(MARKS.findall(forms(message.id)[0]))
    ]
    assert wrong == []


IN_CHINESE = (
    "builds|build|newest|oldest|conclusion|outcome|older|page|first|second|comment|commit|reason|content|kind|owner"
)
"""Placeholders whose text is Chinese, or has the punctuation that separates it."""


def test_chinese_separates_latin_words_and_has_wide_punctuation() -> None:
    wrong = [text for one in messages("zh") for text in forms(one.string) if not is_well_set(text)]
    assert wrong == []


def is_well_set(text: str) -> bool:
    plain = re.sub(r"\{[^}]*\}", "x", re.sub(rf"\{{(?:{IN_CHINESE})[^}}]*\}}", "", text))
    return not (
        re.search(r"[一-鿿][A-Za-z0-9`]|[A-Za-z0-9`][一-鿿]", plain)
        or re.search(r"[一-鿿] ?[,;:!?()]|[,;:!?()] ?[一-鿿]", plain)
        or re.search(rf"[{WIDE}] (?!\()|(?<!^) [{WIDE}]", text.strip())
    )


def test_english_is_the_code() -> None:
    assert LANGUAGES[0] == "en"
    assert not path_of("en", "po").exists()


def test_extraction_sees_calls_within_f_strings_and_plurals() -> None:
    module = """f"x {_('one')}" + _(CONSTANT); ngettext("a line", "{number} lines", n); Message("two {x}", x=1)"""
    assert list(texts_in(module)) == ["one", ("a line", "{number} lines"), "two {x}"]
