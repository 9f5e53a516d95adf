"""What programs report as refused: the thing is named, whatever program says it."""

import pytest

from plugin.extract.finding import REFUSALS
from plugin.extract.forms import load_forms
from plugin.extract.refused import read_refused

REPORTS = {
    "/bin/sh: 8: ./release.sh: Permission denied": ("permission", "./release.sh"),
    "mkdir: cannot create directory ‘/opt/shop’: Permission denied": ("permission", "/opt/shop"),
    "PermissionError: [Errno 13] Permission denied: '/var/lib/shop.db'": ("permission", "/var/lib/shop.db"),
    "bash: ./release.sh: Отказано в доступе": ("permission", "./release.sh"),
    "remote: Permission to acme/shop.git denied to ci-bot.": ("access", "acme/shop.git"),
    "fatal: Authentication failed for 'https://git.example.com/shop.git/'": (
        "access",
        "https://git.example.com/shop.git/",
    ),
    "cc: error: unrecognized command-line option ‘-fshopping’": ("option", "-fshopping"),
    "pytest: error: unrecognized arguments: --cov=shop": ("option", "--cov=shop"),
    "configure.ac:1: error: Autoconf version 2.72 or higher is required": ("tool", "Autoconf"),
    "Requested 'gtk4 >= 4.18' but version of GTK is 4.8.3": ("version", "gtk4 >= 4.18"),
    "1 out of 1 hunk FAILED -- saving rejects to file src/rates.c.rej": ("patch", "src/rates.c"),
    "cp: error writing '/data/a.img': No space left on device": ("space", "/data/a.img"),
    "c++: fatal error: Killed signal terminated program cc1plus": ("memory", "cc1plus"),
    "Error: listen EADDRINUSE: address already in use :::8799": ("port", ":::8799"),
    "verifying example.com/shop@v1.0.0: checksum mismatch": ("checksum", "example.com/shop@v1.0.0"),
    "/bin/sh: 1: ./shopctl: Exec format error": ("format", "./shopctl"),
}


@pytest.mark.parametrize("line", REPORTS, ids=[f"{thing}-{n}" for n, (thing, _) in enumerate(REPORTS.values())])
def test_refused_thing_is_named(line: str) -> None:
    finding = read_refused([line.encode()], 0)
    assert finding
    assert (finding.thing, finding.name) == REPORTS[line]
    assert finding.name in finding.title
    assert finding.id == f"refused-{finding.thing}"


def test_name_is_taken_from_a_line_near_the_message() -> None:
    finding = read_refused([b"patching file src/rates.c", b"Hunk #1 FAILED at 12."], 1)
    assert finding
    assert (finding.thing, finding.name) == ("patch", "src/rates.c")


@pytest.mark.parametrize(
    "line",
    [
        "warning: unknown option '--shop' ignored",
        "note: permission denied for /opt/shop, retrying",
        "checking for version 2 or newer... yes",
        "test_permission_denied passed",
    ],
)
def test_program_that_continues_reports_nothing_refused(line: str) -> None:
    assert read_refused([line.encode()], 0) is None


def test_all_kinds_of_refusals_are_known() -> None:
    """A macro that configure does not know is missing."""
    assert set(load_forms("refused.yaml")["things"]) - {"macro"} == REFUSALS
