"""The catalogues: texts that the code marks for translation, hints of patterns; the `.po` source, the `.mo` of it."""

import ast
import io
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from plugin.extract.forms import load_forms
from plugin.extract.pattern_files import built_in
from plugin.text.language import DOMAINS, LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
TRANSLATED = tuple((domain, language) for language in LANGUAGES if language != "en" for domain in DOMAINS)
"""Domain and language of every catalogue."""
_HEADER = """\
# Texts of drone-failure-alert. `make regenerate` adds the new texts of the code to this file, turns those that the code
# no longer has into comments (`#~`), and compiles it."""

Text = str | tuple[str, ...]
"""A text, or its singular and plural."""


class _Catalogue(Catalog):
    """A catalogue whose header has no dates, versions or addresses, so that it depends on the texts only."""

    @property  # type: ignore[misc]  # read only here
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", self.plural_forms),
        ]


def path_of(domain: str, language: str, ending: str) -> Path:
    """Return the file of the catalogue: `po` is its source, `mo` what gettext reads."""
    return ROOT / "plugin" / "text" / "locales" / language / "LC_MESSAGES" / f"{domain}.{ending}"


def texts_of(domain: str) -> Catalog:
    """Return all texts of the domain, with the files that contain them."""
    return {"failure-alert": extracted, "hints": hints, "titles": titles}[domain]()


@cache
def hints() -> Catalog:
    """Return the hints of the built-in patterns."""
    catalogue = Catalog()
    for pattern in built_in().patterns:
        if pattern.hint:
            catalogue.add(pattern.hint, locations=[(f"plugin/extract/patterns/{pattern.place}", 0)])
    return catalogue


@cache
def extracted() -> Catalog:
    """Return all texts that the code marks, with the files that contain them."""
    catalogue = Catalog()
    for path, text in _marked():
        catalogue.add(text, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    return catalogue


def _marked() -> Iterator[tuple[Path, Text]]:
    for path in sorted(ROOT.joinpath("plugin").rglob("*.py")):
        yield from ((path, text) for text in texts_in(path.read_text("utf-8")))
    for path in sorted(ROOT.joinpath("plugin", "render", "templates").glob("*.j2")):
        found = extract_from_file("jinja2.ext:babel_extract", path, {"_": None, "ngettext": (1, 2)})
        yield from ((path, text) for _line, text, _comments, _context in found)


def texts_in(module: str) -> Iterator[Text]:
    """Yield the texts that a module marks; Babel's own extractor does not see calls within f-strings."""
    calls = [node for node in ast.walk(ast.parse(module)) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        literals = [one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        if name in ("_", "N_", "Message") and literals:
            yield literals[0]
        elif name in ("ngettext", "counted") and len(literals) == 2:
            yield literals[0], literals[1]


@cache
def titles() -> Catalog:
    """Return the titles of the built-in patterns and of missing things, without those that have only names and fields.

    A field holds what the tool says, as in `mypy: {error}`.
    """
    catalogue = Catalog()
    for pattern in built_in().patterns:
        catalogue.add(pattern.title, locations=[(f"plugin/extract/patterns/{pattern.place}", 0)])
    for thing in load_forms("missing.yaml")["things"].values():
        catalogue.add(thing["title"], locations=[("plugin/extract/missing.yaml", 0)])
    for message in list(catalogue):
        if _WITHOUT_WORDS.fullmatch(str(message.id)):
            catalogue.delete(message.id)
    return catalogue


_WITHOUT_WORDS = re.compile(r"(?:[\w.+#&/ -]+: )?(?:[:,() /-]|\{\w+\})*")


@cache
def source(domain: str, language: str) -> Catalog:
    """Return the catalogue with the translations of its `.po` file for the texts of the domain, and no others."""
    return updated(path_of(domain, language, "po"), texts_of(domain), language)


def updated(path: Path, texts: Catalog, language: str) -> Catalog:
    """Return the texts with the translations of a `.po` file."""
    known = read_po(io.BytesIO(path.read_bytes()), locale=language)
    catalogue = _Catalogue(language, header_comment=_HEADER, fuzzy=False)
    unused = {message.id: message for message in (*known.obsolete.values(), *known) if message.id}
    for message in texts:
        if message.id:
            old = unused.pop(message.id, None)
            catalogue.add(message.id, old.string if old else "", locations=message.locations)
    catalogue.obsolete = {_key(text): message for text, message in unused.items() if any(message.string)}
    return catalogue


def _key(text: Text) -> str:
    return text if isinstance(text, str) else text[0]


def po(domain: str, language: str) -> bytes:
    """Return the `.po` file, in the order of the code."""
    return written(source(domain, language))


def written(catalogue: Catalog) -> bytes:
    """Return the content of a `.po` file."""
    target = io.BytesIO()
    write_po(target, catalogue, width=0, include_lineno=False)
    return target.getvalue()


def mo(domain: str, language: str) -> bytes:
    """Return the `.mo` file of all texts that are translated."""
    target = io.BytesIO()
    write_mo(target, source(domain, language))
    return target.getvalue()
