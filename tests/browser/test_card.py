"""Tests of the card as Drone's pages show it: with its template, by Microsoft's own libraries, in a browser."""

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from plugin.render import card
from tests.browser.conftest import HERE, Open
from tests.browser.test_page import SCRIPTS
from tests.engines.external import Program, node_script
from tests.render.samples import SAMPLES, hostile
from tests.render.test_hostile import ATTACKS

TEMPLATE = json.loads(files("plugin.render").joinpath("templates", "card.json").read_text("utf-8"))
SHOW = """expanded => {
  const card = new AdaptiveCards.AdaptiveCard();
  window.opened = [];
  card.onExecuteAction = action => window.opened.push(action.url);
  card.parse(expanded);
  document.body.append(card.render());
}"""
"""What Drone's pages do with a card (`card.jsx` of drone-ui)."""


@pytest.fixture(scope="session")
def templates(packages: Path) -> Program:
    """Return a program that fills templates."""
    return node_script(HERE / "expand.mjs", packages.parent)


@pytest.fixture
def show(opened: Open, packages: Path, templates: Program) -> Any:
    def shown(data: Mapping[str, object]) -> Any:
        page = opened("<!doctype html><html lang=en><title>card</title><body style='width: 900px'></body>")
        page.add_script_tag(path=packages / "adaptivecards" / "dist" / "adaptivecards.min.js")
        page.expanded = templates.render("card", json.dumps({"template": TEMPLATE, "data": data}))
        page.evaluate(SHOW, json.loads(page.expanded))
        return page

    return shown


def data_of(name: str) -> dict[str, Any]:
    data = json.loads(card.render(SAMPLES[name]))["data"]
    assert isinstance(data, dict)
    return data


@pytest.mark.parametrize("name", SAMPLES)
def test_every_text_of_the_card_is_shown(name: str, show: Any) -> None:
    data = data_of(name)
    page = show(data)
    shown = " ".join(page.locator("body").inner_text().split())
    texts = [data["headline"], data["verdict"], data["left_out"], *data["notes"]]
    for failure in data["failures"]:
        texts += [failure[key] for key in ("step", "title", "outcome", "hint", "log")]
        texts += [link["text"] for link in failure["links"]]
    assert [text for text in texts if " ".join(text.split()) not in shown] == []
    assert "${" not in page.expanded


def test_verdict_cause_lines_and_links(show: Any) -> None:
    page = show(data_of("timeline"))
    lines = page.locator("body").inner_text().replace("\xa0", " ").splitlines()
    assert lines[:2] == ["Build 3 failed in 2 steps", "Probably this change (build, see each failure)"]
    assert "> 40  error: 3 files failed" in lines
    page.get_by_role("link", name="src/app.py:10").click()
    page.get_by_role("link", name="log of web").click()
    assert page.evaluate("window.opened") == [
        "https://gitea.example.com/octo/app/src/commit/2f6b7c1d9e/src/app.py#L10",
        "https://drone.example.com/octo/app/3/1/4",
    ]


def test_indented_lines_stay_indented(show: Any) -> None:
    shown = show(data_of("one")).locator("body").inner_text().replace("\xa0", " ")
    assert "> 110  E        +  where 9 = total()" in shown.splitlines()


def test_a_card_of_an_older_version_has_no_empty_parts(show: Any) -> None:
    """The template is read from the main branch, whatever version printed the card."""
    data = data_of("one")
    del data["verdict"]
    for failure in data["failures"]:
        del failure["links"]
    page = show(data)
    assert "${" not in page.expanded
    assert "Build 3 failed in 1 step" in page.locator("body").inner_text()
    assert page.get_by_role("link").count() == 0


@pytest.mark.parametrize("text", [*SCRIPTS.values(), *ATTACKS.values()], ids=[*SCRIPTS, *ATTACKS])
def test_hostile_text_is_shown_as_text(text: str, show: Any, requests: list[str]) -> None:
    page = show(json.loads(card.render(hostile(text)))["data"])
    assert page.evaluate(
        "[document.querySelectorAll('body :is(script, img, iframe, object, style)').length, window.ran]"
    ) == [0, None]
    assert requests == []
