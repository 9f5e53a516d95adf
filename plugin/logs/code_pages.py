"""The code page of lines that are not UTF-8: the one that makes most of them readable."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from plugin.text.lazy_expression import lazily

_SAMPLED_BYTES = 1 << 19
"""Bytes of the end and of the head of a log in which lines that are not UTF-8 are searched for."""
_SAMPLED_LINES = 200
_LONGEST = 1000
"""Bytes of a line that are examined."""
_ENOUGH = 0.6
"""Minimum score of the code page that is assumed."""
_FEWEST = 3
"""Minimum number of characters for a code page whose words contain no ASCII letters."""
_UTF8 = lazily(
    rb"((?:[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})+)"
)
"""Runs of non-ASCII characters in well-formed UTF-8 (Unicode 15, table 3-7)."""
_WORD = lazily(r"\S*[^\x00-\x7f]\S*")

_QUOTES = "«»„“”’‘–—…°§№"
_SYMBOLS = "√•►×÷"
_WESTERN = ("äöüß", "éèêëàâçîïôûùœ", "áéíóúñü", "ãõçáâéêíóôú", "åäöæøé", "àèéìòù", "éëïèöü")
"""Non-ASCII letters of German, French, Spanish, Portuguese, the Nordic languages, Italian and Dutch."""
_CENTRAL = ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áéíóöőúüű", "ăâîşţșț", "čćđšž", "äöüß")
_TURKISH = ("çğıöşüâî",)


class CodePage(NamedTuple):
    """A code page, and a function from a text that is decoded with it to a score of at most 1."""

    name: str
    codec: str
    score: Callable[[str], float]
    multi_byte: bool = False
    """A line is decoded as a whole. With other code pages, parts of a line that are UTF-8 stay so."""

    def in_utf8(self, text: bytes) -> bytes:
        """Return the text with each line that is not UTF-8 decoded with this code page."""
        if text.isascii():
            return text
        return b"\n".join(line if _is_utf8(line) else self.decoded(line).encode() for line in text.split(b"\n"))

    def decoded(self, line: bytes, errors: str = "replace") -> str:
        """Return the decoded line."""
        if self.multi_byte:
            return line.decode(self.codec, errors)
        pieces = enumerate(_UTF8.split(line))
        return "".join(piece.decode() if place % 2 else piece.decode(self.codec, errors) for place, piece in pieces)


def assumed_code_page(raw: bytes) -> CodePage | None:
    """Return the code page of the lines that are not UTF-8; None if all are, or if no code page fits."""
    lines = _lines_not_in_utf8(raw[-_SAMPLED_BYTES:]) or _lines_not_in_utf8(raw[:_SAMPLED_BYTES])
    scores = [(round(_score(page, lines), 2), -index) for index, page in enumerate(_PAGES)] if lines else [(0.0, 0)]
    best, index = max(scores)
    return _PAGES[-index] if best >= _ENOUGH else None


def _lines_not_in_utf8(raw: bytes) -> list[bytes]:
    """Return some lines that are not UTF-8, without the first and last line if others remain: they may be cut."""
    lines = raw.split(b"\n")
    lines = lines[1:-1] if len(lines) > 2 else lines
    different = (line for line in dict.fromkeys(line[:_LONGEST] for line in reversed(lines)) if not _is_utf8(line))
    return [line for line, _ in zip(different, range(_SAMPLED_LINES), strict=False)]


def _is_utf8(line: bytes) -> bool:
    if line.isascii():
        return True
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _score(page: CodePage, lines: Sequence[bytes]) -> float:
    try:
        return page.score("\n".join(page.decoded(line, "strict") for line in lines))
    except UnicodeDecodeError:
        return 0.0


def _share(points: Callable[[str], float]) -> Callable[[str], float]:
    """Return a score for characters of East Asian languages, which do not stand between lower-case ASCII letters."""

    def share(text: str) -> float:
        scores = [
            -0.5 if any("a" <= one <= "z" for one in text[max(0, at - 1) : at + 2 : 2]) else points(character)
            for at, character in enumerate(text)
            if character > "\x7f"
        ]
        return sum(scores) / len(scores) if len(scores) >= _FEWEST else 0.0

    return share


def _in_ranges(*ranges: tuple[str, str]) -> Callable[[str], float]:
    return lambda character: float(any(low <= character <= high for low, high in ranges))


def _frequent(codec: str, first: int, last: int, otherwise: float) -> Callable[[str], float]:
    """Return points for characters whose first byte in the codec is in the range of the frequent ones."""

    def points(character: str) -> float:
        try:
            lead = character.encode(codec)[0]
        except UnicodeEncodeError:
            return 0.0
        return 1.0 if first <= lead <= last or lead in (0xA1, 0xA3) else otherwise

    return points


def _letters(languages: Sequence[str]) -> Callable[[str], float]:
    """Return a score for words with letters of one of the languages, without symbols or capitals inside."""

    def score(text: str) -> float:
        words = _WORD.findall(text)
        total = sum(character > "\x7f" for word in words for character in word)
        return max(sum(map(sum, (_points(word, own) for word in words))) / total for own in languages) if total else 0.0

    return score


def _points(word: str, letters: str) -> Iterator[float]:
    for at, character in enumerate(word):
        if character <= "\x7f":
            continue
        before, after = word[at - 1 : at] if at else "", word[at + 1 : at + 2]
        if character in _SYMBOLS:
            yield -1.0 if before.isalpha() else 1.0
        elif not character.isalpha():
            yield 0.8 if character in _QUOTES and not (before.isalpha() and after.isalpha()) else -1.0
        elif "\u0400" <= character <= "\u04ff" or (character.isupper() and before.islower()):
            yield -1.0
        elif character.lower() in letters:
            yield float(any(one.isascii() and one.isalpha() for one in word))
        else:
            yield 0.3 if len(word) > 1 else -1.0


def _cyrillic(text: str) -> float:
    points = [one for word in _WORD.findall(text) for one in _cyrillic_points(word)]
    return sum(points) / len(points) if len(points) >= _FEWEST else 0.0


def _cyrillic_points(word: str) -> Iterator[float]:
    for at, character in enumerate(word):
        before = word[at - 1 : at] if at else ""
        if character <= "\x7f":
            continue
        if not "\u0400" <= character <= "\u04ff":
            yield 0.5 if character in _QUOTES else -1.0
        elif before.isascii() and before.isalpha():
            yield -1.0
        elif character.islower():
            yield 1.0
        else:
            yield -1.0 if before.islower() else 0.4


_HAN, _KANA, _WIDE = ("\u4e00", "\u9fff"), ("\u3040", "\u30ff"), ("\uff01", "\uff5e")
_PUNCTUATION = ("\u3000", "\u303f")
_PAGES = (
    CodePage("EUC-KR", "cp949", _share(_in_ranges(("\uac00", "\ud7a3"), _PUNCTUATION, _WIDE)), multi_byte=True),
    CodePage("Shift JIS", "cp932", _share(_in_ranges(_HAN, _KANA, _WIDE, _PUNCTUATION)), multi_byte=True),
    CodePage("GB18030", "gb18030", _share(_frequent("gb2312", 0xB0, 0xD7, 0.3)), multi_byte=True),
    CodePage("Big5", "big5", _share(_frequent("big5", 0xA1, 0xC6, 0.2)), multi_byte=True),
    CodePage("Windows-1252", "cp1252", _letters(_WESTERN)),
    CodePage("CP850", "cp850", _letters(_WESTERN)),
    CodePage("Windows-1250", "cp1250", _letters(_CENTRAL)),
    CodePage("CP852", "cp852", _letters(_CENTRAL)),
    CodePage("Windows-1254", "cp1254", _letters(_TURKISH)),
    CodePage("Windows-1251", "cp1251", _cyrillic, multi_byte=True),
    CodePage("CP866", "cp866", _cyrillic, multi_byte=True),
    CodePage("KOI8-R", "koi8_r", _cyrillic, multi_byte=True),
)
"""Code pages; of equal scores, the first is assumed."""
