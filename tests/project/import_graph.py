"""Draw the packages of `plugin` and what they import, as a Mermaid diagram for docs/architecture.md."""

from collections import defaultdict
from functools import cache

import grimp


@cache
def _graph() -> grimp.ImportGraph:
    return grimp.build_graph("plugin")


def diagram() -> str:
    """Return the diagram: an arrow from each package to each package that one of its modules imports."""
    graph = _graph()
    arrows: dict[str, set[str]] = defaultdict(set)
    for importer in graph.modules:
        for imported in graph.find_modules_directly_imported_by(importer):
            start, end = _package(importer), _package(imported)
            if start != end and "plugin" not in (start, end):
                arrows[start].add(end)
    lines = (f"    {start} --> {end}" for start in sorted(arrows) for end in sorted(arrows[start]))
    return "\n".join(("```mermaid", "flowchart LR", *lines, "```", ""))


def depth() -> int:
    """Return the number of modules on the longest chain of imports."""
    graph = _graph()

    @cache
    def below(module: str) -> int:
        return 1 + max(map(below, graph.find_modules_directly_imported_by(module)), default=0)

    return max(map(below, graph.modules))


def _package(module: str) -> str:
    """Return the part of `plugin` that a module belongs to: a package or a single module."""
    return ".".join(module.split(".")[1:2]) or "plugin"
