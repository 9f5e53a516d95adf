"""Fixed text that is made before the views are: English as a value, with all that a translation of it needs."""

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from types import MappingProxyType

_NO_FIELDS: Mapping[str, object] = MappingProxyType({})


class Message(str):
    """Text for people whose value is the English text; views show `text.language.translated(message)`.

    JSON, keys of failures and whatever is compared use the value, which no setting changes. A copy of the text, such
    as a slice or an f-string, is a plain text and stays English.
    """

    __slots__ = ("fields", "number", "plural", "singular")

    singular: str
    """The English text with `{placeholders}`, by which catalogues have its translation."""
    plural: str
    """The same for a `number` other than 1; empty if the text has no plural."""
    number: int
    fields: Mapping[str, object]

    def __new__(cls, text: str, /, **fields: object) -> "Message":
        """Return the text with its fields: numbers, texts and messages."""
        return cls._made(text, "", 1, fields)

    @classmethod
    def counted(cls, singular: str, plural: str, number: int, /, **fields: object) -> "Message":
        """Return the text for this number, which is the field `number`."""
        return cls._made(singular, plural, number, {"number": number, **fields})

    @classmethod
    def _made(cls, singular: str, plural: str, number: int, fields: Mapping[str, object]) -> "Message":
        english = plural if plural and number != 1 else singular
        # `str` keeps a message in an exception a message, so that it can be translated, too.
        fields = {name: one if isinstance(one, int | float) else str(one) for name, one in fields.items()} or _NO_FIELDS
        message = super().__new__(cls, cls.fill(english, fields))
        message.singular, message.plural, message.number, message.fields = singular, plural, number, fields
        return message

    @staticmethod
    def fill(template: str, fields: Mapping[str, object]) -> str:
        """Return a text of this kind, in English or translated, with its fields."""
        return template.format(**fields) if fields else template

    def __str__(self) -> str:
        """Return the message itself, so that `str(error)` of an exception about it can be translated."""
        return self

    def __reduce__(self) -> tuple[object, ...]:
        return self._made, (self.singular, self.plural, self.number, dict(self.fields))

    def mapped(self, change: Callable[[str], str]) -> "Message":
        """Return the message with each field changed, those of messages in it included."""
        fields = {
            name: one if isinstance(one, int | float) else mapped(one, change) for name, one in self.fields.items()
        }
        return self._made(self.singular, self.plural, self.number, fields)


def mapped(text: object, change: Callable[[str], str]) -> str:
    """Return the text changed; of a message only its fields are, so that it can still be translated."""
    return text.mapped(change) if isinstance(text, Message) else change(str(text))


def either(names: Iterable[str]) -> str:
    """Return the names as alternatives: `lint or test`; empty for none."""
    first, *others = [*names] or [""]
    return reduce(lambda one, other: Message("{first} or {second}", first=one, second=other), others, first)


def both(names: Iterable[str]) -> str:
    """Return the names joined by "and"; empty for none."""
    first, *others = [*names] or [""]
    return reduce(lambda one, other: Message("{first} and {second}", first=one, second=other), others, first)
