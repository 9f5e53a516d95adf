"""Takes what is installed of requirements/runtime.lock, gives the list of licences: docs/licences.md."""

import re
from importlib.metadata import PackageMetadata, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = {"Apache-2.0", "BSD-3-Clause", "MIT", "MPL-2.0"}
"""May be shipped in an image under MIT: notices kept, no condition on what uses them."""

SPELLINGS = {
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
}
"""What packages without an SPDX expression say. Whose "BSD" says no more (Jinja2, google-re2) has 3 clauses."""


def licences() -> dict[str, str]:
    """Each locked package and its SPDX expression, or what it says of itself."""
    lock = ROOT.joinpath("requirements/runtime.lock").read_text("utf-8")
    names = re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)
    return {(facts := metadata(name))["Name"]: _licence(facts) for name in names}


def page() -> str:
    rows = "\n".join(f"| {name} | {licence} |" for name, licence in licences().items())
    return (
        "# Licences\n\nMade by `make regenerate`; do not edit. What the image and the wheel's users get beside this "
        f"project, which is under [MIT](../LICENSE).\n\n| package | licence |\n|---|---|\n{rows}\n"
    )


def _licence(facts: PackageMetadata) -> str:
    told = facts.get_all("License-Expression") or facts.get_all("License") or _classified(facts)
    return SPELLINGS.get(told[0], told[0])


def _classified(facts: PackageMetadata) -> list[str]:
    return [line.rpartition(" :: ")[2] for line in facts.get_all("Classifier", []) if "OSI Approved" in line]
