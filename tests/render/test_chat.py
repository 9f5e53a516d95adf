"""Messages for chat and mail: what they say, how they are escaped, how they are cut."""

import html
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.model.build import EarlierBuild, State
from plugin.model.context import CommitFacts
from plugin.model.excerpt import Excerpt
from plugin.model.notify import BuildLine, BuildOutcome, ChatFormat, ChatMessage, Markup, News
from plugin.model.report import Report
from plugin.render.chat import compose
from plugin.render.chat_markup import draw
from tests.render.samples import excerpt, failure, report

MAIN = BuildLine("branch", "main")
AMY = CommitFacts(author="Amy", message="Add a discount")
LOG = """
+ pytest -q
...
E   AssertionError: assert 90 == 85
FAILED tests/test_price.py::test_total - AssertionError: assert 90 == 85
"""
TITLE = "tests/test_price.py::test_total: AssertionError: assert 90 == 85"


def pytest_failed(**more: object) -> Excerpt:
    facts = {"title": TITLE, "category": "test", "command": "pytest -q", "pattern": "pytest-failed", **more}
    return excerpt(LOG, cause=(102, 103), **facts)  # type: ignore[arg-type]


def push(*failures: object, **more: object) -> Report:
    facts = {"pull_request": None, "event": "push", "branch": "main", "verdict": None, "notes": (), **more}
    return replace(report(*failures), **facts)  # type: ignore[arg-type]


def message(found: Report, news: News, *, lines: int = 5, line: BuildLine = MAIN, **more: object) -> ChatMessage:
    return compose(found, BuildOutcome(news, line, **more), AMY, lines=lines)  # type: ignore[arg-type]


def text(content: ChatMessage, markup: Markup = Markup.TEXT, limit: int = 3000) -> str:
    return draw(content, ChatFormat(markup, limit))[1]


def test_first_line_names_repository_branch_step_and_cause() -> None:
    found = message(push(failure("test", pytest_failed())), News.FIRST_FAILURE)
    assert found.heading == f"❌ octo/app main: test failed: {TITLE}"


def test_rest_is_command_log_lines_author_duration_and_links() -> None:
    found = message(push(failure("test", pytest_failed())), News.FIRST_FAILURE)
    shown = text(found).split("\n")
    assert shown[1:4] == [
        "    $ pytest -q",
        "    E   AssertionError: assert 90 == 85",
        "    FAILED tests/test_price.py:\u200b:test_total - AssertionError: assert 90 == 85".replace("\u200b", ""),
    ]
    assert shown[4].startswith("Failed (exit code 1) after 42 s; commit 2f6b7c1d9e by Amy: Add a discount")
    assert re.search(r"^Build: https://\S+ · Log: https://\S+$", shown[-1])


def test_at_most_five_log_lines() -> None:
    many = excerpt("\n".join(f"E   line {number}" for number in range(9)), cause=tuple(range(1, 10)), title="E")
    assert len(message(push(failure("test", many)), News.FIRST_FAILURE).lines) == 5
    assert len(message(push(failure("test", many)), News.FIRST_FAILURE, lines=2).lines) == 2


@pytest.mark.parametrize(
    ("news", "verb"),
    [
        (News.FIRST_FAILURE, "test failed: "),
        (News.OTHER_FAILURE, "test fails for another reason: "),
        (News.STILL_FAILING, "test still fails: "),
    ],
)
def test_heading_says_what_is_new(news: News, verb: str) -> None:
    assert f"main: {verb}" in message(push(failure("test", pytest_failed())), news).heading


def test_a_fix_names_duration_commit_and_the_failed_builds() -> None:
    found = push(state=State.SUCCESS, started=10_000)
    fixed = message(
        found, News.FIXED, first_failed=EarlierBuild(41, State.FAILURE, "main", started=2_500), failed_builds=3
    )
    assert fixed.heading == "✅ octo/app main: fixed after 2 h 5 min"
    assert fixed.facts == (
        "Failing since build 41 (3 failed builds); fixed by commit 2f6b7c1d9e by Amy: Add a discount",
    )


def test_a_pull_request_is_named_by_its_number() -> None:
    line = BuildLine("reference", "refs/pull/7/head")
    found = message(push(failure("test", None), pull_request=7), News.FIRST_FAILURE, line=line)
    assert found.heading.startswith("❌ octo/app #7: test failed")


def test_a_deployment_names_environment_version_and_last_good_deployment() -> None:
    good = EarlierBuild(40, State.SUCCESS, "main", event="promote", commit="0123456789abcdef", environment="prod")
    found = compose(
        push(failure("deploy", None), event="promote"),
        BuildOutcome(News.FIRST_FAILURE, BuildLine("environment", "prod"), last_good=good),
        replace(AMY, tag="v1.2.3"),
        lines=5,
    )
    assert found.heading.startswith("❌ octo/app → prod (v1.2.3; last good: 0123456789 in build 40): deploy failed")


def test_a_tag_is_named() -> None:
    found = compose(
        push(failure("test", None), event="tag"),
        BuildOutcome(News.FIRST_FAILURE, BuildLine("none")),
        CommitFacts(tag="v1.2.3"),
        lines=5,
    )
    assert found.heading.startswith("❌ octo/app v1.2.3: test failed")


@pytest.mark.parametrize(("others", "words"), [(0, "code"), (1, "1 other branch failed, too"), (4, "4 other branches")])
def test_an_outage_is_told_with_the_number_of_other_red_branches(others: int, words: str) -> None:
    found = push(failure("test", pytest_failed(category="infrastructure")))
    (outage,) = (
        fact for fact in message(found, News.FIRST_FAILURE, other_red_lines=others).facts if "infrastructure" in fact
    )
    assert words in outage


