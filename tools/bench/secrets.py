"""Cost of many or long secret variables: time and memory beyond a run without them."""

import base64
import json
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from plugin.logs.readable import readable
from plugin.logs.redact.redactor import Redactor
from tools.bench.logs import MB, real_log

ROUNDS = 3
LOG = 5 * MB
MOST_SECONDS, MOST_MEMORY = 1.0, 40


def _line(chance: random.Random, size: int) -> str:
    return base64.b64encode(chance.randbytes(size)).decode()[:size]


def _key(chance: random.Random, size: int) -> str:
    """Return a private key: lines of 64 characters."""
    lines = "\n".join(_line(chance, 64) for _ in range(size // 65))
    return f"-----BEGIN PRIVATE KEY-----\n{lines}\n-----END PRIVATE KEY-----\n"


def _account(chance: random.Random, size: int) -> str:
    """Return a service account: a private key in JSON."""
    return json.dumps(
        {"type": "service_account", "private_key_id": _line(chance, 40), "private_key": _key(chance, size)}
    )


def _many(make: Callable[[random.Random, int], str], count: int, size: int) -> list[str]:
    chance = random.Random(size)
    return [make(chance, size) for _ in range(count)]


CASES: dict[str, Callable[[], list[str]]] = {
    "none": list,
    "20 of 40 characters": partial(_many, _line, 20, 40),
    "20 service accounts of 2.3 kB": partial(_many, _account, 20, 2_200),
    "one of 100 kB": partial(_many, _line, 1, 100_000),
    "a private key of 100 kB": partial(_many, _key, 1, 100_000),
    "1,500 of 0.9 kB": partial(_many, _line, 1_500, 900),
    "1,500 private keys of 0.9 kB": partial(_many, _key, 1_500, 900),
}


def chapter() -> str:
    """Return the chapter: a table by kind and number of secrets. Raise RuntimeError if a value is not masked."""
    usual, least = _cost("none")
    rows = []
    for name in CASES:
        if name != "none":
            seconds, memory = _cost(name)
            rows.append(f"| {name} | {max(0, seconds - usual):.2f} | {max(0, memory - least):.0f} |")
    table = "\n".join(rows)
    return f"""## Secret variables

Processor time and memory to construct the redactor and read {LOG // MB} MB of real logs, beyond the same without
secrets ({usual:.2f} s, {least:.0f} MB). The best of {ROUNDS} processes. All values are masked.

| secrets | s more | MB more |
|---|---|---|
{table}

The limits: {MOST_SECONDS:.0f} s and {MOST_MEMORY} MB.
"""


def _cost(name: str) -> tuple[float, float]:
    """Return seconds and MB of a process with these secrets."""
    command = [sys.executable, "-c", f"from tools.bench import secrets; secrets.measure({name!r})"]
    rounds = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(ROUNDS)]
    return min(seconds for seconds, _ in rounds), min(memory for _, memory in rounds)


def _most_memory() -> float:
    """Return the peak resident memory of this program in MB. `getrusage` would include that of the parent process."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def measure(name: str) -> None:
    """Print seconds and MB for the case as JSON. Raise RuntimeError if a value is not masked."""
    values, log = CASES[name](), real_log(LOG)
    start = time.process_time()
    redact = Redactor(values)
    readable(log, redact)
    seconds = time.process_time() - start
    memory = _most_memory()
    for value in values[:: max(1, len(values) // 20)]:
        shown = readable(value, redact).decode()
        if any(line in shown for line in value.split("\n") if len(line) > 20):
            raise RuntimeError(f"{name}: not masked")
    print(json.dumps([seconds, memory]))
