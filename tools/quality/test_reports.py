"""Compare what is read of test reports with what another project expects: `python -m tools.quality.test_reports DIR`.

DIR is `python/test/files` of https://github.com/EnricoMi/publish-unit-test-result-action, whose fixtures are not
copied here. Each report has a file with the expected tests, or one with the expected exception. Exit code 1 if any
report is read otherwise, but for those of `KNOWN`.
"""

import re
import sys
from collections import Counter
from pathlib import Path

from plugin.test_reports.errors import UnusableReportError
from plugin.test_reports.formats import read

KNOWN = {
    "dart/json/tests.json": "a format that is not read",
    "mocha/tests.json": "a format that is not read",
    "junit-xml/no-attributes.xml": "tests without names are counted here",
    "trx/yami_YAMILEX_2015-10-24_04_18_59.trx": "a test without an outcome, in an aborted run, is an error here",
}
"""Why a report is read otherwise."""
_OUTCOMES = {"success": "passed", "failure": "failed", "error": "failed", "skipped": "skipped", "disabled": "skipped"}


def main(folder: Path) -> int:
    """Print each difference and the number of reports that are read as expected."""
    reports = [path for path in sorted(folder.rglob("*")) if path.suffix in (".xml", ".trx", ".json")]
    results = {
        path.relative_to(folder).as_posix(): (_read(path), _expected(path))
        for path in reports
        if path.with_suffix(".results").exists() or path.with_suffix(".exception").exists()
    }
    different = {name for name, (found, expected) in results.items() if found != expected}
    for name in sorted(different):
        found, expected = results[name]
        print(f"{name}: {_shown(found)}, expected {_shown(expected)} ({KNOWN.get(name, 'NOT EXPLAINED')})")
    print(f"{len(results) - len(different)} of {len(results)} reports are read as expected")
    return 0 if results and different <= KNOWN.keys() else 1


def _read(path: Path) -> Counter[str] | None:
    """Return the number of tests by outcome, None for an unusable report."""
    try:
        return Counter("failed" if test.outcome == "error" else test.outcome for test in read(path.read_bytes()))
    except UnusableReportError:
        return None


def _expected(path: Path) -> Counter[str] | None:
    if path.with_suffix(".exception").exists():
        return None
    text = path.with_suffix(".results").read_text("utf-8")
    return Counter(_OUTCOMES[word] for word in re.findall(r"\bresult='(\w+)'", text))


def _shown(counts: Counter[str] | None) -> str:
    return "unusable" if counts is None else str(dict(counts))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
