"""The HTML page of a build on each server: timeline, colors of the log, marks of what the green log does not have."""

import html
import re
from pathlib import Path

import pytest

from tests.commands.test_step import run
from tests.fakes.servers import FAKES
from tests.fakes.servers.truth import TrueStep, build, green

COLORED = "+ make\ncc -o shop main.c\n\x1b[1;31merror:\x1b[0m 'total' undeclared\n"
TOKEN = "ghp_" + "b7Xk2mQ9" * 4 + "Lw4T"


@pytest.mark.parametrize("generation", FAKES)
def test_the_page_has_timeline_colors_and_marks(generation: str, tmp_path: Path) -> None:
    now = build(TrueStep("lint"), TrueStep("make", code=1, log=COLORED), number=42)
    before = green(41, TrueStep("lint"), TrueStep("make", log="+ make\ncc -o shop main.c\nbuilt\n"))
    with FAKES[generation](now, before) as server:
        run(server, tmp_path, OUTPUT="report.html", BASELINE="on")
    page = (tmp_path / "report.html").read_text("utf-8")
    names = [re.sub("<[^>]*>", "", name) for name in re.findall(r'<span class="name">(.*?)</span>', page)]
    assert names[names.index("lint") :] == ["lint", "make", "summary"]
    assert page.count('<rect class="ran passed"') >= 2
    assert '<rect class="ran failed"' in page
    assert "this report" in page
    assert '<span class="c-bold c-red">error:</span>' in page
    new = re.findall(r'<span class="sr">new </span>.*?</span><span>(.*?)</span></li>', page)
    assert [html.unescape(re.sub("<[^>]*>", "", line)) for line in new] == ["error: 'total' undeclared"]


def test_no_secret_reaches_the_page_by_its_colors(tmp_path: Path) -> None:
    log = f"+ login\n\x1b[31mtoken={TOKEN}\x1b[0m was \x1b[33mrejected: {TOKEN}\x1b[0m\nerror: no access\n"
    with FAKES["drone-2"](build(TrueStep("login", code=1, log=log))) as server:
        run(server, tmp_path, OUTPUT="report.html")
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "rejected" in page
    assert TOKEN not in re.sub("<[^>]*>", "", page)
    assert not any(TOKEN[at : at + 8] in page for at in range(4, len(TOKEN) - 8))
