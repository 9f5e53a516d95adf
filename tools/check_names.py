"""Check that the private vocabulary of version 0.1 stays gone: `python -m tools.check_names`.

The list is `old_names.txt`. Also check that README, docs, help texts and messages use the nouns of the servers (job,
stage, pipeline, workflow) instead of "unit". Print one line for each finding, and exit with 1 if there is any.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIST = Path(__file__).with_name("old_names.txt")
_CODE = ("plugin", "tests", "tools")
_PROSE = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/**/*.md", "examples/**/*.md")
_NOT_YET = (
    *("plugin/__", "plugin/ci/", "plugin/cli.py", "plugin/commands/", "plugin/context.py", "plugin/deliver/"),
    *("plugin/extract/", "plugin/forges/", "plugin/http/", "plugin/logs/", "plugin/model/", "plugin/report.py"),
    *("plugin/s", "plugin/text/", "plugin/untrusted_yaml.py", "plugin/verdict/", "plugin/workspace.py"),
    *("tests/attacks/", "tests/ci/", "tests/deliver/", "tests/fakes/", "tests/faults/", "tests/log_cleaning/"),
    *("tests/settings/", "tests/test_context.py", "tests/test_quality.py", "tests/test_reading.py"),
    *("tests/project/indexes.py", "tests/project/readme_parts.py", "tests/regenerate.py"),
    *("tools/bench/", "tools/fuzz/", "tools/quality/"),
)
"""Files that are not clean yet, by the beginning of their path."""
_UNIT = re.compile(r"(?<![\w`\"'./-])[Uu]nits?\b(?![\w`\"'./-]| tests?\b)")
"""The noun by itself: `unit` in code spans is a key of the JSON report, and unit tests are tests."""


def problems_in(path: Path, source: str, identifiers: frozenset[str], words: re.Pattern[str]) -> Iterator[str]:
    """Yield what is wrong with a Python file, as `line: reason`."""
    if path.stem.removeprefix("test_") in identifiers:
        yield f"1: the file name is an old name, {path.stem}"
    tree = ast.parse(source)
    for node in ast.walk(tree):
        for name in _names(node):
            if name in identifiers:
                yield f"{getattr(node, 'lineno', 1)}: old name {name}"
        text = _docstring(node)
        for match in words.finditer(text):
            yield f"{getattr(node, 'lineno', 1)}: a docstring says {match[0]!r}"


def units_in_messages(source: str) -> Iterator[str]:
    """Yield the string constants that are no docstrings and call a job a unit, as `line: text`."""
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            text = node.value
            if " " in text and _UNIT.search(text):
                yield f"{node.lineno}: {text.strip()[:80]!r} says unit"


def units_in_prose(text: str) -> Iterator[str]:
    """Yield the lines of a Markdown file that call a job a unit."""
    for number, line in enumerate(text.splitlines(), 1):
        if _UNIT.search(line):
            yield f"{number}: {line.strip()[:80]!r} says unit"


def _names(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)):
            yield name
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.alias(name=name, asname=asname):
            yield from name.split(".")
            if asname:
                yield asname


def _docstring(node: ast.AST) -> str:
    """Return the text of a string that stands alone: a docstring of a module, class, function, field or constant."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return node.value.value
    return ""


def _listed() -> tuple[frozenset[str], re.Pattern[str]]:
    lines = [line.split() for line in LIST.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    words = "|".join(sorted(name for kind, name in lines if kind == "word"))
    return frozenset(name for kind, name in lines if kind == "identifier"), re.compile(
        rf"\b(?:{words})\b", re.IGNORECASE
    )


def main() -> int:
    """Return the exit code: 1 when an old name was found."""
    identifiers, words = _listed()
    found = False
    for folder in _CODE:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if path.relative_to(ROOT).as_posix().startswith(_NOT_YET):
                continue
            source = path.read_text("utf-8")
            problems = [*problems_in(path, source, identifiers, words)]
            problems += units_in_messages(source) if folder == "plugin" else []
            found |= _report(path, problems)
    for pattern in _PROSE:
        for path in sorted(ROOT.glob(pattern)):
            found |= _report(path, [*units_in_prose(path.read_text("utf-8"))])
    return 1 if found else 0


def _report(path: Path, problems: list[str]) -> bool:
    for problem in problems:
        print(f"{path.relative_to(ROOT)}:{problem}")
    return bool(problems)


if __name__ == "__main__":
    sys.exit(main())
