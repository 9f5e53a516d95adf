"""The language of fixed texts: activation, plurals, placeholders, and messages that are translated later."""

import copy
import pickle
import re
import subprocess
import sys
from threading import Thread

import pytest

from plugin.extract.pattern_files import built_in
from plugin.model.message import Message, mapped
from plugin.text import language
from plugin.text.language import LANGUAGES, _, ngettext, translated, using


class Marked:
    """A catalogue that marks what it translates."""

    def gettext(self, message: str, /) -> str:
        return f"«{message}»"

    def ngettext(self, singular: str, plural: str, n: int, /) -> str:
        return f"«{singular if n == 1 else plural}»"


def test_a_text_is_in_english_by_default() -> None:
    assert _("{ended} after {duration}", ended="failed", duration="3 s") == "failed after 3 s"
    assert ngettext("{number} line", "{number} lines", 1) == "1 line"
    assert ngettext("{number:,} line", "{number:,} lines", 1204) == "1,204 lines"


def test_an_activated_language_is_that_of_all_threads() -> None:
    texts: list[str] = []
    language.activate("zh")
    thread = Thread(target=lambda: texts.append(_("passed")))
    thread.start()
    thread.join()
    assert [*texts, _("passed"), language.tag()] == ["通过", "通过", "zh-CN"]


def test_chinese_has_one_form_for_all_numbers() -> None:
    with using("zh"):
        lines = [ngettext("{number:,} line of the log", "{number:,} lines of the log", n) for n in (1, 2, 1204)]
    assert lines == ["日志中的 1 行", "日志中的 2 行", "日志中的 1,204 行"]


def test_a_block_can_have_another_language() -> None:
    language.activate("zh")
    with using("en"):
        assert _("passed") == "passed"
    assert _("passed") == "通过"


def test_a_field_with_braces_stays_as_it_is() -> None:
    assert _("{place}: {title}", place="{title}", title="{0.__class__}") == "{title}: {0.__class__}"


def test_a_text_without_a_translation_stays_english() -> None:
    with using("zh"):
        assert _("no such text") == "no such text"


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_language_can_be_activated(name: language.Language) -> None:
    with using(name):
        assert language.tag().startswith(name)


def test_a_message_is_english_until_it_is_shown() -> None:
    reason = Message("{test} failed", test="test_a")
    message = Message("cause unknown: {reason}", reason=reason)
    assert message == "cause unknown: test_a failed"
    with using("en", Marked()):
        assert translated(message) == "«cause unknown: «test_a failed»»"
        assert translated("plain text") == "plain text"


def test_a_message_in_an_exception_stays_a_message() -> None:
    error = ValueError(Message("{test} failed", test="test_a"))
    message = Message("cause unknown: {reason}", reason=error)
    with using("en", Marked()):
        assert translated(str(error)) == "«test_a failed»"
        assert translated(message) == "«cause unknown: «test_a failed»»"


def test_a_counted_message_has_its_plural() -> None:
    one, two = (Message.counted("{number} line of {name}", "{number} lines of {name}", n, name="a") for n in (1, 2))
    assert (one, two) == ("1 line of a", "2 lines of a")
    with using("en", Marked()):
        assert translated(two) == "«2 lines of a»"


def test_redaction_changes_only_the_fields_of_a_message() -> None:
    message = Message("the token {token} failed: {reason}", token="failed", reason=Message("{a} passed", a="failed"))
    hidden = mapped(message, lambda text: text.replace("failed", "***"))
    assert hidden == "the token *** failed: *** passed"
    assert isinstance(hidden, Message)
    assert mapped("it failed", lambda text: text.replace("failed", "***")) == "it ***"


def test_a_message_can_be_copied() -> None:
    message = Message.counted("{number} line", "{number} lines", 3)
    for same in (copy.copy(message), copy.deepcopy(message), pickle.loads(pickle.dumps(message))):  # noqa: S301
        assert same == message
        assert isinstance(same, Message)
        assert same.fields == message.fields


def test_english_imports_no_catalogue() -> None:
    code = (
        "import sys; from plugin.text import language; language.activate('en'); "
        "language._('{number} lines', number=3); print({'gettext', 'pathlib', 'importlib.resources'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_a_hint_quotes_what_the_log_says_in_code_in_every_language() -> None:
    pattern = next(one for one in built_in().patterns if one.id == "prettier-unformatted")
    hint = pattern.advice(b"[warn] src/$(id).js")
    with using("zh"):
        shown = translated(hint)
    assert hint.count("`") == shown.count("`")
    assert re.findall("`[^`]*`", hint) == re.findall("`[^`]*`", shown)
    assert "并提交结果" in shown
