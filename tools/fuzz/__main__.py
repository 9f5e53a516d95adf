"""Command line: `python -m tools.fuzz [--seconds N] [--keep] [TARGET …]` fuzzes each target, starting from the corpus.

An input that violates a property is left in `tools/fuzz/found/`; add it to the corpus once the fault is fixed. `--keep`
adds inputs that reached new code to the corpus.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
CORPUS, FOUND = HERE / "corpus", HERE / "found"
TARGETS = sorted(folder.name for folder in CORPUS.iterdir() if folder.is_dir())
KEPT = 40
LONGEST = 4096
"""Maximum size of an input in bytes."""


def main() -> int:
    """Fuzz the targets and return the exit code: 1 if a target failed."""
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"one of {', '.join(TARGETS)} (default: all)")
    parser.add_argument("--seconds", type=int, default=30, help="time for each target")
    parser.add_argument("--keep", action="store_true", help="add inputs that reached new code to the corpus")
    arguments = parser.parse_args()
    FOUND.mkdir(exist_ok=True)
    targets = arguments.targets or TARGETS
    failed = [name for name in targets if not _fuzzed(name, arguments.seconds, keep=arguments.keep)]
    print(f"{len(targets) - len(failed)} of {len(targets)} targets passed")
    return 1 if failed else 0


def _fuzzed(name: str, seconds: int, *, keep: bool) -> bool:
    with tempfile.TemporaryDirectory() as scratch:
        process = _run(
            name,
            [scratch, str(CORPUS / name)],
            f"-max_total_time={seconds}",
            "-timeout=10",
            "-rss_limit_mb=2048",
            f"-artifact_prefix={FOUND}/{name}-",
        )
        if keep and process.returncode == 0:
            _keep(name, Path(scratch))
    output = process.stderr.decode(errors="replace")
    summary = next((line for line in reversed(output.splitlines()) if line.startswith("Done ")), "")
    print(f"{name}: {summary or output[-3000:]}", flush=True)
    return process.returncode == 0


def _keep(name: str, inputs: Path) -> None:
    """Add the smallest of the inputs that reached new code to the corpus: `make test` runs all of it."""
    for path in sorted(inputs.iterdir(), key=lambda path: path.stat().st_size)[:KEPT]:
        (CORPUS / name / path.name[:12]).write_bytes(path.read_bytes())


def _run(name: str, corpora: list[str], *options: str) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-m", "tools.fuzz.one", name, *corpora, f"-max_len={LONGEST}", *options]
    return subprocess.run(command, cwd=HERE.parent, capture_output=True, check=False)


if __name__ == "__main__":
    sys.exit(main())
