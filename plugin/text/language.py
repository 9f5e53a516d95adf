"""The language of the fixed texts that people read: GNU gettext's catalogues, with English in the code as the key.

`activate` sets the language of the run. English needs no catalogue, and nothing is imported for it. Texts that are made
before the views are `Message` objects, which `translated` turns into text of the language.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, Protocol, get_args

from plugin.model.message import Message

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
DOMAINS = ("failure-alert", "hints", "titles")
"""Names of the catalogues: the texts of the code, and hints and titles of the built-in patterns."""
_TAGS = {"en": "en", "zh": "zh-CN"}


class Catalogue(Protocol):
    """The translations of one language."""

    def gettext(self, message: str, /) -> str:
        """Return the translation of the text, or the text itself."""

    def ngettext(self, singular: str, plural: str, n: int, /) -> str:
        """Return the translation for this number, or the English text for it."""


class _English:
    def gettext(self, message: str, /) -> str:
        return message

    def ngettext(self, singular: str, plural: str, n: int, /) -> str:
        return singular if n == 1 else plural


_ENGLISH: tuple[Language, Catalogue] = ("en", _English())
_active: tuple[Language, Catalogue] = _ENGLISH
"""The language of the run, in all threads."""
_here: ContextVar[tuple[Language, Catalogue] | None] = ContextVar("language", default=None)
"""The language of a part of the run."""


def activate(language: Language) -> None:
    """Use the language from now on. Texts that exist are not changed."""
    global _active  # noqa: PLW0603 — one run has one language, as one process has one locale
    _active = _loaded(language)


@contextmanager
def using(language: Language, catalogue: Catalogue | None = None) -> Iterator[None]:
    """Use another language within the block, in this thread. `catalogue` replaces that of the language."""
    token = _here.set((language, catalogue) if catalogue else _loaded(language))
    try:
        yield
    finally:
        _here.reset(token)


def is_english() -> bool:
    """Return whether the active language is that of the code."""
    return _current() is _ENGLISH


def tag() -> str:
    """Return the tag of the active language for HTML (BCP 47)."""
    return _TAGS[_current()[0]]


def _(text: str, /, **fields: object) -> str:
    """Return the text in the active language, with its `{placeholders}` filled; those are translated, too."""
    template = _current()[1].gettext(text)
    return template.format(**_translated(fields)) if fields else template


def ngettext(singular: str, plural: str, number: int, /, **fields: object) -> str:
    """Return the text for this number, which is the field `number`, in the active language."""
    template = _current()[1].ngettext(singular, plural, number)
    return template.format(**_translated({"number": number, **fields}))


def N_(text: str, /) -> str:  # noqa: N802 — the name that gettext's documentation uses
    """Return the text unchanged: it is marked for translation here and translated where it is shown."""
    return text


def translated(text: str) -> str:
    """Return a message in the active language; any other text as it is."""
    if not isinstance(text, Message):
        return text
    catalogue = _current()[1]
    if text.plural:
        template = catalogue.ngettext(text.singular, text.plural, text.number)
    else:
        template = catalogue.gettext(text.singular)
    return text.fill(template, _translated(text.fields))


def listed(items: Iterable[str]) -> str:
    """Return the items as a list within a sentence."""
    return _(", ").join(items)


def clauses(parts: Iterable[str]) -> str:
    """Return the parts of a sentence, of which each could be one of its own."""
    return _("; ").join(parts)


def sentence(text: str) -> str:
    """Return the text with a capital letter at its start, where the language has them."""
    return text[:1].upper() + text[1:] if is_english() else text


def _translated(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: translated(one) if isinstance(one, str) else one for name, one in fields.items()}


def _current() -> tuple[Language, Catalogue]:
    return _here.get() or _active


def _loaded(language: Language) -> tuple[Language, Catalogue]:
    if language == "en":
        return _ENGLISH
    import gettext  # late: English needs neither
    from importlib import resources

    folder = resources.files("plugin.text").joinpath("locales", language, "LC_MESSAGES")
    catalogues: list[gettext.GNUTranslations] = []
    for domain in DOMAINS:
        with folder.joinpath(f"{domain}.mo").open("rb") as compiled:
            catalogues.append(gettext.GNUTranslations(compiled))
    first, *others = catalogues
    for other in others:
        first.add_fallback(other)
    return language, first
