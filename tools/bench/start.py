"""Start-up time of the program, compared with importing `requests` alone."""

import statistics
import subprocess
import sys
import time

ROUNDS = 15
COMMANDS = {
    'python -c "import requests"': ["-c", "import requests"],
    "python -m plugin --version": ["-m", "plugin", "--version"],
    "python -m plugin settings": ["-m", "plugin", "settings"],
}


def chapter() -> str:
    """Return the chapter: a table of medians. The rounds alternate, so a busy machine slows all commands equally."""
    seconds: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(ROUNDS):
        for name, arguments in COMMANDS.items():
            seconds[name].append(_run(arguments))
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    yardstick = next(iter(medians.values()))
    rows = "\n".join(
        f"| `{name}` | {value * 1000:.0f} ms | {value / yardstick:.2f} |" for name, value in medians.items()
    )
    return f"""## Start

| command | median of {ROUNDS} | ratio |
|---|---|---|
{rows}

The limit: `--version` 1.5.
"""


def _run(arguments: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start
