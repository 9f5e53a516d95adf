"""Adding an entry to a file that people wrote."""

import pytest
import yaml

from plugin.known_issues.edit import CannotEditError, with_entry

ENTRY = {"match": "v1:0123456789abcdef", "text": 'it\'s #1: "odd"', "until": "2027-01-31"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# only a comment",
        "patterns:\n  a: {match: b, title: c}\n",
        "ignore: [x]",
        "known_issues:\n- match: first\n  text: x # why\n",
        "known_issues:\n    - match: first\n      text: x\n\n# patterns follow\npatterns: {}\n",
        "---\nknown_issues:\n  # the first\n  - {match: first, text: x}\n",
    ],
)
def test_the_entry_is_first_and_every_line_before_is_kept(text: str) -> None:
    changed = with_entry(text, ENTRY)
    before, after = yaml.safe_load(text) or {}, yaml.safe_load(changed)
    assert after.pop("known_issues")[0] == ENTRY
    assert after == {key: value for key, value in before.items() if key != "known_issues"}
    assert len(yaml.safe_load(changed)["known_issues"]) == len(before.get("known_issues", [])) + 1
    assert [line for line in text.splitlines() if line not in changed.splitlines()] == []


@pytest.mark.parametrize(
    "text",
    [
        "known_issues: [{match: a, text: b}]\n",
        "known_issues: []\n",
        "known_issues:\n",
        "our-lint: {match: b, title: c}\n",
        "known_issues: [\n",
        "- a\n",
    ],
)
def test_a_file_that_cannot_be_extended_is_an_error(text: str) -> None:
    with pytest.raises(CannotEditError):
        with_entry(text, ENTRY)
