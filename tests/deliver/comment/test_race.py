"""Copies of the plugin that start together: eight real processes, one forge, fifty pull requests."""

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.context import ForkProcess
from multiprocessing.synchronize import Barrier

import pytest

from plugin.deliver.comment.hidden_data import parse
from plugin.deliver.comment.post import post
from plugin.errors import ForgeError
from plugin.http.client import ApiClient
from plugin.http.deadline import Deadline
from plugin.http.tls import Tls
from plugin.model.comment import CommentFacts, CommentOptions, CommentTarget
from tests.deliver.comment.samples import COMMIT, section
from tests.fakes.forges import FAKES

COPIES = 8
AT_A_TIME = 10
"""Pull requests at a time. The copies mostly wait for each other."""
_FORK = multiprocessing.get_context("fork")


def _post(url: str, kind: str, copy: int, pull_request: int) -> None:
    """Post the comment as a copy that knows how its own job ended and saw the others when they had hardly begun."""
    sections = [
        section(str(job)) if job == copy else section(str(job), "running", finished_steps=1, current=False)
        for job in range(COPIES)
    ]
    fake = FAKES[kind]
    post(
        sections,
        CommentFacts(12, COMMIT, "feature", "https://ci.example.com/12"),
        CommentTarget(kind, url, fake.repo, pull_request),
        fake.token,
        lambda base, headers: ApiClient(base, deadline=Deadline(120), headers=headers, tls=Tls(), error=ForgeError),
        CommentOptions(),
    )


def _copy(urls: "multiprocessing.SimpleQueue[str]", kind: str, copy: int, starts: Sequence[Barrier]) -> None:
    url = urls.get()

    def run(number: int) -> None:
        starts[number].wait(60)
        _post(url, kind, copy, number)

    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for done in [pool.submit(run, number) for number in range(len(starts))]:
            done.result()


@contextmanager
def _copies(kind: str, rounds: int, urls: "multiprocessing.SimpleQueue[str]") -> Iterator[list[ForkProcess]]:
    """Yield processes that wait for the address; they are forked before the forge has threads."""
    starts = [_FORK.Barrier(COPIES) for _ in range(rounds)]
    copies = [_FORK.Process(target=_copy, args=(urls, kind, copy, starts), daemon=True) for copy in range(COPIES)]
    for copy in copies:
        copy.start()
    try:
        yield copies
    finally:
        for copy in copies:
            copy.kill()
            copy.join()


@pytest.mark.parametrize(("kind", "rounds"), [("gitea", 50), ("bitbucket_dc", 10)])
def test_copies_that_start_together_leave_one_comment_with_all_sections(kind: str, rounds: int) -> None:
    urls = _FORK.SimpleQueue()
    with _copies(kind, rounds, urls) as copies, FAKES[kind]() as forge:
        for _ in copies:
            urls.put(forge.url)
        for copy in copies:
            copy.join(120)
        assert [copy.exitcode for copy in copies] == [0] * COPIES
        for number in range(rounds):
            (text,) = forge.texts(number)
            said = parse(text)
            assert said
            assert {one.key: one.state for one in said.sections} == {str(job): "red" for job in range(COPIES)}
