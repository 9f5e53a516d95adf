"""The catalogues: every text of the code is translated, with its placeholders and its Markdown."""

import ast
import re
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from plugin.text.language import DOMAINS, LANGUAGES
from tests.project.catalogues import ROOT, TRANSLATED, path_of, texts_in, texts_of

MARKS = re.compile(r"`|\*\*|^_|_$|^#+ |^- |<[^>]*>")
WIDE = "，。；：！？（）、"
each_catalogue = pytest.mark.parametrize(("domain", "language"), TRANSLATED)


def messages(domain: str, language: str) -> list[Message]:
    with path_of(domain, language, "po").open("rb") as file:
        return [message for message in read_po(file, locale=language) if message.id]


def forms(text: object) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text) if isinstance(text, tuple | list) else ()


@each_catalogue
def test_catalogue_has_the_texts_of_the_code_and_no_others(domain: str, language: str) -> None:
    wanted = {message.id for message in texts_of(domain) if message.id}
    assert {message.id for message in messages(domain, language)} == wanted


@each_catalogue
def test_every_text_is_translated(domain: str, language: str) -> None:
    missing = [message.id for message in messages(domain, language) if message.fuzzy or not all(forms(message.string))]
    assert missing == []


@each_catalogue
def test_compiled_catalogue_has_every_translation(domain: str, language: str) -> None:
    with path_of(domain, language, "mo").open("rb") as file:
        compiled = GNUTranslations(file)
    for message in messages(domain, language):
        if isinstance(message.id, str):
            assert compiled.gettext(message.id) == message.string
        else:
            singular, plural = message.id
            strings = forms(message.string)
            assert {compiled.ngettext(singular, plural, number) for number in (1, 2, 5)} == set(strings)


@each_catalogue
def test_translations_have_the_placeholders_of_the_text(domain: str, language: str) -> None:
    wrong = [
        text
        for message in messages(domain, language)
        for text in forms(message.string)
        if placeholders(text) != placeholders(forms(message.id)[-1])
    ]
    assert wrong == []


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"\{\w+[^{}]*\}", text))


@pytest.mark.parametrize("quoted", [r"`[^`]*`", r"https?://[\w./-]*\w", r'"[^"]*"'])
def test_hints_quote_the_same_code_addresses_and_words_of_logs(quoted: str) -> None:
    """Commands are copied from hints, so their placeholders must stay within the same code."""
    wrong = [
        one.string
        for one in messages("hints", "zh")
        if sorted(re.findall(quoted, str(one.id), re.ASCII)) != sorted(re.findall(quoted, str(one.string), re.ASCII))
    ]
    assert wrong == []


@each_catalogue
def test_translations_have_the_markdown_of_the_text(domain: str, language: str) -> None:
    wrong = [
        text
        for message in messages(domain, language)
        for text in forms(message.string)
        if sorted(MARKS.findall(text)) != sorted(MARKS.findall(forms(message.id)[0]))
    ]
    assert wrong == []


IN_CHINESE = (
    "builds|build|newest|oldest|conclusion|outcome|older|page|first|second|comment|commit|reason|content|kind|owner"
)
"""Placeholders whose text is Chinese, or has the punctuation that separates it."""


@pytest.mark.parametrize("domain", DOMAINS)
def test_chinese_separates_latin_words_and_has_wide_punctuation(domain: str) -> None:
    wrong = [text for one in messages(domain, "zh") for text in forms(one.string) if not is_well_set(text)]
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
    assert not path_of("hints", "en", "po").exists()


def test_extraction_sees_calls_within_f_strings_and_plurals() -> None:
    module = """f"x {_('one')}" + _(CONSTANT); ngettext("a line", "{number} lines", n); Message("two {x}", x=1)"""
    assert list(texts_in(module)) == ["one", ("a line", "{number} lines"), "two {x}"]


REPORTED = {
    *("ServerError", "ForgeError", "RequestError", "OutOfTime", "NotifyError", "TemplateError"),
    *("EntryError", "PatternError", "UnusableReportError", "UnusableYamlError"),
    *("note", "fail", "missing"),
}
"""Functions and exceptions whose text reaches the notes of a report."""


def plain_notes(path: Path) -> Iterator[str]:
    """Yield the calls of these that take a text which cannot be translated."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            text = node.args[0]
            fixed = isinstance(text, ast.JoinedStr) or (isinstance(text, ast.Constant) and isinstance(text.value, str))
            if name in REPORTED and fixed:
                yield f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(text)[:80]}"


def test_notes_of_a_report_can_be_translated() -> None:
    assert [line for path in sorted(ROOT.glob("plugin/**/*.py")) for line in plain_notes(path)] == []
