"""Behavior that is the same on every forge, tested with a fake of each: its paging, limits and refusals."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from plugin.deliver.comment.post import without_folds
from plugin.errors import ForgeError
from plugin.forges import FORGES
from plugin.model.comment import CommentOptions
from tests.deliver.comment.samples import COMMIT, post_comment, section, set_commit_status
from tests.fakes.forges import FAKES, FakeForge, Pull, Reply

LIMITS = [(kind, limit) for kind, fake in FAKES.items() for limit in fake.limits]
REFUSALS = [(kind, reason) for kind, fake in FAKES.items() for reason in fake.refusals]
FINDERS = [kind for kind in FORGES if hasattr(FORGES[kind], "find_pull_request")]
STATUSES = [kind for kind in FORGES if hasattr(FORGES[kind], "set_status")]
COMMITS = [kind for kind in FORGES if hasattr(FORGES[kind], "commit")]


def test_an_unknown_forge_is_an_error_that_lists_the_known_ones() -> None:
    with pytest.raises(ForgeError, match="it must be one of github, gitea"):
        without_folds("sourceforge")


def test_every_forge_has_a_fake_with_refusals() -> None:
    assert set(FORGES) == set(FAKES)
    assert [kind for kind, fake in FAKES.items() if not fake.refusals] == []


@pytest.fixture(params=sorted(FORGES))
def forge(request: pytest.FixtureRequest) -> Iterator[FakeForge]:
    with FAKES[request.param]() as fake:
        yield fake


def test_a_red_build_creates_the_comment_and_later_builds_edit_it(forge: FakeForge) -> None:
    assert post_comment(forge, [section()]).startswith("comment created: http")
    assert post_comment(forge, [section(lines=9)], build=13).startswith("comment updated: http")
    assert post_comment(forge, [section(state="green")], build=14).startswith("comment updated: http")
    (text,) = forge.texts()
    assert "✅ [Build 14](https://ci.example.com/14) passed" in text
    assert "lint" not in text


def test_a_green_build_creates_no_comment(forge: FakeForge) -> None:
    assert post_comment(forge, [section(state="green")]) == "no comment: there is none yet and the build is not red"
    assert forge.writes() == []


def test_an_unchanged_report_writes_nothing(forge: FakeForge) -> None:
    post_comment(forge, [section()])
    before = forge.writes()
    assert post_comment(forge, [section()]).startswith("comment unchanged: http")
    assert forge.writes() == before


def test_the_comment_is_found_on_the_last_page(forge: FakeForge) -> None:
    for number in range(115):
        forge.add_comment(f"talk {number}", author="someone")
    post_comment(forge, [section()])
    for number in range(115):
        forge.add_comment(f"more talk {number}", author="someone")
    post_comment(forge, [section(state="green")], build=13)
    assert len(forge.texts()) == 231
    assert "passed" in forge.texts()[115]


def test_a_marker_in_a_comment_of_another_account_is_ignored(forge: FakeForge) -> None:
    post_comment(forge, [section()])
    forged = forge.comments()[0]
    forged.author = "someone"
    text = forged.text
    post_comment(forge, [section(lines=9)])
    assert [forged.text, len(forge.texts())] == [text, 2]


def test_of_two_comments_the_older_one_is_kept(forge: FakeForge) -> None:
    post_comment(forge, [section("1")])
    forge.add_comment(forge.texts()[0])
    post_comment(forge, [section("2")])
    (text,) = forge.texts()
    assert ["error in job 1" in text, "error in job 2" in text] == [True, True]
    assert forge.writes()[-1] == "DELETE"


def test_comment_on_never_sends_no_request(forge: FakeForge) -> None:
    assert post_comment(forge, [section()], options=CommentOptions(on="never")) == "no comment, `comment_on` is never"
    assert forge.requests == []


def test_a_text_at_the_limit_is_accepted(forge: FakeForge) -> None:
    wide = section(lines=400)
    longest = "x" * 1_500_000
    huge = section("2", current=False)
    sections = [wide, replace(huge, texts=(f"#### ❌ lint 2\n\n{longest}", *huge.texts))]
    post_comment(forge, [wide])
    post_comment(forge, sections)
    (text,) = forge.texts()
    assert "lint 2" in text
    assert longest not in text


def test_a_mebibyte_of_wide_characters_is_accepted(forge: FakeForge) -> None:
    shown = tuple(f"#### ❌ lint\n\n{'語' * count}" for count in (900_000, 190_000, 60_000, 30_000, 15_000, 5_000, 9))
    red = section()
    post_comment(forge, [replace(red, texts=shown)])
    (text,) = forge.texts()
    assert text.count("語") >= 5_000


def test_a_server_that_stays_broken_is_an_error_with_its_status(forge: FakeForge) -> None:
    forge.refuses = Reply(503)
    with pytest.raises(ForgeError, match="503"):
        post_comment(forge, [section()])
    assert len(forge.writes()) <= 8


def test_a_wrong_token_names_the_setting(forge: FakeForge) -> None:
    with pytest.raises(ForgeError, match="forge_token") as caught:
        post_comment(forge, [section()], token="wrong-token-9")
    assert "wrong-token-9" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("kind", "reason"), REFUSALS, ids=str)
def test_a_refused_write_names_the_likely_cause(kind: str, reason: str) -> None:
    reply, word = FAKES[kind].refusals[reason]
    with FAKES[kind]() as forge:
        forge.refuses = reply
        with pytest.raises(ForgeError) as caught:
            post_comment(forge, [section()])
    assert word in str(caught.value)
    assert "\n" not in str(caught.value)
    assert server_message(reply.body) in str(caught.value)


def server_message(body: object) -> str:
    """Return the first text of several words in an answer: the forge's own message."""
    if isinstance(body, str):
        return body if " " in body or "_" in body else ""
    inside = body.values() if isinstance(body, dict) else body if isinstance(body, list) else ()
    return next(filter(None, map(server_message, inside)), "")


