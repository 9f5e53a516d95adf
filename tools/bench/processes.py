"""Processor time of whole processes, which a busy machine changes less than time on the clock."""

import os
import resource
import statistics
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Python may keep compiled modules: an installed package has them."""


def medians(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, float]:
    """Return the median processor seconds of each command, by name.

    The rounds alternate, so a busy machine slows all commands equally. One more round before them compiles modules and
    fills the caches of the system.
    """
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds + 1):
        for name, command in commands.items():
            seconds[name].append(processor_seconds(command))
    return {name: statistics.median(values[1:]) for name, values in seconds.items()}


def processor_seconds(
    command: Sequence[str], *, cwd: Path | None = None, timeout: float = 60, check: bool = True
) -> float:
    """Return the processor seconds of a command. Raise CalledProcessError if it fails and that is checked."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    null = subprocess.DEVNULL
    subprocess.run(command, check=check, env=ENVIRONMENT, timeout=timeout, stdout=null, stderr=null, cwd=cwd)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
