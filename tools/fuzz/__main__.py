"""Fuzz each target for some seconds, from the kept corpus on: `python -m tools.fuzz [--seconds N] [--keep] [TARGET …]`.

What breaks a promise is left in `tools/fuzz/found/` and becomes part of the corpus once it is fixed. `--keep` adds
to the corpus what reached new code.
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
"""Bytes of an input."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of {', '.join(TARGETS)}; all without")
    parser.add_argument("--seconds", type=int, default=30, help="for each target")
    parser.add_argument("--keep", action="store_true", help="add to the corpus what reached new code")
    given = parser.parse_args()
    FOUND.mkdir(exist_ok=True)
    targets = given.targets or TARGETS
    failed = [name for name in targets if not _fuzzed(name, given.seconds, keep=given.keep)]
    print(f"{len(targets) - len(failed)} of {len(targets)} targets keep their promises")
    return 1 if failed else 0


def _fuzzed(name: str, seconds: int, *, keep: bool) -> bool:
    with tempfile.TemporaryDirectory() as scratch:
        ended = _run(
            name,
            [scratch, str(CORPUS / name)],
            f"-max_total_time={seconds}",
            "-timeout=10",
            "-rss_limit_mb=2048",
            f"-artifact_prefix={FOUND}/{name}-",
        )
        if keep and ended.returncode == 0:
            _keep(name, Path(scratch))
    told = ended.stderr.decode(errors="replace")
    runs = next((line for line in reversed(told.splitlines()) if line.startswith("Done ")), "")
    print(f"{name}: {runs or told[-3000:]}", flush=True)
    return ended.returncode == 0


def _keep(name: str, reached: Path) -> None:
    """The smallest of what reached new code: `make test` tries them all each time."""
    for path in sorted(reached.iterdir(), key=lambda path: path.stat().st_size)[:KEPT]:
        (CORPUS / name / path.name[:12]).write_bytes(path.read_bytes())


def _run(name: str, corpora: list[str], *options: str) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-m", "tools.fuzz.one", name, *corpora, f"-max_len={LONGEST}", *options]
    return subprocess.run(command, cwd=HERE.parent, capture_output=True, check=False)


if __name__ == "__main__":
    sys.exit(main())
