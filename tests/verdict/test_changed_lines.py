"""Whether a pull request changes what a cause names."""

import pytest

from plugin.model.verdict import Relation
from plugin.verdict.changed_lines import Place, relation

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
    assert relation([Place(path, line)], DIFF, complete=True, merged=False) == expected


def test_the_closest_of_several_places_decides() -> None:
    places = [Place("src/other.c", 1), Place("new.txt", 40), Place("src/main.c", 11)]
    assert relation(places, DIFF, complete=True, merged=False) == Relation.CHANGED_LINE


def test_lines_of_a_merge_result_are_not_compared() -> None:
    assert relation([Place("src/main.c", 11)], DIFF, complete=True, merged=True) == Relation.CHANGED_FILE


def test_an_incomplete_diff_shows_no_absence() -> None:
    assert relation([Place("src/other.c", 11)], DIFF, complete=False, merged=False) is None


@pytest.mark.parametrize("diff", ["", "no diff", DIFF.replace("+d\n", "")])
def test_an_unreadable_diff_decides_nothing(diff: str) -> None:
    assert relation([Place("src/main.c", 11)], diff, complete=True, merged=False) is None


def test_without_a_place_nothing_is_decided() -> None:
    assert relation([], DIFF, complete=True, merged=False) is None
