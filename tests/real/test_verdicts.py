"""Verdicts and notifications on real CI servers: what earlier builds show, and who hears about a failure when."""

import re

from tests.real.trial import PASSES, Trial, failing

EMPTY_LIST = {"config.sh": failing("ValueError('the price list is empty')")}
NO_CURRENCY = {"config.sh": failing("KeyError('currency')")}
NO_FILE = {"config.sh": "cat config/app.yaml\n"}
BAD_RATE = {"config.sh": failing("ZeroDivisionError('rate of the euro')")}


def visible(text: str) -> str:
    """Return the comment without its hidden data and without the addresses of links."""
    return re.sub(r"\]\([^)]*\)", "]", text.partition("<!--")[0]).replace("[", "").replace("]", "")


def test_second_failure_of_a_pull_request_is_the_same_since_the_first(trial: Trial) -> None:
    """An unrelated commit does not repair it; another cause is a new failure."""
    number, first = trial.pull_request(EMPTY_LIST, "empty-list")
    assert "probably this change: passed on main" in visible(trial.comment(number))

    trial.push({"notes.txt": "unrelated\n"}, "empty-list")
    assert f"the same failure since build {first.number}" in visible(trial.comment(number))

    trial.push(NO_FILE, "empty-list")
    assert "for another reason in build" in visible(trial.comment(number))


def test_failure_of_a_commit_that_passed_before_is_flaky(trial: Trial) -> None:
    """The server builds the same commit again, and job `docs` fails this time."""
    number, passed = trial.pull_request({"notes.txt": "restarted\n"}, "restarted")
    trial.broken.touch()
    try:
        trial.ci.restarted("octo/shop", passed)
    finally:
        trial.broken.unlink()

    text = visible(trial.comment(number))
    assert "probably flaky" in text
    assert f"the same commit passed in build {passed.number}" in text


def test_failure_of_main_is_announced_once_and_known_to_pull_requests_until_it_is_fixed(trial: Trial) -> None:
    """The chat hears of the first failed build of `main` and of the one that fixed it; four jobs send one message."""
    before = len(trial.chat.sent)
    broken = trial.push(NO_CURRENCY)
    titles = messages(trial, before)
    assert len(titles) == 1, titles
    assert "main" in titles[0]
    assert "currency" in titles[0]

    still = trial.push({"notes.txt": "unrelated\n"})
    assert still.state != "success"
    number, _ = trial.pull_request({"notes.txt": "from a broken branch\n"}, "from-broken")
    text = visible(trial.comment(number))
    assert "the target branch is broken" in text
    assert f"the same failure on main in build {still.number}" in text
    assert len(messages(trial, before)) == 1, f"nobody hears of builds {broken.number} to {still.number} again"

    trial.push({"config.sh": PASSES})
    titles = messages(trial, before)
    assert len(titles) == 2, titles
    assert titles[1].startswith("✅")
    trial.push({"notes.txt": "still passes\n"})
    assert len(messages(trial, before)) == 2


def test_failure_of_two_other_pull_requests_is_widespread(trial: Trial) -> None:
    """Three pull requests fail alike while `main` passes: for the third it is probably not its change."""
    first, _ = trial.pull_request(BAD_RATE | {"one.txt": "1\n"}, "one")
    trial.pull_request(BAD_RATE | {"two.txt": "2\n"}, "two")
    third, _ = trial.pull_request(BAD_RATE | {"three.txt": "3\n"}, "three")

    assert "other pull requests" not in visible(trial.comment(first))
    assert "the same failure in 2 other pull requests" in visible(trial.comment(third))


def messages(trial: Trial, after: int) -> list[str]:
    """Return the titles of the messages of the chat since its first so many."""
    assert not trial.chat.refused
    return [message.payload["title"] for message in trial.chat.sent[after:]]