@pytest.mark.parametrize("kind", COMMITS)
def test_a_refused_comment_on_a_commit_names_another_permission(kind: str) -> None:
    with FAKES[kind]() as forge:
        forge.refuses = Reply(403)
        with pytest.raises(ForgeError, match="to comment on a commit"):
            post_comment(forge, [section()], pull_request=None, options=CommentOptions(fallback="commit_comment"))


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(("kind", "limit"), LIMITS, ids=str)
def test_a_short_rate_limit_is_waited_for(kind: str, limit: Reply, method: str) -> None:
    with FAKES[kind]() as forge:
        forge.fail_next(method, limit)
        assert post_comment(forge, [section()]).startswith("comment created")
        assert len(forge.texts()) == 1


def test_a_refused_read_names_the_likely_cause(forge: FakeForge) -> None:
    forge.refuses_readers = Reply(403, {"message": "no"})
    if forge.kind in ("github", "bitbucket"):
        forge.refuses_readers = Reply(404, {"message": "no"})  # 403 to the question who we are is no refusal there
    with pytest.raises(ForgeError, match="token") as caught:
        post_comment(forge, [section()])
    assert caught.value.status == forge.refuses_readers.status


def test_a_web_page_instead_of_json_names_the_setting(forge: FakeForge) -> None:
    page = Reply(200, "<html>", {"Content-Type": "text/html", "Content-Length": "8"})
    for _ in range(5):
        forge.fail_next("GET", page)
    with pytest.raises(ForgeError, match="forge_url"):
        post_comment(forge, [section()])


@pytest.mark.parametrize("kind", FINDERS)
def test_a_push_finds_its_pull_request(kind: str) -> None:
    with FAKES[kind]() as forge:
        forge.pulls = [Pull(n, "other", f"{n:040x}") for n in range(100, 160)] + [Pull(31, "feature", COMMIT)]
        line = post_comment(forge, [section()], pull_request=None, options=CommentOptions(find_pull_request=True))
        assert line.startswith("comment created")
        assert len(forge.texts(31)) == 1


@pytest.mark.parametrize("kind", [kind for kind in FINDERS if kind != "bitbucket_dc"])
def test_a_push_is_found_by_branch_where_its_commit_is_not_known_yet(kind: str) -> None:
    with FAKES[kind]() as forge:
        forge.pulls = [Pull(n, "other", f"{n:040x}") for n in range(100, 110)] + [Pull(31, "feature", "0" * 40)]
        post_comment(forge, [section()], pull_request=None, options=CommentOptions(find_pull_request=True))
        assert len(forge.texts(31)) == 1


@pytest.mark.parametrize("kind", FINDERS)
def test_a_closed_pull_request_is_not_found(kind: str) -> None:
    with FAKES[kind]() as forge:
        forge.pulls = [Pull(31, "feature", COMMIT, closed=True)]
        line = post_comment(forge, [section()], pull_request=None, options=CommentOptions(find_pull_request=True))
        assert line.startswith("no comment, the build belongs to no open pull request")


@pytest.mark.parametrize("kind", [kind for kind in FINDERS if kind != "bitbucket_dc"])
def test_a_branch_of_the_same_name_in_a_fork_is_another(kind: str) -> None:
    with FAKES[kind]() as forge:
        forge.pulls = [Pull(31, "feature", "0" * 40, fork=True)]
        line = post_comment(forge, [section()], pull_request=None, options=CommentOptions(find_pull_request=True))
        assert line.startswith("no comment, the build belongs to no open pull request")
        assert forge.writes() == []


@pytest.mark.parametrize("kind", STATUSES)
@pytest.mark.parametrize("state", ["red", "green", "running"])
def test_a_push_sets_a_commit_status(kind: str, state: str) -> None:
    with FAKES[kind]() as forge:
        set_commit_status(forge, [section(state=state)], key="nightly", title="lint: " + "long " * 90)
        (status,) = forge.statuses
        assert status["commit"] == COMMIT
        assert "failure-alert/nightly" in status.values()
        assert all(len(str(value)) <= 255 for value in status.values())


