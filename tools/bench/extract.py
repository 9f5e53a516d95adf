"""Time to find the lines that explain a failure, compared with `json.loads` of the same log and with peers."""

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
from tools.bench.processes import processor_seconds

SIZES = (MB, 5 * MB, 100 * MB)
ROUNDS = 3
PEER_LOG = 5 * MB
PEERS = Path(tempfile.gettempdir()) / "failure-alert-peers"
"""A separate virtual environment, so that the peers do not affect the program's."""

COMMANDS = {
    "pipelinemd": ("pipelinemd", ["pipelinemd", "distill", "{log}"]),
    "ci-doctorr": ("ci-doctorr", ["ci-doctor", "analyze", "{log}"]),
}
"""Peers on the package index that work without a language model: name -> package, command."""

NESTED: dict[str, Callable[[], bytes]] = {
    "10 MB of nested brackets": lambda: b"[" * 5 * MB + b"]" * 5 * MB,
    "10 MB of nested brackets in lines": lambda: (b"[" * 500 + b"\n" + b"]" * 499 + b"\n") * (MB // 100),
    "10 MB of long `error:` lines": lambda: (b"error: " + b"x" * 90_000 + b"\n") * 111,
}


def chapter() -> str:
    """Return the chapter: tables by size, for hostile input, and for peers."""
    analyze_log("warm-up: expressions are compiled once\n")
    places = {place.parts[-2] + "/" + place.name: place for place in PLACES if place.is_dir()}
    sizes = "\n".join(_sized(name, place) for name, place in places.items())
    hostile = "\n".join(_hostile(next(iter(places.values()))))
    peers = "\n".join(_peers(_one_log_again(PEER_LOG, next(iter(places.values())))))
    return f"""## Finding the lines

The whole of `analyze_log` (clean, redact, extract) on concatenated real logs, and `json.loads` of the same log as the
server's API sends it; the best of {ROUNDS} rounds, in milliseconds of processor time. Memory is the peak allocation as
a multiple of the log's size. The limits: at 5 and 100 MB a ratio of 1.0, 100 MB over 5 MB 22, memory 4.

| log | json.loads | analyze_log | ratio | of 5 MB | memory |
|---|---|---|---|---|---|
{sizes}

Hostile input, compared with a real log of the same size; the limit is 2.

| input | ms | of a real log's time |
|---|---|---|
{hostile}

Peers on the package index, on {PEER_LOG // MB} MB of one real log repeated, each as a process; ours as `analyze_log`
in a running process. The figure is the time beyond that for an empty log, so that no peer pays for its start. The
limit: a hundred times as fast as the fastest that selects lines. ci-doctorr searches for the first of its rules that
matches, and stops there. Log Detective is not included: the program sends every log to a language model.

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
    """Return the longest of some logs, repeated. Markers of several CI systems would stop some peers early."""
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


def peer_command(package: str, command: list[str], log: Path) -> list[str]:
    """Return the command of a peer for a log. Raise RuntimeError if the peer cannot be installed."""
    if not _installed(package, command[0]):
        raise RuntimeError(f"{package} could not be installed")
    return _words(command, log)


def _words(command: list[str], log: Path) -> list[str]:
    return [str(PEERS / "bin" / command[0]), *(word.format(log=log) for word in command[1:])]


def _installed(package: str, program: str) -> bool:
    if not (PEERS / "bin" / program).exists():
        if not PEERS.exists():
            subprocess.run([sys.executable, "-m", "venv", PEERS], check=True)
        quietly = [str(PEERS / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", package]
        subprocess.run(quietly, check=False, stderr=subprocess.DEVNULL, timeout=600)
    return shutil.which(PEERS / "bin" / program) is not None


def _run(command: list[str], log: Path) -> float:
    return processor_seconds(_words(command, log), cwd=log.parent, timeout=900, check=False)


def _seconds(work: Callable[[], object]) -> float:
    """Return the shortest processor time of some rounds."""

    def once() -> float:
        start = time.process_time()
        work()
        return time.process_time() - start

    return min(once() for _ in range(ROUNDS))
