"""Takes the catalogue, gives the index of patterns that stands in `plugin/extract/patterns/README.md`."""

import re
from collections.abc import Iterator

from plugin.extract.built_in_data import pattern_files
from plugin.extract.catalogue import built_in
from plugin.extract.pattern import Pattern


def index() -> str:
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    patterns = built_in().patterns
    files = {path.name: path.read_text("utf-8") for path in pattern_files()}
    causes = sum(pattern.kind == "cause" for pattern in patterns)
    yield f"{len(patterns)} patterns in {len(files)} files: {causes} causes and {len(patterns) - causes} symptoms."
    for place, text in files.items():
        yield ""
        yield f"### [{place}]({place})"
        yield ""
        yield text.split("\n", 1)[0].removeprefix("# ")
        for pattern in patterns:
            if pattern.place == place:
                yield from _entry(pattern)
    yield ""


def _entry(pattern: Pattern) -> Iterator[str]:
    kind = "" if pattern.kind == "cause" else " · symptom"
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", pattern.example)), default=0))
    yield ""
    yield f"#### {pattern.id}"
    yield ""
    more = f"[More]({pattern.see})" if pattern.see else ""
    below = " ".join(filter(None, (_plain(pattern.hint), more)))
    yield f"{_plain(pattern.title)} · {pattern.category}{kind}" + ("\\" if below else "")
    if below:
        yield below
    yield ""
    yield "<details><summary>Example</summary>"
    yield ""
    yield f"{fence}text"
    yield pattern.example.rstrip("\n")
    yield fence
    yield ""
    yield "</details>"


def _plain(text: str) -> str:
    """The text as it stands, not as markup; code that a hint quotes stays code."""
    parts = re.split(r"(`[^`]+`)", text)
    return "".join(part if part.startswith("`") else re.sub(r"([\\`*_<>\[\]#|~])", r"\\\1", part) for part in parts)
