"""The collected logs: labels without logs, read from a folder, downloaded again, and split by repository."""

import hashlib
import io
import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from tools.quality import collected_figures
from tools.quality.cases import training_cases
from tools.quality.collected import (
    DEVELOPMENT,
    FOLDER,
    FRESH,
    collected,
    fetch,
    labels,
    missing,
    numbers,
    part,
    place,
)

ROW = {"repository": "octocat/hello", "commit": "0123456789abcdef", "path": "logs/ci.log"}
LOG = b"+ make\nmake: *** No rule to make target 'all'.  Stop.\n"


def repositories(half: str) -> set[str]:
    return {row["repository"] for row in labels() if row["half"] == half}


def test_there_are_more_than_a_hundred_logs_of_a_hundred_repositories() -> None:
    assert len(labels()) > 150
    assert len({row["repository"] for row in labels()}) > 100


def test_the_seed_draws_the_committed_halves() -> None:
    every = sorted(repositories(DEVELOPMENT) | repositories(FRESH))
    drawn = random.Random(20261129).sample(every, len(every) // 2)  # noqa: S311 - a draw, not a secret
    assert set(drawn) == repositories(FRESH)
    assert repositories(FRESH).isdisjoint(repositories(DEVELOPMENT))


def test_the_lines_that_state_the_cause_are_in_the_block_and_in_the_part() -> None:
    for row in labels():
        cause, block = numbers(row["cause"]), numbers(row["block"])
        assert cause, row["path"]
        assert cause <= block, row["path"]
        first, last = (int(end) for end in row.get("lines", "1-100000").split("-"))
        assert max(block) <= last - first + 1, row["path"]


def test_ranges_are_numbers() -> None:
    assert numbers("1-3 7") == {1, 2, 3, 7}


@pytest.mark.parametrize(
    ("content", "row", "expected"),
    [
        pytest.param(b"a\r\nb\n", {}, b"a\nb\n", id="a Windows file"),
        pytest.param("a\nü\n".encode("utf-16"), {}, "a\nü\n".encode(), id="UTF-16"),
        pytest.param("a\nb\n".encode("utf-16-le"), {}, b"a\nb\n", id="UTF-16 without a mark"),
        pytest.param(b"a\nb\nc\nd\n", {"lines": "2-3"}, b"b\nc\n", id="a part"),
        pytest.param(
            b"build\tRun make\t2026-01-02T03:04:05.6789Z ^[[31merror^[[0m\n",
            {"columns": "gh"},
            b"\x1b[31merror\x1b[0m\n",
            id="the columns of gh",
        ),
    ],
)
def test_the_part_that_the_labels_count(content: bytes, row: Mapping[str, str], expected: bytes) -> None:
    assert part(content, row) == expected


def test_a_missing_folder_yields_no_case_and_a_message(tmp_path: Path) -> None:
    assert not list(collected(DEVELOPMENT, tmp_path))
    assert missing(tmp_path).startswith(f"{len(labels())} of {len(labels())} collected logs are not in")


def test_a_download_is_kept_when_it_is_the_labeled_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(address: str, timeout: float) -> io.BytesIO:
        assert timeout > 0
        asked.append(address)
        return io.BytesIO(LOG)

    monkeypatch.setattr("urllib.request.urlopen", answer)
    right = ROW | {"sha256": "0" * 64}
    assert fetch(right, tmp_path).endswith("not the file that was labeled")
    assert not place(right, tmp_path).exists()
    right["sha256"] = hashlib.sha256(LOG).hexdigest()
    assert fetch(right, tmp_path) == ""
    assert place(right, tmp_path).read_bytes() == LOG
    assert asked[0] == "https://raw.githubusercontent.com/octocat/hello/0123456789abcdef/logs/ci.log"


def test_a_failed_download_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(address: str, timeout: float) -> io.BytesIO:
        raise TimeoutError(f"{address} timed out after {timeout} s")

    monkeypatch.setattr("urllib.request.urlopen", refuse)
    assert "timed out" in fetch(ROW, tmp_path)


def test_figures_need_the_logs() -> None:
    assert collected_figures.figures(()) is None


@pytest.mark.skipif(bool(missing()), reason=f"the collected logs are not in {FOLDER}")
def test_no_log_of_the_fresh_half_is_learned_from() -> None:
    assert {case.id for case in collected(FRESH)}.isdisjoint(case.id.partition("#")[0] for case in training_cases())
