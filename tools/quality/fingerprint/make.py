"""Run the commands of `commands.yaml` that this machine has, twice each: `python -m tools.quality.fingerprint.make`.

The logs go to `runs/TOOL/FAILURE.1.log` and `.2.log`, as a Drone step prints them: the trace of the command, then its
output. They are committed, so that `make quality` needs none of the tools.
"""

import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
RUNS = FOLDER / "runs"
_NAMES = ("ci", "runner", "build")


def main(tools: list[str]) -> None:
    """Run the commands of the named tools, or of all."""
    commands: dict[str, dict[str, Any]] = yaml.safe_load((FOLDER / "commands.yaml").read_text("utf-8"))
    for tool, command in commands.items():
        if tools and tool not in tools:
            continue
        for name, files in command["failures"].items():
            for run in (1, 2):
                log = _log(command, files, random.Random(f"{tool}/{name}/{run}"))
                path = RUNS / tool / f"{name}.{run}.log"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(log, "utf-8")


def _log(command: dict[str, Any], files: str, chance: random.Random) -> str:
    values = {
        "SEED": str(chance.randrange(10_000, 99_999)),
        "PORT": str(chance.randrange(40_000, 60_000)),
        "HEX": f"{chance.getrandbits(48):012x}",
        "VERSION": f"{chance.randrange(9)}.{chance.randrange(20)}.{chance.randrange(40)}",
        "SHIFT": "\n" * chance.randrange(9),
        "MS": str(chance.randrange(20, 900)),
    }
    with tempfile.TemporaryDirectory(prefix=f"{chance.choice(_NAMES)}-") as parent:
        folder = Path(parent, f"{chance.getrandbits(32):08x}", "shop")
        values["FOLDER"] = f"{parent}/empty"
        Path(values["FOLDER"]).mkdir()
        for path, text in {**command.get("files", {}), command["first"]: files}.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(_filled(text, values), "utf-8")
        result = subprocess.run(
            ["bash", "-c", command["run"]],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=_environment(folder),
            check=False,
            timeout=300,
        )
    if not result.returncode:
        raise RuntimeError(f"passed: {command['run']}\n{files}\n{result.stdout.decode()}")
    return f"+ {command['run']}\n{result.stdout.decode('utf-8', 'replace')}"


def _filled(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def _environment(folder: Path) -> dict[str, str]:
    """Return the variables of this process, with the tools beside the interpreter, and a home of its own for npm."""
    return {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "npm_config_cache": str(folder.parent / "npm"),
        "GOFLAGS": "-mod=mod",
        "GOPROXY": "off",
        "CARGO_TERM_COLOR": "never",
    }


if __name__ == "__main__":
    if not sys.argv[1:]:
        shutil.rmtree(RUNS, ignore_errors=True)
    main(sys.argv[1:])
