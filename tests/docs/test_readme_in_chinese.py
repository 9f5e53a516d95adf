"""README.zh-CN.md says what README.md says: the same commands, settings, pictures and links, in Chinese."""

import re
from collections import Counter

import pytest

from tests.docs.examples import ROOT
from tests.project.readme_parts import chinese_texts

ENGLISH, CHINESE = (ROOT.joinpath(name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md"))
FENCED = r"(?ms)^```.*?^```$"
INDENTED = r"(?m)^ {4}\S.*$"


def links(text: str) -> Counter[str]:
    """Return how often each target is linked, without the links of each version to the other one."""
    targets = re.findall(r"\]\(([^)\s]+)\)", re.sub(FENCED, "", text))
    return Counter(target for target in targets if not target.startswith("README"))


def commands(text: str) -> list[str]:
    """Return the commands without their comments."""
    return [line.partition(" # ")[0].strip() for line in re.findall(INDENTED, re.sub(FENCED, "", text))]


def settings(text: str) -> list[str]:
    """Return what is in code in the table of settings."""
    return re.findall(r"`[^`]+`", text.partition("<!-- settings -->")[2].partition("<!-- /settings -->")[0])


def test_code_blocks_are_the_same() -> None:
    assert re.findall(FENCED, CHINESE) == re.findall(FENCED, ENGLISH)


def test_commands_are_the_same() -> None:
    assert commands(CHINESE) == commands(ENGLISH)


def test_settings_are_the_same() -> None:
    assert settings(CHINESE) == settings(ENGLISH)


def test_pictures_and_links_are_the_same() -> None:
    assert links(CHINESE) == links(ENGLISH)


def test_names_in_code_and_emphasis_are_the_same() -> None:
    def counted(text: str, pattern: str) -> Counter[str]:
        return Counter(re.findall(pattern, re.sub(FENCED, "", text)))

    assert counted(CHINESE, r"`[^`\n]+`") == counted(ENGLISH, r"`[^`\n]+`")
    assert counted(CHINESE, r"\*\*[^*]+\*\*").total() == counted(ENGLISH, r"\*\*[^*]+\*\*").total()


def test_sections_and_tables_are_as_many() -> None:
    assert [re.findall(r"(?m)^#+ ", text) for text in (CHINESE,)] == [re.findall(r"(?m)^#+ ", ENGLISH)]
    assert len(re.findall(r"(?m)^\|", CHINESE)) == len(re.findall(r"(?m)^\|", ENGLISH))


@pytest.mark.parametrize("part", ["settings", "quality"])
def test_generated_part_is_a_table(part: str) -> None:
    rows = CHINESE.partition(f"<!-- {part} -->")[2].partition(f"<!-- /{part} -->")[0].split("\n")
    assert {row[:1] for row in rows if row} == {"|"}


def test_figures_are_the_same() -> None:
    figures = r"\d\.\d\d \(\d\.\d\d\)|<!-- \w+ -->\d+<!--"
    assert re.findall(figures, CHINESE) == re.findall(figures, ENGLISH)


def test_each_version_has_a_link_to_the_other_one() -> None:
    assert "[简体中文](README.zh-CN.md)" in ENGLISH
    assert "[English](README.md)" in CHINESE


@pytest.mark.parametrize("message", [one for one in chinese_texts() if one.id], ids=lambda one: str(one.id)[:40])
def test_texts_of_the_tables_are_translated(message: object) -> None:
    assert getattr(message, "string", "")
