"""Write all generated files and parts of files: `python -m tests.regenerate`, or `make regenerate`.

With `--check`, write nothing, print the names of stale files and exit with 1 if there are any.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from plugin.extract.pattern_files import built_in
from plugin.logs.redact.entries import secret_patterns
from plugin.settings import reference
from tests.project import catalogues, gallery, import_graph, indexes, licenses, patterns_page, readme_parts
from tests.render import regenerate as goldens
from tools.compiled import data

ROOT = Path(__file__).resolve().parents[1]

DATA: Mapping[str, Callable[[], str]] = {
    "plugin/extract/compiled.json": data.extract_data,
    "plugin/fingerprint/compiled.json": data.fingerprint_data,
    "plugin/logs/redact/compiled.json": data.redaction_data,
}
"""Data that the program reads; written first, because other files show what the program does with it."""

FILES: Mapping[str, Callable[[], str]] = {
    "docs/index/docs.md": indexes.woodpecker,
    "docs/index/content.yaml": indexes.drone,
    "docs/gallery.md": gallery.page,
    "docs/licenses.md": licenses.page,
    "docs/patterns.md": patterns_page.page,
}
"""Files that are generated completely. To add a file, add a line here."""

PARTS: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "README.md": {
        "settings": readme_parts.common_settings,
        "quality": readme_parts.quality,
        "patterns": lambda: str(len(built_in().patterns)),
        "secrets": lambda: str(len(secret_patterns())),
    },
    "README.zh-CN.md": {
        "settings": readme_parts.in_chinese(readme_parts.common_settings),
        "quality": readme_parts.in_chinese(readme_parts.quality),
        "patterns": lambda: str(len(built_in().patterns)),
        "secrets": lambda: str(len(secret_patterns())),
    },
    "docs/architecture.md": {"imports": import_graph.diagram, "packages": import_graph.packages},
    "docs/settings.md": {"settings": reference.markdown_table},
}
"""Files written by hand, with generated parts between `<!-- name -->` and `<!-- /name -->`. To add one, add a line."""


def generated() -> Iterator[tuple[Path, bytes]]:
    """Yield every file that has a generated part, with its content; each may show the effect of those before it."""
    for path, whole in DATA.items():
        yield ROOT / path, whole().encode()
    yield from catalogues_of_languages()
    for file, text in texts():
        yield file, text.encode()


def texts() -> Iterator[tuple[Path, str]]:
    """Yield the documents and samples."""
    for path, whole in FILES.items():
        yield ROOT / path, whole()
    for path, parts in PARTS.items():
        text = ROOT.joinpath(path).read_text("utf-8")
        for name, part in parts.items():
            text = with_part(text, name, part())
        yield ROOT / path, text
    for name, text in goldens.goldens().items():
        yield goldens.FOLDER / name, text


def catalogues_of_languages() -> Iterator[tuple[Path, bytes]]:
    """Yield the source of every catalogue with the texts that the code has now, and the compiled catalogue."""
    for domain, language in catalogues.TRANSLATED:
        yield catalogues.path_of(domain, language, "po"), catalogues.po(domain, language)
        yield catalogues.path_of(domain, language, "mo"), catalogues.mo(domain, language)
    yield readme_parts.CHINESE, catalogues.written(readme_parts.chinese_texts())


def left_over() -> Iterator[Path]:
    """Yield the golden files of samples that no longer exist."""
    known = goldens.goldens()
    yield from (path for path in goldens.FOLDER.iterdir() if path.name not in known)


def with_part(text: str, name: str, part: str) -> str:
    """Return the text with `part` between the marks of that name; a part of several lines gets its own lines."""
    found = re.search(rf"(?s)(<!-- {name} -->).*?(<!-- /{name} -->)", text)
    if not found:
        raise ValueError(f"no <!-- {name} --> and <!-- /{name} --> for the generated part")
    between = f"\n{part}" if "\n" in part else part
    return text[: found.end(1)] + between + text[found.start(2) :]


def main(arguments: list[str]) -> int:
    """Return the exit code: 1 if `--check` finds a stale file."""
    only_check = "--check" in arguments
    stale = 0
    for path, content in generated():
        if not path.exists() or path.read_bytes() != content:
            stale += 1
            print(path.relative_to(ROOT))
            if not only_check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
    for path in left_over():
        stale += 1
        print(path.relative_to(ROOT))
        if not only_check:
            path.unlink()
    if only_check and stale:
        print("are stale: run `make regenerate` and review `git diff`", file=sys.stderr)
    return 1 if only_check and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
