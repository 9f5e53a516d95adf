"""Corrections of labels: each has a reason, and none is of a log that is held out."""

import pytest
import yaml

from tools.quality import label_corrections
from tools.quality.cases import SHARED, corpus, own_tools, public_cases
from tools.quality.collected import DEVELOPMENT, case_id, labels
from tools.quality.label_corrections import corrected, corrections

SWIFT = "logchunks/Swift__SwiftyJSON@SwiftyJSON__431807215"


def test_a_line_without_a_word_states_no_cause() -> None:
    core, same = corrected(SWIFT, frozenset({1620, 1621}), frozenset())
    assert core == {1620}
    assert 1682 in same


def test_labels_of_other_logs_stay_as_they_are() -> None:
    assert corrected("none", frozenset({1}), frozenset({2})) == (frozenset({1}), frozenset({2}))


def test_each_correction_has_a_reason() -> None:
    groups = yaml.safe_load(label_corrections.FILE.read_bytes())
    assert all(group["reason"] and ("not_cause" in group or "same" in group) for group in groups)


@pytest.mark.skipif(not SHARED.exists(), reason="the collections are not beside the checkout")
def test_each_correction_is_of_a_log_that_may_be_read() -> None:
    readable = {case.id for load in (corpus, public_cases, own_tools) for case in load()}
    readable |= {case_id(row) for row in labels() if row["half"] == DEVELOPMENT}
    assert {case for cases in corrections().values() for case in cases} <= readable
