"""Takes what a project wrote of its own patterns, gives the catalogue with them, and what is wrong with them."""

from collections.abc import Sequence

import yaml

from plugin.extract.catalogue import Catalogue, built_in

FILE = ".failure-alert.yml"


def own(
    workspace_file_text: str | None, patterns_setting: str, ignore: Sequence[str]
) -> tuple[Catalogue, tuple[str, ...]]:
    """The built-in catalogue behind the project's own patterns; each problem names place, entry and reason."""
    sources = {FILE: workspace_file_text or "", "setting `patterns`": _document(patterns_setting)}
    given = {place: text for place, text in sources.items() if text.strip()}
    return built_in().joined_by(given, ignore) if given or ignore else (built_in(), ())


def _document(text: str) -> str:
    """A setting may hold the patterns directly, without a `patterns:` above them."""
    try:
        value = yaml.safe_load(text) if text.strip() else None
    except yaml.YAMLError:
        return text
    if isinstance(value, dict) and not value.keys() & {"patterns", "ignore"}:
        return yaml.safe_dump({"patterns": value}, allow_unicode=True)
    return text
