"""The diff of a pull request: one request, a unified diff, bounded in size."""

import pytest

from plugin.errors import ForgeError
from plugin.forges import FORGES
from plugin.forges.diffs import LARGEST, Diff, bounded, file_diff
from plugin.forges.interface import ReadsDiffs
from tests.deliver.comment.samples import client
from tests.fakes.forges import FAKES, Change, FakeForge, Reply

READERS = [kind for kind, forge in FORGES.items() if hasattr(forge, "diff")]
CHANGES = [
    Change("src/main.c", 3, removed=("int x;",), added=("int y;", 'int z = "+++ b/other";')),
    Change("docs/new name.md", 10, added=("a line",), old_path="docs/old name.md"),
    Change("logo.png"),
]


def diff(forge: FakeForge) -> Diff:
    kind = FORGES[forge.kind]
    found = kind(client(kind.api(forge.url), kind.headers(forge.token)), forge.repo, forge.url)
    assert isinstance(found, ReadsDiffs)
    return found.diff(7)


def test_all_forges_but_gogs_return_diffs() -> None:
    assert set(FORGES) - set(READERS) == {"gogs"}


@pytest.mark.parametrize("kind", READERS)
def test_a_diff_has_every_file_and_hunk(kind: str) -> None:
    with FAKES[kind]() as forge:
        forge.changes = CHANGES
        lines = diff(forge).text.split("\n")
        assert len(forge.requests) == (2 if kind == "bitbucket" else 1)
    assert [line for line in lines if line.startswith("diff --git ")] == [
        "diff --git a/src/main.c b/src/main.c",
        "diff --git a/docs/old name.md b/docs/new name.md",
        "diff --git a/logo.png b/logo.png",
    ]
    start = lines.index("@@ -3,1 +3,2 @@")
    assert lines[start + 1 : start + 4] == ["-int x;", "+int y;", '+int z = "+++ b/other";']
    assert lines[start - 2 : start] == ["--- a/src/main.c", "+++ b/src/main.c"]
    assert "@@ -10,0 +10,1 @@" in lines


@pytest.mark.parametrize("kind", READERS)
def test_an_empty_diff_is_empty(kind: str) -> None:
    with FAKES[kind]() as forge:
        assert diff(forge) == Diff("", complete=True)


@pytest.mark.parametrize("kind", READERS)
def test_a_refusal_is_an_error_with_its_status(kind: str) -> None:
    with FAKES[kind]() as forge:
        forge.refuses_readers = Reply(404, {"message": "no"})
        with pytest.raises(ForgeError) as caught:
            diff(forge)
    assert caught.value.status == 404


@pytest.mark.parametrize("kind", READERS)
def test_a_large_diff_ends_with_a_whole_file(kind: str) -> None:
    wide = ("x" * 1000,) * 900
    with FAKES[kind]() as forge:
        forge.changes = [Change(f"f{number}.txt", added=wide) for number in range(8)]
        found = diff(forge)
    assert 0 < len(found.text) <= LARGEST
    assert not found.complete
    assert found.text.count("diff --git ") == 4
    assert found.text.endswith(f"+{wide[0]}\n")


@pytest.mark.parametrize("kind", ["github", "gitlab"])
def test_a_diff_of_more_files_than_one_request_returns_is_incomplete(kind: str) -> None:
    with FAKES[kind]() as forge:
        forge.changes = [Change(f"f{number}.txt", added=("x",)) for number in range(101)]
        found = diff(forge)
    assert found.text.count("diff --git ") == 100
    assert not found.complete


def test_a_single_file_beyond_the_limit_is_left_out() -> None:
    assert bounded(file_diff("a", "a", "@@ -1 +1 @@\n" + "+x\n" * LARGEST)) == Diff("", complete=False)


def test_a_path_with_line_breaks_forges_no_file() -> None:
    assert file_diff("a", "b\n+++ b/other\r\n", "").count("\n") == 3
