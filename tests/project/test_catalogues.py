"""The catalogues: every text of the code is translated, with its placeholders and its Markdown."""

import re
from gettext import GNUTranslations
from string import Formatter

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from plugin.text.language import LANGUAGES
from tests.project.catalogues import TRANSLATED, extracted, path_of, texts_in

MARKS = re.compile(r"`|\*\*|^_|_$|^#+ |^- |<[^>]*>|^\(|^\s")
WIDE = "，。；：！？（）、"


def messages(language: str) -> list[Message]:
    with path_of(language, "po").open("rb") as file:
        return [message for message in read_po(file, locale=language) if message.id]


def forms(text: object) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text) if isinstance(text, tuple | list) else ()


EVERY = [(language, message) for language in TRANSLATED for message in messages(language)]
each_message = pytest.mark.parametrize(("language", "message"), EVERY, ids=[forms(one.id)[0] for _, one in EVERY])


@pytest.mark.parametrize("language", TRANSLATED)
def test_catalogue_has_the_texts_of_the_code_and_no_others(language: str) -> None:
    wanted = {message.id for message in extracted() if message.id}
    assert {message.id for message in messages(language)} == wanted


@each_message
def test_text_is_translated_for_every_number(language: str, message: Message) -> None:
    with path_of(language, "mo").open("rb") as file:
        compiled = GNUTranslations(file)
    strings = forms(message.string)
    assert all(strings), f"no translation of {message.id!r} in {path_of(language, 'po').name}"
    assert not message.fuzzy
    if isinstance(message.id, str):
        assert compiled.gettext(message.id) == message.string
    else:
        singular, plural = message.id
        assert [compiled.ngettext(singular, plural, number) for number in (1, 2, 5)] == [strings[0]] * 3


@each_message
def test_translation_has_the_placeholders_of_the_text(language: str, message: Message) -> None:
    english = placeholders(forms(message.id)[-1])
    assert [placeholders(one) for one in forms(message.string)] == [english] * len(forms(message.string))


def placeholders(text: str) -> set[tuple[str, str]]:
    return {(name, spec or "") for _, name, spec, _ in Formatter().parse(text) if name is not None}


@each_message
def test_translation_has_the_markdown_of_the_text(language: str, message: Message) -> None:
    """A space at the start may be punctuation of the language, as in `（{jobs}）`."""
    english = marks(forms(message.id)[0])
    assert [marks(one) for one in forms(message.string)] == [english] * len(forms(message.string))


def marks(text: str) -> list[str]:
    return [mark for mark in MARKS.findall(text) if mark.strip() and mark != "("]


@pytest.mark.parametrize("message", messages("zh"), ids=lambda message: forms(message.id)[0])
def test_chinese_has_a_space_beside_latin_letters_and_wide_punctuation(message: Message) -> None:
    for text in forms(message.string):
        plain = re.sub(r"\{(builds?|newest|oldest|conclusion|outcome|older|page|first|second|commit)[^}]*\}", "", text)
        plain = re.sub(r"\{[^}]*\}", "x", plain)
        assert not re.search(r"[一-鿿][A-Za-z0-9`]|[A-Za-z0-9`][一-鿿]", plain), text
        assert not re.search(r"[一-鿿] ?[,;:!?()]|[,;:!?()] ?[一-鿿]", plain), text
        assert not re.search(rf"[{WIDE}] (?!\()|(?<!^) [{WIDE}]", text.strip()), text


def test_english_is_the_code() -> None:
    assert LANGUAGES[0] == "en"
    assert not path_of("en", "po").exists()


def test_extraction_sees_calls_within_f_strings_and_plurals() -> None:
    module = """f"x {_('one')}" + _(CONSTANT); ngettext("a line", "{number} lines", n); Message("two {x}", x=1)"""
    assert list(texts_in(module)) == ["one", ("a line", "{number} lines"), "two {x}"]
