"""Entries for the plugin indexes of Drone and Woodpecker, from the settings and the first example of the README."""

import re
from pathlib import Path

import yaml

from plugin.settings import reference
from plugin.settings.schema import Field, fields

ROOT = Path(__file__).resolve().parents[2]
NAME = "drone-failure-alert"
REPO = f"https://github.com/{NAME}/{NAME}"
DESCRIPTION = (
    "Explains why a build failed, in one comment on the pull request, with the lines of the log that show the cause."
)
TAGS = ["ci", "comment", "notifications", "pull-request", "report"]


def drone() -> str:
    """Return `plugins/drone-failure-alert/content.yaml` for drone/drone-plugin-index."""
    entry = {
        "title": "Failure Alert",
        "author": NAME,
        "tags": TAGS,
        "repo": REPO,
        "license": "MIT License",
        "readme": f"{REPO}/blob/main/README.md",
        "description": DESCRIPTION,
        "example": f"kind: pipeline\nname: default\n\nsteps:\n{step()}",
        "properties": {field.name: _property(field) for field in fields()},
    }
    return yaml.dump(entry, Dumper=_Readable, sort_keys=False, allow_unicode=True, width=120)


def woodpecker() -> str:
    """Return the page for Woodpecker's plugin index: front matter, an example, every setting."""
    front = {
        "name": "Failure Alert",
        "author": NAME,
        "description": DESCRIPTION,
        "tags": TAGS,
        "containerImage": f"{NAME}/{NAME}",
        "url": REPO,
    }
    head = yaml.dump(front, sort_keys=False, allow_unicode=True, width=120)
    example = f"steps:\n{_indented(step().replace('drone_token', 'woodpecker_token'))}"
    return (
        f"---\n{head}---\n\n{DESCRIPTION}\nIt runs last in a pipeline and never changes the result of a build.\n\n"
        f"```yaml\n{example}```\n\n"
        "`woodpecker_token` is a token of a user who can read the repository, `forge_token` one of the account that "
        "comments.\n\n"
        f"## Settings\n\n{reference.markdown_table()}\n"
        f"🔒 marks secrets. The permissions of each token: [servers]({REPO}/blob/main/docs/servers.md), "
        f"[forges]({REPO}/blob/main/docs/forges.md).\n"
    )


def step() -> str:
    """Return the first example of the README."""
    example = re.search(r"```yaml\n(.*?)```", ROOT.joinpath("README.md").read_text("utf-8"), re.DOTALL)
    assert example, "the README has no pipeline"
    return example[1]


def _property(field: Field) -> dict[str, object]:
    """Return the entry of a setting. The index requires a default for each; a list has its text form."""
    default = field.default if isinstance(field.default, bool | int | float) else reference.default(field)
    kinds = {bool: "boolean", int: "number", float: "number", tuple: "array"}
    return {
        "type": kinds.get(type(field.default), "string"),
        "defaultValue": default,
        "description": field.doc,
        "secret": field.secret,
        "required": field.required,
    }


def _indented(text: str) -> str:
    return re.sub("^(?=.)", "  ", text, flags=re.MULTILINE)


class _Readable(yaml.SafeDumper):
    """Dumper that writes multi-line strings as block scalars."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Readable.add_representer(str, _text)
