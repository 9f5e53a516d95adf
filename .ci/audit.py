"""Ask pip-audit's advisory service about requirements/image.lock; exit with 1 if a vulnerability is known.

If the service cannot be reached, or does not know a package, print that and do not fail. tests/project/test_supply.py
tests what needs no service: every dependency is pinned by hash and has an allowed license.
"""

import json
import subprocess
import sys
from pathlib import Path

PIP_AUDIT = [sys.executable, "-m", "pip_audit", "--progress-spinner", "off", "--timeout", "20", "--format", "json",
             "--disable-pip", "--require-hashes", "--requirement", "requirements/image.lock"]  # fmt: skip


def main() -> int:
    """Return the exit code."""
    audit = subprocess.run(PIP_AUDIT, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False)
    try:
        packages = json.loads(audit.stdout)["dependencies"]
    except ValueError:
        reason = (audit.stderr.strip().splitlines() or ["no answer"])[-1]
        print(f"audit: NOT DONE, the advisory service could not be asked: {reason}")
        return 0
    unknown = [package["name"] for package in packages if "skip_reason" in package]
    vulnerabilities = [(package, flaw) for package in packages for flaw in package.get("vulns", ())]
    for package, flaw in vulnerabilities:
        print(f"audit: {package['name']} {package['version']}: {flaw['id']}, fixed in {flaw['fix_versions']}")
    if unknown:
        print(f"audit: NOT DONE for {', '.join(unknown)}: the advisory service does not answer for them")
    known = len(packages) - len(unknown)
    print(f"audit: {known} of {len(packages)} packages audited, {len(vulnerabilities)} vulnerabilities known")
    return 1 if vulnerabilities else 0


if __name__ == "__main__":
    sys.exit(main())
