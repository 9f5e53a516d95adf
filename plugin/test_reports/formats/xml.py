"""XML of untrusted reports, read piece by piece: no document type, no entities, nothing kept but what is asked for."""

import io
from collections.abc import Container, Iterator
from xml.etree import ElementTree as ET
from xml.parsers import expat

from plugin.model.message import Message
from plugin.test_reports.errors import UnusableReportError

Parents = tuple[ET.Element, ...]
"""The elements around one, from the root on."""
_CHUNK = 64 * 1024
_DEEPEST = 100
_LARGEST = 50_000
"""Elements within one that is yielded."""


class _RootFound(Exception):
    pass


def root_of(content: bytes) -> str:
    """Return the name of the root element. Raise UnusableReportError for a document type or for what is no XML."""
    parser = expat.ParserCreate(namespace_separator=" ")
    found: list[str] = []

    def start(name: str, _: object) -> None:
        found.append(name.rpartition(" ")[2])
        raise _RootFound

    def doctype(*_: object) -> None:
        raise UnusableReportError(Message("it has a document type (DOCTYPE), which is refused"))

    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = doctype
    try:
        for place in range(0, len(content), _CHUNK):
            parser.Parse(content[place : place + _CHUNK], False)  # noqa: FBT003 — the parameter has no name
    except _RootFound:
        return found[0]
    except UnusableReportError:
        raise
    except (expat.ExpatError, LookupError, ValueError) as error:  # LookupError, ValueError: an unknown encoding
        raise UnusableReportError(Message("it is no well-formed XML: {error}", error=error)) from None
    raise UnusableReportError(Message("it has no XML element"))


def elements(content: bytes, names: Container[str]) -> Iterator[tuple[ET.Element, Parents]]:
    """Yield each element of one of the names, complete, with its parents; none within another one.

    Tags have no namespace. An element is emptied when the next one is asked for. Raise UnusableReportError.
    """
    parents: list[ET.Element] = []
    inside: ET.Element | None = None
    size = 0
    for starts, element in _events(content):
        if starts:
            if inside is None and element.tag in names:
                inside, size = element, 0
            parents.append(element)
            size += 1
            _check(len(parents), size if inside is not None else 0)
            continue
        parents.pop()
        if inside is not None and element is inside:
            yield inside, tuple(parents)
            inside = None
        if inside is None:
            element.clear()
            if parents:
                parents[-1].remove(element)


def _events(content: bytes) -> Iterator[tuple[bool, ET.Element]]:
    """Yield each start (true) and end of an element, its tag without the namespace. Raise UnusableReportError."""
    try:  # `root_of` has refused a DOCTYPE, so no entity is defined
        for event, element in ET.iterparse(io.BytesIO(content), ("start", "end")):  # noqa: S314 # nosec B314
            if event == "start":
                element.tag = element.tag.rpartition("}")[2]
            yield event == "start", element
    except UnusableReportError:
        raise
    except (ET.ParseError, LookupError, ValueError) as error:  # LookupError, ValueError: an unknown encoding
        raise UnusableReportError(Message("it is no well-formed XML: {error}", error=error)) from None


def _check(depth: int, size: int) -> None:
    if depth > _DEEPEST:
        raise UnusableReportError(Message("its elements are more than {deepest} levels deep", deepest=_DEEPEST))
    if size > _LARGEST:
        raise UnusableReportError(Message("one of its elements has more than {largest:,} parts", largest=_LARGEST))


def text_of(element: ET.Element | None) -> str:
    """Return the text of an element, empty without one."""
    return (element.text or "").strip() if element is not None else ""
