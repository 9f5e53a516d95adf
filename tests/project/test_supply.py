"""What is installed is pinned by hash, from whatever mirror, under a licence that may be shipped."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.project.licences import ALLOWED, licences

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted(ROOT.glob("requirements/*.lock"))
PROJECT = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text("utf-8"))
REQUIREMENT = re.compile(r"[\w.-]+==[\w.]+( ; [^\\]+)?( \\\n    --hash=sha256:[0-9a-f]{64})+\n")


def names(lock: str) -> set[str]:
    """The packages that a lock file pins."""
    return set(re.findall(r"^([\w.-]+)==", ROOT.joinpath(lock).read_text("utf-8"), re.MULTILINE))


def asked(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=;\s]", one)[0].lower() for one in requirements}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.name))
def test_lock_has_pins_with_hashes_and_nothing_else(lock: Path) -> None:
    assert REQUIREMENT.sub("", lock.read_text("utf-8")) == ""


@pytest.mark.parametrize(
    ("lock", "requirements"),
    [
        ("requirements/runtime.lock", PROJECT["project"]["dependencies"]),
        *((f"requirements/{name}.lock", asked) for name, asked in PROJECT["dependency-groups"].items()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_lock_has_what_the_project_asks_for(lock: str, requirements: list[str]) -> None:
    assert asked(requirements) - names(lock) == set()


def test_tests_run_with_what_is_shipped() -> None:
    pins = [
        set(REQUIREMENT.finditer(ROOT.joinpath(lock).read_text("utf-8")))
        for lock in ("requirements/runtime.lock", "requirements/dev.lock")
    ]
    shipped, tested = ({pin[0] for pin in lock} for lock in pins)
    assert shipped - tested == set()


def test_dependencies_have_an_upper_bound() -> None:
    assert [one for one in PROJECT["project"]["dependencies"] if ",<" not in one] == []


@pytest.mark.parametrize(("package", "licence"), licences().items())
def test_licence_may_be_shipped(package: str, licence: str) -> None:
    assert licence in ALLOWED, f"{package} is under {licence}: read it, then allow it in tests/project/licences.py"
