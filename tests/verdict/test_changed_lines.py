"""Whether a pull request changes what a cause names."""

import pytest

from plugin.model.verdict import ChangedLines, Relation
from plugin.verdict.changed_lines import Changes, Place, changes_of_diff, changes_of_files, relation

DIFF = """diff --git a/src/main.c b/src/main.c
--- a/src/main.c
+++ b/src/main.c
@@ -10,3 +10,4 @@ int main(void)
 a
-b
+c
+d
 e
diff --git a/old.txt b/new.txt
--- a/old.txt
+++ b/new.txt
@@ -5 +4,0 @@
-gone
"""


def changes(diff: str = DIFF, *, complete: bool = True, merged: bool = False) -> Changes:
    return changes_of_diff(diff, complete=complete, merged=merged)


@pytest.mark.parametrize(
    ("path", "line", "expected"),
    [
        ("src/main.c", 11, Relation.CHANGED_LINE),
        ("src/main.c", 12, Relation.CHANGED_LINE),
        ("./src/main.c", 12, Relation.CHANGED_LINE),
        ("/drone/src/src/main.c", 12, Relation.CHANGED_LINE),
        ("src\\main.c", 12, Relation.CHANGED_LINE),
        ("src/main.c", 13, Relation.CHANGED_FILE),
        ("src/main.c", 0, Relation.CHANGED_FILE),
        ("new.txt", 4, Relation.CHANGED_LINE),
        ("new.txt", 40, Relation.CHANGED_FILE),
        ("src/other.c", 11, Relation.OTHER_FILES),
        ("xsrc/main.c", 11, Relation.OTHER_FILES),
        ("main.c", 11, None),
    ],
)
def test_relation_of_one_place(path: str, line: int, expected: Relation | None) -> None:
    found = relation([Place(path, line)], changes())
    assert (found.relation if found else None) == expected


def test_the_closest_of_several_places_decides() -> None:
    places = [Place("src/other.c", 1), Place("new.txt", 40), Place("src/main.c", 11)]
    assert relation(places, changes()) == ChangedLines(Relation.CHANGED_LINE, "src/main.c", 11)


def test_lines_of_a_merge_result_are_not_compared() -> None:
    found = relation([Place("src/main.c", 11)], changes(merged=True))
    assert found == ChangedLines(Relation.CHANGED_FILE, "src/main.c", 11)


def test_both_names_of_a_renamed_file_are_changed() -> None:
    assert relation([Place("old.txt", 9)], changes()) == ChangedLines(Relation.CHANGED_FILE, "old.txt", 9)


def test_an_incomplete_diff_shows_no_absence() -> None:
    assert relation([Place("src/other.c", 11)], changes(complete=False)) is None


@pytest.mark.parametrize("diff", ["", "no diff", DIFF.replace("+d\n", "")])
def test_an_unreadable_diff_decides_nothing(diff: str) -> None:
    assert relation([Place("src/main.c", 11)], changes(diff)) is None


def test_without_a_place_nothing_is_decided() -> None:
    assert relation([], changes()) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FAIL src/main.c", ChangedLines(Relation.CHANGED_FILE, "src/main.c")),
        ("FAIL /drone/src/src/main.c.", ChangedLines(Relation.CHANGED_FILE, "src/main.c")),
        ("FAIL main.c", None),
        ("FAIL test_main.c", ChangedLines(Relation.OTHER_FILES)),
        ("FAIL lib/main.c", ChangedLines(Relation.OTHER_FILES)),
    ],
)
def test_a_changed_file_that_is_named_without_a_line_counts(text: str, expected: ChangedLines | None) -> None:
    assert relation([Place("src/other.c", 1)], changes(), [text]) == expected


def test_names_of_files_decide_between_files_only() -> None:
    files = changes_of_files(["src/main.c", "README.md"])
    assert relation([Place("src/main.c", 11)], files) == ChangedLines(Relation.CHANGED_FILE, "src/main.c", 11)
    assert relation([Place("src/other.c", 11)], files) == ChangedLines(Relation.OTHER_FILES)
