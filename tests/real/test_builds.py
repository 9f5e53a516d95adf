"""Builds on real CI servers with a real Gitea: pipelines run the plugin, and its comment is read back from Gitea."""

import re

from tests.real.trial import PASSES, REPO, Trial, dead_links

FAILING_SCRIPTS = {
    "tests.sh": "python3 -m unittest -q test_price\n",
    "config.sh": "echo reading the configuration\ncat config/app.yaml\n",
    "memory.sh": "echo allocating\nkill -9 $$\n",
    "test_price.py": (
        "import unittest\n\n\nclass PriceTest(unittest.TestCase):\n"
        "    def test_total(self) -> None:\n        self.assertEqual(3, 4)\n"
    ),
}
ONE_FAILING_SCRIPT = {"config.sh": FAILING_SCRIPTS["config.sh"]}
FIX = dict.fromkeys(("tests.sh", "config.sh", "memory.sh"), PASSES)
FAILED = ("tests", "config", "memory")


def test_comment_is_created_edited_and_resolved(trial: Trial) -> None:
    """Three of four jobs fail at once; a fix of all turns their one comment green."""
    number, build = trial.pull_request(FAILING_SCRIPTS, "change")
    exit_codes = {job: code for job, step, code in build.steps if job == step}
    assert exit_codes.keys() == {"tests", "config", "memory", "docs"}, build
    assert [job for job, code in exit_codes.items() if code == 0] == ["docs"], build
    failed = trial.comments(number)

    trial.push(FIX, "change")
    resolved = trial.comments(number)

    assert len(failed) == len(resolved) == 1, trial.printed()
    text = failed[0]
    for expected in ("tests", "config", "memory", "test_total", "No such file or directory", f"{build.number}"):
        assert expected in text, text
    assert not re.search(r"^#+ .*docs", text, re.MULTILINE)
    assert re.search(r"signal|killed|memory", text), text
    assert "✅" in resolved[0].partition("\n")[0], resolved[0]
    assert dead_links(text) == []


def test_pull_request_from_a_fork_gets_its_comment(trial: Trial) -> None:
    """A guest without any right opens a pull request; its build has the secrets because the owner approved it."""
    trial.gitea.api("POST", f"repos/{REPO}/forks", trial.guest.token, {})
    commit = trial.gitea.commit(trial.guest, "guest/shop", "main", ONE_FAILING_SCRIPT, new_branch="guest-change")
    number = trial.gitea.open_pull_request(trial.guest, REPO, "guest:guest-change")
    trial.ci.approve(REPO, commit)

    trial.ci.finished(REPO, commit, "pull_request")

    assert "config/app.yaml" in trial.comment(number), trial.printed()


def test_passed_build_without_a_comment_writes_none(trial: Trial) -> None:
    """A pull request that never failed stays without a comment."""
    number, _ = trial.pull_request({"notes.txt": "nothing\n"}, "notes")

    assert trial.comments(number) == []


def test_the_time_of_every_copy_is_measured(trial: Trial) -> None:
    """Each situation three times; the summary of the tests has the seconds."""
    trial.measured("earlier builds")
    trial.seconds.clear()
    for at in range(3):
        trial.pull_request({"notes.txt": f"{at}\n"}, f"passes-{at}")
        trial.measured("a passed build")
        trial.pull_request(ONE_FAILING_SCRIPT, f"fails-{at}")
        trial.measured("one failed job", ("config",))
        trial.pull_request(FAILING_SCRIPTS, f"fails-thrice-{at}")
        trial.measured("three failed jobs", FAILED)

    assert {situation: len(found) for situation, found in trial.seconds.items()} == {
        "a passed build": 12,
        "one failed job": 3,
        "three failed jobs": 9,
    }
