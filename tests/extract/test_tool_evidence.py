"""No pattern names a tool without evidence that the tool printed the line."""

import pytest

from plugin import analyze_log
from plugin.extract.catalogue import Catalogue, Pattern
from plugin.extract.tool_evidence import NEARBY, ToolEvidence, command_above
from tools.quality.pattern_matches import labeled_cases, matches, reviewed

PATTERN = Pattern(id="hugo", title="Hugo: {x}", match="^Error: (?P<x>.+)", place="docs.yaml", evidence=r"\bhugo\b")
GENERAL = Pattern(id="general", title="{x}", match="^Error: (?P<x>.+)", place="other.yaml")


def _best(log: str, row: int) -> str | None:
    lines = log.encode().split(b"\n")
    found = ToolEvidence(lines).best_pattern(Catalogue((PATTERN, GENERAL)), lines[row], [row], ())
    return found.id if found else None


@pytest.mark.parametrize(
    ("log", "row", "expected"),
    [
        pytest.param("Error: hugo failed", 0, "hugo", id="in the line"),
        pytest.param("starting hugo\nError: x", 1, "hugo", id="above"),
        pytest.param("Error: x\nhugo has ended", 0, "hugo", id="below"),
        pytest.param("+ hugo --minify\n" + "page\n" * 300 + "Error: x", 301, "hugo", id="the command"),
        pytest.param("+ hugo\n+ ko build\n" + "page\n" * 300 + "Error: x", 302, "general", id="an earlier command"),
        pytest.param("hugo\n" + "page\n" * NEARBY + "Error: x", NEARBY + 1, "general", id="too far above"),
        pytest.param("+ ko build\nError: x", 1, "general", id="another tool"),
    ],
)
def test_a_pattern_with_evidence_needs_it(log: str, row: int, expected: str) -> None:
    assert _best(log, row) == expected


def test_refused_patterns_stay_refused() -> None:
    assert (
        ToolEvidence([b"Error: x"]).best_pattern(Catalogue((PATTERN, GENERAL)), b"Error: x", [0], {"general"}) is None
    )


def test_the_command_above_a_line() -> None:
    lines = [b"$ make", b"a", b"+ make test", b"b"]
    assert [command_above(row, lines) for row in (1, 3)] == [b"make", b"make test"]
    assert command_above(0, [b"a"]) == b""


@pytest.mark.parametrize(
    ("log", "wrong"),
    [
        ("+ cosign sign image\nError: failed to sign: 401 Unauthorized\n", "hugo-error"),
        ("+ ko build\nError: failed to publish images: error publishing\n", "hugo-error"),
        ("+ ./deploy.sh\nERROR: deploy failed: no route to host\n", "bazel-error"),
        ("+ poetry lock\nBecause app depends on foo (^2.0), version solving failed.\n", "pub-unsolvable"),
        ("+ npx prisma migrate deploy\nMigration 20240101 failed\n", "flyway-failed"),
        ("+ ninja -C build\nFAILED: [code=1] x.obj\n", "alembic-failed"),
        ("+ ./release\nerror: update failed\n", "pulumi-error"),
        ("+ ./scan\nFile: src/app.py\n", "gitleaks-finding"),
        ("+ npm run build\nFailed to compile.\n", "next-build-failed"),
        ("+ ./suite\npayments: FAILED\n", "checksum-mismatch"),
    ],
)  # fmt: skip
def test_words_of_several_tools_do_not_name_one(log: str, wrong: str) -> None:
    assert analyze_log(log).pattern != wrong


def test_every_match_in_a_labeled_log_was_reviewed() -> None:
    """`python -m tools.quality.pattern_matches` lists the differences; `--write` accepts them after a review."""
    cases = list(labeled_cases())
    names = {case.id for case in cases}
    assert set(matches(cases)) == {row for row in reviewed() if row[1] in names}