@pytest.mark.parametrize("kind", COMMITS)
def test_a_push_leaves_one_comment_on_its_commit(kind: str) -> None:
    with FAKES[kind]() as forge:
        options = CommentOptions(fallback="commit_comment")
        post_comment(forge, [section()], pull_request=None, options=options)
        post_comment(forge, [section(state="green")], build=13, pull_request=None, options=options)
        (text,) = forge.texts(COMMIT)
        assert "passed" in text


@pytest.mark.parametrize("kind", sorted(set(FORGES) - set(STATUSES)))
def test_a_forge_without_status_says_so(kind: str) -> None:
    with FAKES[kind]() as forge, pytest.raises(ForgeError, match="set `status` to never"):
        set_commit_status(forge, [section()])


@pytest.mark.parametrize("kind", sorted(set(STATUSES) & set(FINDERS)))
def test_a_status_without_a_pull_request_is_not_set_where_one_is_found(kind: str) -> None:
    with FAKES[kind]() as forge:
        forge.pulls = [Pull(31, "feature", COMMIT)]
        line = set_commit_status(forge, [section()], unless_found=True)
        assert line == "no commit status, the build belongs to pull request 31"
        forge.pulls = []
        set_commit_status(forge, [section()], unless_found=True)
        assert len(forge.statuses) == 1


@pytest.mark.parametrize("kind", sorted(set(FORGES) - set(COMMITS)))
def test_a_forge_without_commit_comments_says_so(kind: str) -> None:
    with FAKES[kind]() as forge, pytest.raises(ForgeError, match="`fallback`"):
        post_comment(forge, [section()], pull_request=None, options=CommentOptions(fallback="commit_comment"))


@pytest.mark.parametrize("kind", sorted(set(FORGES) - set(FINDERS)))
def test_a_forge_that_cannot_find_pull_requests_says_so(kind: str) -> None:
    with FAKES[kind]() as forge, pytest.raises(ForgeError, match="find_pull_request"):
        post_comment(forge, [section()], pull_request=None, options=CommentOptions(find_pull_request=True))


@pytest.mark.parametrize("kind", FORGES)
def test_a_forge_below_a_sub_path_works(kind: str) -> None:
    forge = FAKES[kind]()
    forge.below = "/git/here"
    with forge:
        post_comment(forge, [section()])
        assert post_comment(forge, [section(state="green")], build=13).startswith("comment updated: http")
        assert ["passed" in text for text in forge.texts()] == [True]
        assert {request.path.startswith("/git/here/") for request in forge.requests} == {True}


def test_plain_forges_get_no_html(forge: FakeForge) -> None:
    post_comment(forge, [section()])
    (text,) = forge.texts()
    assert ("<!--" in text) == (forge.kind not in ("bitbucket", "bitbucket_dc", "harness"))
    assert without_folds(forge.kind) == (forge.kind in ("bitbucket", "bitbucket_dc", "harness", "gogs"))


@pytest.mark.parametrize("kind", FINDERS)
@pytest.mark.parametrize(
    ("pulls", "branch", "wanted"),
    [
        pytest.param([Pull(1, "fix/abc", COMMIT), Pull(2, "feature", COMMIT)], "feature", 2, id="two branches"),
        pytest.param(
            [Pull(1, "feature", COMMIT, fork=True), Pull(2, "feature", COMMIT)], "feature", 2, id="fork first"
        ),
        pytest.param(
            [Pull(1, "feature", "0" * 40, closed=True), Pull(2, "feature", COMMIT)], "feature", 2, id="reused"
        ),
        pytest.param([Pull(5, "release", COMMIT)], "feature", None, id="another branch at the commit"),
        pytest.param([Pull(5, "feature", COMMIT, fork=True)], "feature", None, id="fork only"),
    ],
)
def test_a_push_finds_the_pull_request_of_its_branch(
    kind: str, pulls: list[Pull], branch: str, wanted: int | None
) -> None:
    with FAKES[kind]() as forge:
        forge.pulls = pulls
        post_comment(
            forge, [section()], pull_request=None, options=CommentOptions(find_pull_request=True), branch=branch
        )
        assert [int(number) for number in forge.threads] == ([] if wanted is None else [wanted])


@pytest.mark.parametrize("kind", ["github", "gitea", "gitlab", "bitbucket_dc"])
def test_a_push_without_a_branch_finds_the_pull_request_of_its_commit(kind: str) -> None:
    with FAKES[kind]() as forge:
        forge.pulls = [Pull(1, "fix", "0" * 40), Pull(2, "feature", COMMIT)]
        post_comment(forge, [section()], pull_request=None, options=CommentOptions(find_pull_request=True), branch="")
        assert list(forge.threads) == ["2"]
