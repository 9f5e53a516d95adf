"""Dependencies are pinned by hash, without naming an index, and have a license that allows shipping them."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.project.licenses import ALLOWED, licenses

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted(ROOT.glob("requirements/*.lock"))
PROJECT = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text("utf-8"))
REQUIREMENT = re.compile(r"[\w.-]+==[\w.]+( ; [^\\]+)?( \\\n    --hash=sha256:[0-9a-f]{64})+\n")


def names(lock: str) -> set[str]:
    """Return the packages that a lock file pins."""
    return set(re.findall(r"^([\w.-]+)==", ROOT.joinpath(lock).read_text("utf-8"), re.MULTILINE))


def required(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=;\s]", requirement)[0].lower() for requirement in requirements}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.name))
def test_lock_has_only_pins_with_hashes(lock: Path) -> None:
    assert REQUIREMENT.sub("", lock.read_text("utf-8")) == ""


@pytest.mark.parametrize(
    ("lock", "requirements"),
    [
        ("requirements/runtime.lock", PROJECT["project"]["dependencies"]),
        ("requirements/image.lock", PROJECT["project"]["dependencies"]),
        ("requirements/image.lock", PROJECT["project"]["optional-dependencies"]["notify"]),
        *((f"requirements/{name}.lock", group) for name, group in PROJECT["dependency-groups"].items()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_lock_has_every_requirement_of_the_project(lock: str, requirements: list[str]) -> None:
    assert required(requirements) - names(lock) == set()


@pytest.mark.parametrize("shipped", ["requirements/runtime.lock", "requirements/image.lock"])
def test_tests_run_with_the_shipped_versions(shipped: str) -> None:
    assert pins(shipped) - pins("requirements/dev.lock") == set()


def pins(lock: str) -> set[str]:
    return {pin[0] for pin in REQUIREMENT.finditer(ROOT.joinpath(lock).read_text("utf-8"))}


def test_dependencies_have_an_upper_bound() -> None:
    assert [one for one in PROJECT["project"]["dependencies"] if ",<" not in one] == []


@pytest.mark.parametrize(("package", "terms"), licenses().items())
def test_license_may_be_shipped(package: str, terms: str) -> None:
    assert terms in ALLOWED, f"{package} is under {terms}: read it, then allow it in tests/project/licenses.py"
