"""`python -m tools.bench [--write] [NAME …]`: measures, then prints the chapters or writes docs/performance.md."""

import importlib
import sys
from pathlib import Path

CHAPTERS = ("start", "logs", "secrets", "extract", "patterns", "test_reports", "run", "image")
PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
HEAD = """# Performance

Made by `make bench`; do not edit. Seconds differ from machine to machine, so every claim is a ratio of two things that
were measured in the same run.
"""


def main(arguments: list[str]) -> None:
    names = [name for name in arguments if not name.startswith("-")] or list(CHAPTERS)
    chapters = [importlib.import_module(f"tools.bench.{name}").chapter() for name in names]
    text = "\n".join([HEAD, *chapters])
    if "--write" in arguments:
        PAGE.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main(sys.argv[1:])
