"""How long finding the lines that explain a failure takes, against `json.loads` of the same log, and against peers."""

import json
import shutil
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from plugin import analyze_log
from tools.bench.logs import HOSTILE, MB, PLACES, as_sent, real_log

SIZES = (MB, 5 * MB, 100 * MB)
ROUNDS = 3
PEER_LOG = 5 * MB
PEERS = Path(tempfile.gettempdir()) / "failure-alert-peers"
"""A virtual environment of their own: nothing of them comes near the program's."""

COMMANDS = {
    "pipelinemd": ("pipelinemd", ["pipelinemd", "distill", "{log}"]),
    "ci-doctorr": ("ci-doctorr", ["ci-doctor", "analyze", "{log}"]),
}
"""Peers of the package index that work without a language model: name -> package, command."""

NESTED: dict[str, Callable[[], bytes]] = {
    "10 MB of nested brackets": lambda: b"[" * 5 * MB + b"]" * 5 * MB,
    "10 MB of nested brackets in lines": lambda: (b"[" * 500 + b"\n" + b"]" * 499 + b"\n") * (MB // 100),
    "10 MB of long `error:` lines": lambda: (b"error: " + b"x" * 90_000 + b"\n") * 111,
}


def chapter() -> str:
    """Tables: by size, for hostile input, against peers."""
    analyze_log("warm-up: expressions are compiled once\n")
    places = {place.parts[-2] + "/" + place.name: place for place in PLACES if place.is_dir()}
    sizes = "\n".join(_sized(name, place) for name, place in places.items())
    hostile = "\n".join(_hostile(next(iter(places.values()))))
    peers = "\n".join(_peers(_one_log_again(PEER_LOG, next(iter(places.values())))))
    return f"""## Finding the lines

`analyze_log` whole (clean, redact, extract) on real logs one after the other, and `json.loads` of the same log as the
server's API sends it; the best of {ROUNDS} rounds, in milliseconds. Memory is the most that was allocated meanwhile,
over the log's size. The bars: at 5 and 100 MB a ratio of at most 1.0, 100 MB over 5 MB at most 22, memory at most 4.

| log | json.loads | analyze_log | ratio | of 5 MB | memory |
|---|---|---|---|---|---|
{sizes}

Hostile input, against a real log of its size; the bar is 2.

| input | ms | of a real log's time |
|---|---|---|
{hostile}

Peers of the package index on one real log again and again, {PEER_LOG // MB} MB of it, each as the program that it is;
ours as `analyze_log` in a running process. Measured is the time beyond that for an empty log, so that no peer pays for
its start. The bar: a hundred times as fast as the fastest that chooses lines. ci-doctorr looks for the first of its
rules that fits, and stops there. Log Detective is not among them: the program asks a language model for every log.

| tool | s | times ours |
|---|---|---|
{peers}
"""


def _sized(name: str, place: Path) -> str:
    rows = []
    of_five = 0.0
    for size in SIZES:
        log = real_log(size, place)
        sent = as_sent(log)
        parsing = _seconds(partial(json.loads, sent))
        finding = _seconds(partial(analyze_log, log))
        of_five = finding if size == 5 * MB else of_five
        times = f"{finding / of_five:.1f}" if of_five else ""
        figures = (f"{parsing * 1000:.1f}", f"{finding * 1000:.1f}", f"{finding / parsing:.2f}", times, _memory(log))
        rows.append(f"| {name}, {size // MB} MB | {' | '.join(figures)} |")
    return "\n".join(rows)


def _memory(log: bytes) -> str:
    tracemalloc.start()
    analyze_log(log)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return f"{1 + most / len(log):.2f}"


def _hostile(place: Path) -> Iterator[str]:
    usual: dict[int, float] = {}
    for name, make in {**HOSTILE, **NESTED}.items():
        log = make()
        if len(log) not in usual:
            usual[len(log)] = _seconds(partial(analyze_log, real_log(len(log), place)))
        seconds = _seconds(partial(analyze_log, log))
        yield f"| {name} | {seconds * 1000:.1f} | {seconds / usual[len(log)]:.2f} |"


def _one_log_again(size: int, place: Path) -> bytes:
    """The longest log of some, as often as it takes: marks of different CIs in one file would stop some peers early."""
    log = max((path.read_bytes() for path in sorted(place.rglob("*.log"))[::7]), key=len)
    return (log * (size // len(log) + 1))[:size]


def _peers(log: bytes) -> Iterator[str]:
    ours = _seconds(partial(analyze_log, log))
    yield f"| analyze_log | {ours:.3f} | 1 |"
    with tempfile.TemporaryDirectory() as folder:
        full, empty = Path(folder, "job.log"), Path(folder, "empty.log")
        full.write_bytes(log)
        empty.write_bytes(b"\n")
        for name, (package, command) in COMMANDS.items():
            if not _installed(package, command[0]):
                yield f"| {name} | could not be installed here | |"
                continue
            seconds = _run(command, full) - _run(command, empty)
            yield f"| {name} | {seconds:.2f} | {seconds / ours:.0f} |"


def _installed(package: str, program: str) -> bool:
    if not (PEERS / "bin" / program).exists():
        if not PEERS.exists():
            subprocess.run([sys.executable, "-m", "venv", PEERS], check=True)
        quietly = [str(PEERS / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", package]
        subprocess.run(quietly, check=False, stderr=subprocess.DEVNULL, timeout=600)
    return shutil.which(PEERS / "bin" / program) is not None


def _run(command: list[str], log: Path) -> float:
    start = time.perf_counter()
    words = [str(PEERS / "bin" / command[0]), *(word.format(log=log) for word in command[1:])]
    subprocess.run(
        words, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=900, cwd=log.parent
    )
    return time.perf_counter() - start


def _seconds(work: Callable[[], object]) -> float:
    """The best of some rounds."""

    def once() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    return min(once() for _ in range(ROUNDS))
