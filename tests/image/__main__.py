"""Run every case and print its result: `python -m tests.image IMAGE NETWORK`. Exit with 1 if one failed."""

import sys
import tempfile
import traceback
from pathlib import Path

from tests.image.cases import CASES
from tests.image.container import Image


def main(name: str, network: str) -> int:
    """Return the exit code."""
    image = Image(name, network)
    failed = 0
    for case in CASES:
        title = case.__name__.replace("_", " ")
        with tempfile.TemporaryDirectory() as folder:
            workspace = Path(folder, "workspace")
            workspace.mkdir(mode=0o755)
            try:
                case(image, workspace)
                print(f"ok      {title}", flush=True)
            except Exception:  # noqa: BLE001 — the other cases still run
                failed += 1
                print(f"FAILED  {title}\n{traceback.format_exc()}", flush=True)
    print(f"{len(CASES) - failed} of {len(CASES)} cases passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
