"""Takes the settings' fields and the README's step, gives the entries for both plugin indexes."""

import re
from pathlib import Path

import yaml

from plugin.settings import reference
from plugin.settings.schema import Field, fields

ROOT = Path(__file__).resolve().parents[2]
NAME = "drone-failure-alert"
REPO = f"https://github.com/{NAME}/{NAME}"
DESCRIPTION = "Says why a build is red: one comment on the pull request, with the lines of the log that explain it."
TAGS = ["ci", "comment", "notifications", "pull-request", "report"]


def drone() -> str:
    """`plugins/drone-failure-alert/content.yaml` of drone/drone-plugin-index."""
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
    """The page that Woodpecker's index shows: front matter, an example, every setting."""
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
        f"---\n{head}---\n\n{DESCRIPTION}\nThe last step of a pipeline; it never changes the build's outcome.\n\n"
        f"```yaml\n{example}```\n\n"
        "`woodpecker_token` belongs to a user who may read the repository, `forge_token` to who comments.\n\n"
        f"## Settings\n\n{reference.markdown_table()}\n"
        f"A 🔒 marks secrets. What each token must be allowed: [servers]({REPO}/blob/main/docs/servers.md), "
        f"[forges]({REPO}/blob/main/docs/forges.md).\n"
    )


def step() -> str:
    """The README's first example."""
    found = re.search(r"```yaml\n(.*?)```", ROOT.joinpath("README.md").read_text("utf-8"), re.DOTALL)
    assert found, "the README shows no pipeline"
    return found[1]


def _property(field: Field) -> dict[str, object]:
    """The index wants a default of everything; that of a list is its text."""
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
    """Texts of several lines as people write them."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Readable.add_representer(str, _text)
