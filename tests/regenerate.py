"""Takes nothing, writes every generated file anew: `python -m tests.regenerate`, or `make regenerate`.

With `--check` it writes nothing, names what is stale and exits with 1.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from plugin.extract.catalogue import built_in
from plugin.logs.redact.entries import secret_patterns
from plugin.settings import reference
from tests.extract.index import index
from tests.project import indexes, licences
from tests.render import regenerate as goldens
from tools.compiled import data

ROOT = Path(__file__).resolve().parents[1]

FILES: Mapping[str, Callable[[], str]] = {
    "docs/index/docs.md": indexes.woodpecker,
    "docs/index/content.yaml": indexes.drone,
    "docs/licences.md": licences.page,
    "plugin/extract/compiled.json": data.extract_data,
    "plugin/logs/redact/compiled.json": data.redaction_data,
}
"""Files that are generated as a whole. A new one is one line here."""

PARTS: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "README.md": {
        "settings": reference.as_markdown,
        "patterns": lambda: str(len(built_in().patterns)),
        "secrets": lambda: str(len(secret_patterns())),
    },
    "plugin/extract/patterns/README.md": {"patterns": index},
}
"""Files that people write, with parts between `<!-- name -->` and `<!-- /name -->`. A new part is one line here."""


def generated() -> Iterator[tuple[Path, str]]:
    """Every file with a generated part, and what should be in it."""
    for path, whole in FILES.items():
        yield ROOT / path, whole()
    for path, parts in PARTS.items():
        text = ROOT.joinpath(path).read_text("utf-8")
        for name, part in parts.items():
            text = with_part(text, name, part())
        yield ROOT / path, text
    for name, text in goldens.goldens().items():
        yield goldens.FOLDER / name, text


def left_over() -> Iterator[Path]:
    """Goldens of samples that are no more."""
    known = goldens.goldens()
    yield from (path for path in goldens.FOLDER.iterdir() if path.name not in known)


def with_part(text: str, name: str, part: str) -> str:
    """The text with the part between its marks; a part of several lines stands on lines of its own."""
    found = re.search(rf"(?s)(<!-- {name} -->).*?(<!-- /{name} -->)", text)
    if not found:
        raise ValueError(f"no <!-- {name} --> … <!-- /{name} --> to put the generated part between")
    between = f"\n{part}" if "\n" in part else part
    return text[: found.end(1)] + between + text[found.start(2) :]


def main(arguments: list[str]) -> int:
    stale = [(path, text) for path, text in generated() if not path.exists() or path.read_text("utf-8") != text]
    dead = list(left_over())
    for path in [*(path for path, _ in stale), *dead]:
        print(path.relative_to(ROOT))
    if "--check" in arguments:
        if stale or dead:
            print("are stale: run `make regenerate` and look at `git diff`", file=sys.stderr)
        return 1 if stale or dead else 0
    for path, text in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    for path in dead:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
