"""Time to clean and redact a log, compared with `json.loads` of the same log as the server sends it."""

import itertools
import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from plugin.logs.clean import clean
from plugin.logs.decode import decode
from plugin.logs.prefixes import without_prefix
from plugin.logs.readable import readable
from plugin.logs.redact.redactor import Redactor

ROOT = Path(__file__).resolve().parents[2]
PLACES = (ROOT.parent / "shared" / "corpus" / "logs", ROOT / "tests" / "logs")
"""Folders of real logs: the corpus of whole jobs, where it exists, and the repository's logs of steps."""
MB = 1_000_000
SIZE = 5 * MB
ROUNDS = 3
SECRETS = [f"{number * 7919:x}-demo-{number * 104729:x}" for number in range(1, 21)]

HOSTILE: dict[str, Callable[[], bytes]] = {
    "10 MB of `a`": lambda: b"a" * 10 * MB,
    "10 MB of carriage returns": lambda: b"\r" * 10 * MB,
    "10 MB of `a` and carriage returns": lambda: b"a\r" * 5 * MB,
    "10 MB of backspaces": lambda: b"\b" * 10 * MB,
    "10 MB of `a` and backspaces": lambda: b"a\b" * 5 * MB,
    "10 MB of `ESC [`": lambda: b"\x1b[" * 5 * MB,
    "10 MB of window titles that never end": lambda: b"\x1b]" + b"a" * 10 * MB,
    "10 MB of bytes that are not UTF-8": lambda: b"\xff" * 10 * MB,
    "10 MB of `token=`": lambda: b"token=" * (10 * MB // 6),
    "10 MB of addresses with users": lambda: b"https://a:b@c/" * (10 * MB // 14),
    "10 MB of base64 that begins like tokens": lambda: b"Z2hwX2s3UXcyWnJU " * (10 * MB // 17),
    "a million `error` lines": lambda: b"error\n" * MB,
    "a line of 50 MB": lambda: b'{"key": [1, 2, 3]}, ' * (50 * MB // 20),
}


def chapter() -> str:
    """Return the chapter: tables by stage, by size, and for hostile input."""
    readable(b"warm-up: the catalogue is read once", Redactor(SECRETS))
    real = {place.parts[-2] + "/" + place.name: real_log(SIZE, place) for place in PLACES if place.is_dir()}
    stages = "\n".join(_stages(name, log) for name, log in real.items())
    log = list(real.values())[-1]
    usual = _seconds(partial(readable, log, Redactor())) / len(log)
    tenfold = _seconds(partial(readable, log * 10, Redactor())) / usual / len(log)
    hostile = "\n".join(_hostile(name, make(), usual) for name, make in HOSTILE.items())
    return f"""## Cleaning and redaction

{SIZE // MB} MB of concatenated real logs, in milliseconds of processor time per MB; the last column is the ratio of all
stages to `json.loads`.

| log | json.loads | decode | clean | redact | with {len(SECRETS)} secrets | ratio |
|---|---|---|---|---|---|---|
{stages}

A log of ten times the size takes {tenfold:.1f} times as long.

| hostile input | ms per MB | of a real log's time |
|---|---|---|
{hostile}
"""


def real_log(size: int, place: Path = PLACES[-1]) -> bytes:
    """Return `size` bytes of real logs from the folder, in the order of their names, repeated as often as necessary."""
    logs = [path.read_bytes() for path in sorted(place.rglob("*.log"))[::3]]
    pieces: list[bytes] = []
    for log in itertools.cycle(logs):
        pieces.append(log)
        if sum(map(len, pieces)) >= size:
            return b"".join(pieces)[:size]
    raise AssertionError(f"no logs in {place}")


def as_sent(log: bytes) -> bytes:
    """Return the log as a server's API sends it, one record for each line."""
    lines = log.decode(errors="replace").split("\n")
    records = [{"proc": "test", "pos": place, "out": line + "\n", "time": 1} for place, line in enumerate(lines)]
    return json.dumps(records, separators=(",", ":")).encode()


def _stages(name: str, log: bytes) -> str:
    cleaned = clean(without_prefix(decode(log)))
    parsing = _seconds(partial(json.loads, as_sent(log)))
    decoding = _seconds(lambda: without_prefix(decode(log)))
    cleaning = _seconds(partial(clean, without_prefix(decode(log))))
    redacting = _seconds(partial(Redactor(), cleaned))
    secrets = _seconds(partial(Redactor(SECRETS), cleaned))
    figures = (seconds * 1000 * MB / len(log) for seconds in (parsing, decoding, cleaning, redacting, secrets))
    ratio = (decoding + cleaning + redacting) / parsing
    return f"| {name} | {' | '.join(f'{figure:.2f}' for figure in figures)} | {ratio:.2f} |"


def _hostile(name: str, log: bytes, usual: float) -> str:
    seconds = _seconds(partial(readable, log, Redactor()), rounds=1) / len(log)
    return f"| {name} | {seconds * 1000 * MB:.1f} | {seconds / usual:.2f} |"


def _seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the least processor time of some rounds."""

    def once() -> float:
        start = time.process_time()
        work()
        return time.process_time() - start

    return min(once() for _ in range(rounds))