def test_further_failures_are_named() -> None:
    steps = [failure("test", pytest_failed()), *(failure(f"lint-{number}", None) for number in range(5))]
    assert "Also failed: lint-0, lint-1, lint-2 and 2 more" in message(push(*steps), News.FIRST_FAILURE).facts


def test_without_lines_there_is_no_text_of_the_log() -> None:
    found = message(push(failure("test", pytest_failed())), News.FIRST_FAILURE, lines=0)
    assert found.heading == "❌ octo/app main: test failed: a failing test"
    assert (found.command, found.lines) == ("", ())
    assert "assert" not in text(found)
    assert "Log: " in text(found)


def test_without_lines_and_category_the_exit_code_is_named() -> None:
    unknown = pytest_failed(category="unknown")
    found = message(push(failure("test", unknown)), News.FIRST_FAILURE, lines=0)
    assert found.heading == "❌ octo/app main: test failed: failed (exit code 1) after 42 s"


def test_unknown_result_says_why() -> None:
    found = message(push(state=State.UNKNOWN, reason="the server is not reached"), News.UNKNOWN)
    assert "unknown result" in found.heading


HOSTILE = (
    "@everyone @channel <!here> <@U123> <at user_id='all'></at> <users/all> [x](http://evil) *b* `c` ``` :tada: <b>"
)
CONTENT = ChatMessage(
    failed=True,
    heading=HOSTILE,
    command=HOSTILE,
    facts=(HOSTILE,),
    lines=(HOSTILE, "```"),
    links=(("Build", "https://ci.example.com/o/r/1?a=(b)&c=<d>"),),
)


@pytest.mark.parametrize("markup", Markup)
def test_untrusted_text_mentions_nobody(markup: Markup) -> None:
    shown = html.unescape(text(CONTENT, markup))
    for control in ("@everyone", "@channel", "<!here>", "<@U123>", "<at ", "<users/all>", ":tada:", "http://evil"):
        assert control not in shown


def test_mail_and_webhooks_have_the_text_as_it_is() -> None:
    assert HOSTILE in draw(CONTENT, ChatFormat(Markup.TEXT, 3000, mentions=False))[1]


@pytest.mark.parametrize("markup", [Markup.SLACK, Markup.HTML, Markup.TELEGRAM])
def test_untrusted_text_opens_no_tag(markup: Markup) -> None:
    body = text(CONTENT, markup)
    tags = set(re.findall(r"<[^>]*>", body))
    own = {"<b>", "</b>", "<pre>", "</pre>", "<br>", "</a>"}
    assert {tag for tag in tags if tag not in own and "ci.example.com" not in tag} == set()
    assert len([tag for tag in tags if "ci.example.com" in tag]) == 1


@pytest.mark.parametrize("markup", [Markup.MARKDOWN, Markup.TEAMS])
def test_untrusted_text_makes_no_markdown(markup: Markup) -> None:
    body = text(replace(CONTENT, lines=(), command=""), markup)
    assert re.findall(r"(?<!\\)\]\(", body) == ["]("], "the only link is our own"
    assert "`" not in body.replace("\\`", "")


@pytest.mark.parametrize("markup", [Markup.MARKDOWN, Markup.SLACK])
def test_log_lines_do_not_end_their_block(markup: Markup) -> None:
    body = text(CONTENT, markup)
    assert body.count("```") == 2


def test_a_mention_is_sent_as_it_is_written() -> None:
    assert text(replace(CONTENT, mention="<@U123>"), Markup.SLACK).endswith("\n<@U123>")
    assert text(replace(CONTENT, mention="<@123>"), Markup.MARKDOWN).endswith("\n<@123>")
    assert text(replace(CONTENT, mention="a <b>"), Markup.TELEGRAM).endswith("\na &lt;b&gt;")


def test_a_separate_title_is_repeated_only_if_it_was_cut() -> None:
    content = replace(CONTENT, heading="x" * 100)
    title, body = draw(content, ChatFormat(Markup.TEXT, 3000, title_limit=250))
    assert (title, "xxx" in body) == ("x" * 100, False)
    title, body = draw(content, ChatFormat(Markup.TEXT, 3000, title_limit=60))
    assert (len(title), title[-1], body.split("\n")[0]) == (60, "…", "x" * 100)


def test_without_anything_else_the_body_is_the_heading() -> None:
    bare = ChatMessage(failed=False, heading="all passed")
    assert draw(bare, ChatFormat(Markup.TEXT, 3000, title_limit=60)) == ("all passed", "all passed")


def test_log_lines_are_left_out_before_facts_and_links() -> None:
    content = ChatMessage(
        failed=True, heading="red", facts=("a fact",), lines=("x" * 50, "y" * 50), links=(("Build", "https://ci/1"),)
    )
    assert text(content, limit=200).count("x" * 50) == 1
    assert "y" * 50 not in text(content, limit=100)
    assert text(content, limit=40) == "red\na fact\nBuild: https://ci/1"
    assert text(content, limit=10) == "red"


@given(
    st.sampled_from(Markup),
    st.booleans(),
    st.integers(150, 2500),
    st.lists(st.text(max_size=300), min_size=8, max_size=8),
)
def test_no_message_is_longer_than_the_limit(markup: Markup, in_bytes: bool, limit: int, texts: list[str]) -> None:  # noqa: FBT001
    content = ChatMessage(
        failed=True, heading=texts[0][:300], command=texts[1], facts=tuple(texts[2:4]), lines=tuple(texts[4:])
    )
    _, body = draw(content, ChatFormat(markup, limit, in_bytes=in_bytes))
    assert len(body.encode("utf-8", "replace") if in_bytes else body) <= limit
