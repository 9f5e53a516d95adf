"""Keys over real commands that were run twice: the bars that `make quality` prints the figures for."""

from tools.quality.fingerprint import measure


def test_keys_of_real_runs_keep_the_bars() -> None:
    figures = measure.measured(measure.runs())
    assert figures.same >= 90
    assert figures.different >= 900
    assert figures.recall >= measure.RECALL, figures.missed
    assert figures.precision >= measure.PRECISION, figures.wrong


def test_no_key_of_two_failures_in_one_step_is_that_of_one_of_them() -> None:
    hidden = measure.hidden_in_runs()
    assert len(hidden) >= 200
    assert not [pair for pair, is_hidden in hidden.items() if is_hidden]


def test_labels_of_the_corpus_name_no_held_out_project() -> None:
    import yaml

    from tools.quality.fingerprint.make import FOLDER
    from tools.quality.held_out import held_out

    labels = yaml.safe_load((FOLDER / "corpus.yaml").read_text("utf-8"))
    assert labels
    assert held_out().isdisjoint(f"project {project}" for project in labels)
