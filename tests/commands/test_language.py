"""Runs with the setting `language`: what people read is Chinese, what programs read is the same as ever."""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from plugin import cli
from tests.commands.test_notify import TEST, hook, now, titles
from tests.commands.test_notify import run as run_without_comment
from tests.commands.test_step import FLAKE8, PULL, fixed, red, run
from tests.fakes.chats import Chats
from tests.fakes.forges.gitea import GiteaFake
from tests.fakes.servers.drone08 import Drone08Fake
from tests.fakes.servers.woodpecker import WoodpeckerFake

CHINESE = re.compile(r"[一-鿿]")


@pytest.fixture
def forge() -> Iterator[GiteaFake]:
    with GiteaFake() as fake:
        yield fake


def test_file_page_log_and_comment_are_chinese_and_json_is_english(tmp_path: Path, forge: GiteaFake) -> None:
    with Drone08Fake(red()) as server:
        done = run(server, tmp_path, forge, LANGUAGE="zh", OUTPUT="failure-summary.md,report.html,report.json,x.xml")
    (comment,) = forge.texts(PULL)
    page = (tmp_path / "report.html").read_text("utf-8")
    assert done.code == 0
    assert "构建 42 失败（2 个步骤）" in done.printed
    for text in (done.summary, comment, page):
        assert "失败（退出码 1）" in text
        assert "可能的原因：" in text
        assert "请修改代码，或用" in text
    assert '<html lang="zh-CN">' in page
    for name in ("report.json", "x.xml"):
        assert not CHINESE.search((tmp_path / name).read_text("utf-8").encode().decode("unicode_escape"))


@pytest.mark.parametrize("languages", [("en", "zh", "en"), ("zh", "en", "zh")], ids=" ".join)
def test_a_comment_is_found_edited_and_resolved_in_another_language(
    languages: tuple[str, ...], tmp_path: Path, forge: GiteaFake
) -> None:
    words = {"en": ("failed in 2 steps", "passed"), "zh": ("失败（2 个步骤）", "通过")}
    for number, (language, build) in enumerate(zip(languages, (red(42), red(43), fixed(44)), strict=True), 42):
        with Drone08Fake(build) as server:
            done = run(server, tmp_path, forge, LANGUAGE=language)
        (text,) = forge.texts(PULL)
        assert f"{number}]" in text
        assert words[language][number == 44] in text.splitlines()[0]
        assert done.complaints == ""


def test_a_note_about_what_could_not_be_read_has_its_remedy_in_chinese(tmp_path: Path) -> None:
    with WoodpeckerFake(red()) as server:
        done = run(server, tmp_path, TOKEN="ci-token-of-nobody", LANGUAGE="zh", OUTPUT="failure-summary.md,report.json")
    assert "无法读取构建" in done.summary
    assert "请将 `token` 设为有权读取" in done.summary
    assert "set `token` to the token of a user who may read" in done.complaints
    note, *_ = re.findall(r"the build could not be read[^\"]*", (tmp_path / "report.json").read_text("utf-8"))
    assert re.match(r"the build could not be read: GET \S+: answered 401.*; set `token` to the token of a user", note)


def test_an_unknown_language_is_an_error_of_settings_and_the_report_is_english(tmp_path: Path) -> None:
    with Drone08Fake(red()) as server:
        done = run(server, tmp_path, LANGUAGE="klingon")
    assert done.code == 2
    assert "setting `language` is 'klingon', and must be one of en, zh" in done.complaints
    assert "failed in 2 steps" in done.summary


def test_a_message_in_chat_is_chinese(tmp_path: Path) -> None:
    with Chats() as chat, Drone08Fake(now(TEST)) as server:
        done = run_without_comment(server, tmp_path, NOTIFY_URLS=hook(chat), LANGUAGE="zh")
        assert done.complaints == ""
        assert [title.partition("：")[2].startswith("test 失败：") for title in titles(chat)] == [True]
        (sent,) = chat.sent
    assert "失败（退出码 1）" in json.dumps(sent.payload, ensure_ascii=False)


def test_commands_report_in_the_language_of_their_option(tmp_path: Path) -> None:
    for name, log in (("lint.log", FLAKE8), ("fine.log", "+ make\nall done\nbye\n")):
        tmp_path.joinpath(name).write_text(log, "utf-8")
    out = io.BytesIO()
    cli.run(["analyze", str(tmp_path), "--language", "zh"], {}, out)
    shown = out.getvalue().decode()
    assert "lint.log：src/app.py:10: F401 'os' imported but unused（第 2 行）" in shown
    assert "构建失败（1 个步骤）" in shown
    assert "fine.log：在 3 行中未发现失败" in shown
