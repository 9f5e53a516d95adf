"""Start-up time of the program, compared with importing `requests` alone."""

import sys

from tools.bench.processes import medians

ROUNDS = 15
COMMANDS = {
    'python -c "import requests"': ["-c", "import requests"],
    "python -m plugin --version": ["-m", "plugin", "--version"],
    "python -m plugin settings": ["-m", "plugin", "settings"],
}


def chapter() -> str:
    """Return the chapter: a table of medians."""
    measured = medians({name: [sys.executable, *arguments] for name, arguments in COMMANDS.items()}, ROUNDS)
    yardstick = next(iter(measured.values()))
    rows = "\n".join(
        f"| `{name}` | {value * 1000:.0f} ms | {value / yardstick:.2f} |" for name, value in measured.items()
    )
    return f"""## Start

| command | median of {ROUNDS} | ratio |
|---|---|---|
{rows}

Processor time. The limit: `--version` 1.5.
"""
