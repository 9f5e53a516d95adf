"""The packages of `plugin` and what they import, as tables and a diagram for docs/architecture.md."""

import ast
from collections import defaultdict
from functools import cache
from pathlib import Path

import grimp

_ROOT = Path(__file__).resolve().parents[2]
_LEFT_OUT = frozenset({"plugin", "__main__", "cli", "commands", "errors", "frozen", "model"})
"""Packages without arrows in the diagram: they may import every package, or every package may import them."""


@cache
def _graph() -> grimp.ImportGraph:
    return grimp.build_graph("plugin")


def diagram() -> str:
    """Return a Mermaid diagram with an arrow from each package to each package that one of its modules imports."""
    graph = _graph()
    arrows: dict[str, set[str]] = defaultdict(set)
    for importer in graph.modules:
        for imported in graph.find_modules_directly_imported_by(importer):
            start, end = _package(importer), _package(imported)
            if start != end and not {start, end} & _LEFT_OUT:
                arrows[start].add(end)
    lines = (f"    {start} --> {end}" for start in sorted(arrows) for end in sorted(arrows[start]))
    return "\n".join(("", "```mermaid", "flowchart LR", *lines, "```", "", ""))


def packages() -> str:
    """Return a Markdown table of the packages and modules of `plugin`, with the first line of their docstrings."""
    names = sorted({_package(module) for module in _graph().modules} - {"plugin"})
    rows = (f"| `{name}` | {_summary(name)} |" for name in names)
    return "\n".join(("", "| Package | Content |", "|---|---|", *rows, "", ""))


def depth() -> int:
    """Return the number of modules on the longest chain of imports."""
    return len(longest_chain())


def longest_chain() -> tuple[str, ...]:
    """Return one of the longest chains of imports: each module imports the next."""
    graph = _graph()

    @cache
    def chain(module: str) -> tuple[str, ...]:
        imported = sorted(graph.find_modules_directly_imported_by(module))
        return (module, *max(map(chain, imported), key=len, default=()))

    return max(map(chain, sorted(graph.modules)), key=len)


def _package(module: str) -> str:
    """Return the part of `plugin` that a module belongs to: a package or a single module."""
    return ".".join(module.split(".")[1:2]) or "plugin"


def _summary(name: str) -> str:
    path = _ROOT / "plugin" / name
    source = (path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text("utf-8")
    return (ast.get_docstring(ast.parse(source)) or "").split("\n", 1)[0]
