"""The setting `template`: a map of texts to the templates that replace them."""

from collections.abc import Mapping

NAMES = ("comment", "file", "message")


def template_map(text: str) -> str:
    """Return the text of the setting if `templates` can read it. Raise ValueError that says what is allowed."""
    templates(text)
    return text


def templates(text: str) -> Mapping[str, str]:
    """Return the templates by the names of the texts that they replace. `text` is YAML or JSON. Raise ValueError."""
    if not text:
        return {}
    from plugin.untrusted_yaml import UnusableYamlError, load_plain  # late: most runs need no YAML before a request

    try:
        value, problems = load_plain(text)
    except UnusableYamlError as error:
        raise ValueError(f"is no map: {error}") from None
    allowed = f"must be a map of {', '.join(NAMES[:-1])} or {NAMES[-1]} to a template, its https URL or its path"
    if problems or not isinstance(value, dict) or not value:
        raise ValueError(allowed)
    if unknown := sorted(set(value) - set(NAMES)):
        raise ValueError(f"{allowed}, not {unknown[0]!r:.40}")
    if empty := [name for name, source in value.items() if not isinstance(source, str) or not source.strip()]:
        raise ValueError(f"has no text for {empty[0]}")
    return dict(value)
