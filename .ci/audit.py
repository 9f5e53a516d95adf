"""Ask pip-audit's advisory service about requirements/runtime.lock; exit with 1 if a vulnerability is known.

Where the service cannot be reached, or does not know a package, it says so and does not fail. What holds without any
service is tested by tests/project/test_supply.py: every dependency is pinned by hash, under a licence that we know.
"""

import json
import subprocess
import sys
from pathlib import Path

PIP_AUDIT = [sys.executable, "-m", "pip_audit", "--progress-spinner", "off", "--timeout", "20", "--format", "json",
             "--disable-pip", "--require-hashes", "--requirement", "requirements/runtime.lock"]  # fmt: skip


def main() -> int:
    asked = subprocess.run(PIP_AUDIT, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False)
    try:
        packages = json.loads(asked.stdout)["dependencies"]
    except ValueError:
        reason = (asked.stderr.strip().splitlines() or ["no answer"])[-1]
        print(f"audit: NOT DONE, the advisory service could not be asked: {reason}")
        return 0
    unknown = [one["name"] for one in packages if "skip_reason" in one]
    found = [(one, flaw) for one in packages for flaw in one.get("vulns", ())]
    for one, flaw in found:
        print(f"audit: {one['name']} {one['version']}: {flaw['id']}, mended in {flaw['fix_versions']}")
    if unknown:
        print(f"audit: NOT DONE for {', '.join(unknown)}: the advisory service does not answer for them")
    known = len(packages) - len(unknown)
    print(f"audit: {known} of {len(packages)} packages audited, {len(found)} vulnerabilities known")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
