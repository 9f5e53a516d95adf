"""Pipeline examples in the README and the docs, and the settings of the plugin in them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
IMAGE = "drone-failure-alert/drone-failure-alert"
PAGES = (*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md")), *sorted(ROOT.glob("examples/**/*.md")))
_FENCE = re.compile(r"^( *)```ya?ml\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
_NO_SETTINGS = {"image", "when", "secrets", "group", "failure", "depends_on", "name", "pull", "environment", "volumes"}
"""Keys of a Drone 0.8 step that are not settings; Drone 0.8 has both on the same level."""


@dataclass(frozen=True)
class Example:
    """A YAML document."""

    place: str
    text: str

    @property
    def value(self) -> object:
        return yaml.safe_load(self.text)

    @property
    def kind(self) -> str:
        """The kind of pipeline: a key of pipelines.yaml, or empty if the document is no pipeline."""
        value = self.value
        if isinstance(value, list):
            return "drone-steps"
        if not isinstance(value, dict):
            return ""
        if "spec" in value:
            return "harness"
        if "kind" in value:
            return "drone-exec" if value.get("type") in ("exec", "ssh") else "drone"
        return "drone08" if "pipeline" in value else "woodpecker" if "steps" in value else ""

    def steps(self) -> Iterator[Mapping[str, object]]:
        """Yield the settings of each step that runs the plugin."""
        yield from _plugin_steps(self.value)


def examples() -> list[Example]:
    """Return every YAML document in a fence of the README and the docs."""
    return [
        Example(f"{page.relative_to(ROOT)}:{page.read_text('utf-8')[: found.start()].count(chr(10)) + 1}", document)
        for page in PAGES
        for found in _FENCE.finditer(page.read_text("utf-8"))
        for document in re.split(r"^---$", re.sub(rf"(?m)^{found[1]}", "", found[2]), flags=re.MULTILINE)
        if document.strip()
    ]


def _plugin_steps(value: object) -> Iterator[Mapping[str, object]]:
    if isinstance(value, list):
        for item in value:
            yield from _plugin_steps(item)
    elif isinstance(value, dict):
        if str(value.get("image", "")).startswith(IMAGE):
            settings = value.get("settings", value.get("with"))
            yield settings if isinstance(settings, dict) else _drone08_settings(value)
        else:
            for item in value.values():
                yield from _plugin_steps(item)


def _drone08_settings(step: Mapping[str, object]) -> Mapping[str, object]:
    """Return the settings of a Drone 0.8 step, including its secrets."""
    listed = step.get("secrets")
    secrets = [one["target"] if isinstance(one, dict) else one for one in listed] if isinstance(listed, list) else []
    named = {str(name).removeprefix("plugin_"): {"from_secret": name} for name in secrets}
    return {**{key: value for key, value in step.items() if key not in _NO_SETTINGS}, **named}


def as_environment(settings: Mapping[str, object], secrets: Mapping[str, str]) -> dict[str, str]:
    """Return the environment that a server makes of the settings. `secrets` maps names of settings to values."""
    return {
        f"PLUGIN_{name.upper()}": _as_text(value, secrets.get(name, "a-secret")) for name, value in settings.items()
    }


def _as_text(value: object, secret: str) -> str:
    if isinstance(value, dict):
        return secret if "from_secret" in value else json.dumps(value, separators=(",", ":"))
    if isinstance(value, list):
        if any(isinstance(item, dict | list) for item in value):
            return json.dumps(value, separators=(",", ":"))
        return ",".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
