"""`ignore` hides lines, but a file that a pull request can change never makes a failure look empty."""

import pytest

from plugin.extract.analyze import analyze
from plugin.extract.user_patterns import with_user_patterns
from plugin.model.excerpt import Excerpt, HiddenLines

LOG = b"compiling\nsrc/app.py:10: error: undefined name foo\nmake: *** [all] Error 2\n"
IN_FILE = "`ignore` in .failure-alert.yml"
EVERYTHING = {
    "plus": [".+"],
    "dot": ["."],
    "no space": [r"\S"],
    "printable": ["[ -~]"],
    "flag": ["(?s)."],
    "two expressions": ["[a-zA-Z]", "[^a-zA-Z]"],
    "two halves": ["^[a-m]", "^[n-z]"],
    "each line": ["^compiling$", "^src/app", "^make"],
}
ONLY_THE_CAUSE = {"its words": ["undefined name"], "all but one line": ["^[^c]"], "a group": ["^(src|make)"]}


def excerpt(log: bytes, *ignore: str, setting: tuple[str, ...] = (), of_pull_request: bool = True) -> Excerpt:
    text = "ignore:\n" + "".join(f"- '{expression}'\n" for expression in ignore) if ignore else ""
    catalogue, _ = with_user_patterns(text, "", setting, of_pull_request=of_pull_request)
    return analyze(log, catalogue=catalogue)


@pytest.mark.parametrize("of_pull_request", [True, False], ids=["pull request", "other build"])
@pytest.mark.parametrize("ignore", EVERYTHING.values(), ids=EVERYTHING)
def test_a_file_that_matches_every_line_hides_none(ignore: list[str], *, of_pull_request: bool) -> None:
    found = excerpt(LOG, *ignore, of_pull_request=of_pull_request)
    without = analyze(LOG)
    assert (found.ranked, found.title, found.pattern) == (without.ranked, without.title, without.pattern)
    assert found.hidden == (HiddenLines(IN_FILE, 0, 3),)
    assert f"{IN_FILE} matches the lines that explain the failure, so it hides nothing in this log" in found.notes


@pytest.mark.parametrize("ignore", ONLY_THE_CAUSE.values(), ids=ONLY_THE_CAUSE)
def test_a_file_does_not_hide_the_cause(ignore: list[str]) -> None:
    found = excerpt(LOG, *ignore)
    assert found.ranked[0] == 2
    assert found.title == analyze(LOG).title
    assert any("shown anyway" in note or "hides nothing" in note for note in found.notes)


def test_a_file_does_not_hide_the_block_of_the_cause() -> None:
    log = (
        b"collected 1 item\n"
        b"=== FAILURES ===\n"
        b"___ test_total ___\n\n    def test_total():\n>       assert total() == 810\n"
        b"E       assert 8100 == 810\n\ntests/test_cart.py:7: AssertionError\n"
        b"telemetry: sent\n"
    )
    without = analyze(log)
    found = excerpt(log, "^E ", "assert", "^telemetry")
    assert {6, 7} <= set(found.ranked)
    assert 10 not in found.ranked
    assert found.title == without.title
    assert found.hidden[0].lines == 1


def test_a_pattern_of_the_file_does_not_help_it_to_hide_the_cause() -> None:
    """The file's own pattern makes a harmless line the best one; its `ignore` hides all others."""
    log = b"all is well\n" + b"src/app.py:10: error: undefined name foo  [name-defined]\nmake: *** [all] Error 2\n"
    text = "patterns: {ok: {title: Passed, match: '^all is well'}}\nignore: ['^[^a]']\n"
    catalogue, _ = with_user_patterns(text, "", (), of_pull_request=True)
    assert 2 in analyze(log, catalogue=catalogue).ranked


def test_hidden_lines_are_counted_by_origin() -> None:
    log = b"+ make\ntelemetry: a\ntelemetry: b\n\nDEBUG x\nmain.c:3:5: error: expected ';'\nmake: *** Error 1\n"
    catalogue, _ = with_user_patterns("ignore: ['^telemetry']", "{ignore: ['^make']}", ("^DEBUG", "^telemetry: b"))
    found = analyze(log, catalogue=catalogue)
    assert sorted(found.hidden, key=lambda one: one.origin) == [
        HiddenLines("`ignore` in .failure-alert.yml", 1),
        HiddenLines("`ignore` in setting `patterns`", 1),
        HiddenLines("setting `ignore`", 2),
    ]
    assert "1 line hidden by `ignore` in .failure-alert.yml" in found.notes
    assert "2 lines hidden by setting `ignore`" in found.notes


def test_of_a_long_log_the_count_is_a_minimum() -> None:
    log = b"telemetry: sent\n" * 10_000 + b"error: no rule\n"
    (note,) = (note for note in excerpt(log, "^telemetry").notes if "hidden" in note)
    assert note.startswith("at least ")


def test_a_setting_hides_what_it_matches_but_the_log_does_not_look_empty() -> None:
    found = excerpt(LOG, setting=("^src", "."))
    assert found.lines == ()
    assert found.title == "Every line of the log is hidden by setting `ignore`"
    assert excerpt(LOG, setting=("^src",)).ranked[0] != 2


def test_a_file_does_not_hide_the_rest_of_what_a_setting_leaves() -> None:
    found = excerpt(LOG, "^(compiling|make)", setting=("^src",))
    assert sorted(found.ranked) == [1, 3]


def test_a_log_of_blank_lines_is_empty() -> None:
    found = excerpt(b"\n\n  \n", ".+")
    assert (found.title, found.hidden) == ("The log is empty", ())
