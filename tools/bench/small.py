"""Time of `analyze` as a whole process on small logs, the usual case, compared with a peer and with an import."""

import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tools.bench.extract import COMMANDS, peer_command
from tools.bench.logs import PLACES
from tools.bench.processes import medians

ROUNDS = 11
LOGS = (
    "jest-nextjs-001",
    "pytest-sklearn-stress-001",
    "gradle-projecthealth-batch5-v2-001",
    "biome-pnpm-not-found-v2-001",
    "dubbo-samples-test-timeout-batch6-v2-001",
)
"""Names of logs of LogDx-CI in the corpus."""
LIMITS = {20_000: (0.8, 1.5), 200_000: (0.6, None)}
"""First bytes of a log -> maximum ratio to the peer, and to `import requests`."""
SHARES = """\
Where the limits are not met, this is where the time goes at 20 kB: of some 165 ms, the interpreter takes 11, imports
45, redaction 22, the catalogue 8, compiling and first using the sets of patterns 9 and those of features 15, the
recognizers of kinds of output 17, the title, its category and the first finding 20, scores and blocks 5. A second
analysis in the same process takes 27: the rest is what a process needs once, half of it RE2, which builds an automaton
while it reads. What brought most against 215 ms: no `dataclasses` (25), only the features that the ranker uses, and
patterns against 16 lines at once (7), words in an index instead of in one expression (6), patterns that stay JSON until
they are needed (5), one set for the forms of diagnostics (5), no `pathlib` and `urllib.parse` (5), expressions of `re`
compiled on first use (4), no `shutil` for the help (3), no key where the text has none (8). Tried without a gain: one
set for all features (4 times as slow), a set of RE2 in place of the index of literals (10 times as slow), whole words
instead of grams in it (4 times as slow), Latin-1 instead of UTF-8 for logs in ASCII (3 ms), no garbage collection
(nothing), other settings of malloc (nothing), only the arguments of the command that runs (0.5 ms), `msgspec` for the
compiled patterns (its import takes 27 ms)."""
"""The same text for every measurement."""
PEER = "pipelinemd"
OURS = "analyze"
IMPORT = "import requests"


def chapter() -> str:
    """Return the chapter: a table by log and size."""
    folder = PLACES[0] / "logdx"
    logs = [path for name in LOGS if (path := folder / f"{name}.log").exists()]
    if not logs:
        return "## Small logs\n\nNot measured: the corpus of LogDx-CI is not available.\n"
    with tempfile.TemporaryDirectory() as scratch:
        rows = "\n".join(row for size in LIMITS for row in _rows(logs, size, Path(scratch, "job.log")))
    return f"""## Small logs

`python -m plugin analyze` as a whole process on the first bytes of {len(logs)} logs, {PEER} on the same log, and
`python -c "{IMPORT}"`: processor time, medians of {ROUNDS} alternating runs. The limits: at 20 kB 0.8 of {PEER} and
1.5 of `{IMPORT}`, at 200 kB 0.6 of {PEER}.

| log | ms | ratio to {PEER} | ratio to `{IMPORT}` |
|---|---|---|---|
{rows}

{SHARES}
"""


def _rows(logs: list[Path], size: int, scratch: Path) -> Iterator[str]:
    results = []
    for path in logs:
        scratch.write_bytes(path.read_bytes()[:size])
        measured = medians(_commands(scratch), ROUNDS)
        results.append((measured[OURS], measured[PEER], measured[IMPORT]))
        yield _row(f"{path.stem}, {scratch.stat().st_size / 1000:.0f} kB", *results[-1])
    ours = statistics.median(one[0] for one in results)
    to_peer = statistics.median(one[0] / one[1] for one in results)
    to_import = statistics.median(one[0] / one[2] for one in results)
    yield f"| **median, {size // 1000} kB** | **{ours * 1000:.0f}** | **{to_peer:.2f}** | **{to_import:.2f}** |"


def _row(name: str, ours: float, peer: float, imported: float) -> str:
    return f"| {name} | {ours * 1000:.0f} | {ours / peer:.2f} | {ours / imported:.2f} |"


def _commands(log: Path) -> dict[str, list[str]]:
    return {
        OURS: [sys.executable, "-m", "plugin", "analyze", str(log)],
        PEER: peer_command(*COMMANDS[PEER], log),
        IMPORT: [sys.executable, "-c", IMPORT],
    }
