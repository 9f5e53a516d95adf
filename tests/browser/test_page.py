"""Tests of the HTML page in a real browser: layout, access, colors, print, and hostile logs."""

import re
from pathlib import Path
from typing import Any

import pytest

from plugin.render import html
from tests.browser.conftest import Open
from tests.render.regenerate import IN_EVERY_FORMAT
from tests.render.samples import COLORED, SAMPLES, failure, hostile, report
from tests.render.test_hostile import ATTACKS

PAGES = (*IN_EVERY_FORMAT, "one", "running", "thirty", "test-report")
WIDTHS = (320, 600, 1_000, 2_560)
SCRIPTS = {
    "element": "<script>window.ran=1</script>",
    "closing": "</style></title></svg></span><script>window.ran=1</script>",
    "image": '"><img src=x onerror="window.ran=1"><img src="https://evil.example/p.png">',
    "handler": '" onfocus="window.ran=1" autofocus tabindex="0" x="',
    "vector": '<svg onload="window.ran=1"><use href="https://evil.example/x.svg#a"></svg>',
    "frame": "<iframe srcdoc='<script>parent.ran=1</script>'></iframe><object data=https://evil.example/></object>",
    "style": '<style>@import "https://evil.example/x.css"; body{background:url(https://evil.example/y)}</style>',
    "refresh": '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
    "template": "{{ 7*7 }}{% for x in y %}{{ x.__class__ }}",
}


def browser_page(opened: Open, name: str, **options: Any) -> Any:
    return opened(html.render(SAMPLES[name]), **options)


def texts(page: Any, selector: str) -> list[str]:
    return [" ".join(text.split()) for text in page.locator(selector).all_inner_texts()]


def test_verdict_and_causes_are_on_the_first_screen(opened: Open) -> None:
    page = browser_page(opened, "timeline", width=1_280, height=400)
    assert texts(page, "h1") == ["Build 3 failed in 2 steps"]
    assert texts(page, ".verdict") == ["Probably this change (build, see each failure)"]
    assert [text.partition(" ·")[0] for text in texts(page, ".causes li")] == [
        "lint src/app.py:10:1: F401 'os' imported but unused",
        "build error: 3 files failed",
    ]
    assert max(box["y"] + box["height"] for box in boxes(page, ".causes li")) < 400
    assert page.locator("main h2").first.bounding_box()["y"] > boxes(page, ".causes")[0]["y"]


def boxes(page: Any, selector: str) -> list[dict[str, float]]:
    return [one.bounding_box() for one in page.locator(selector).all()]


def test_the_only_failure_comes_before_the_timeline(opened: Open) -> None:
    page = browser_page(opened, "one")
    assert page.locator("section").first.get_attribute("id") == "failure-1"


def test_timeline_shows_when_each_step_ran_what_failed_and_what_waited(opened: Open) -> None:
    page = browser_page(opened, "timeline", width=1_280, height=800)
    rows = dict(zip(texts(page, ".timeline .name"), page.locator(".timeline .row").all(), strict=True))
    words = {name: " ".join(row.locator(".words").inner_text().split()) for name, row in rows.items()}
    assert words["build"] == "failed after 1 min 1 s cause of the failure of build"
    assert words["web"] == "failed after 1 min 1 s, waited 31 s"
    assert words["deploy"] == "was skipped"
    assert words["report"] == "this report"
    assert words["mac"] == "is waiting"
    track = rows["build"].locator("svg").bounding_box()
    bar = rows["build"].locator("rect").bounding_box()
    assert (bar["x"] - track["x"]) / track["width"] == pytest.approx(9 / 92, abs=0.01)
    assert bar["width"] / track["width"] == pytest.approx(61 / 92, abs=0.01)
    waited = rows["web"].locator("line").bounding_box()
    assert waited["width"] / track["width"] == pytest.approx(31 / 92, abs=0.01)
    colors = {name: row.locator("rect").evaluate("one => getComputedStyle(one).fill") for name, row in rows.items()
              if row.locator("rect").count()}  # fmt: skip
    assert len({colors["build"], colors["mkdocs"], colors["msbuild"]}) == 3
    assert rows["deploy"].locator("rect").count() == 0


def test_links_lead_to_the_build_the_step_the_failure_and_the_source(opened: Open) -> None:
    page = browser_page(opened, "timeline")
    links = {link.get_attribute("href") for link in page.locator("a").all()}
    assert {"https://drone.example.com/octo/app/3", "https://drone.example.com/octo/app/3/1/4", "#failure-2"} <= links
    assert (
        page.get_by_role("link", name="build 2").first.get_attribute("href") == "https://drone.example.com/octo/app/2"
    )
    assert "https://gitea.example.com/octo/app/src/commit/2f6b7c1d9e/src/app.py#L10" in links
    page.get_by_role("link", name="cause of the failure of build").click()
    assert page.url.endswith("#failure-2")


def test_lines_link_to_the_server_where_its_pages_have_anchors(opened: Open) -> None:
    woodpecker = opened(html.render(report(failure("build", COLORED), server="woodpecker")))
    drone = opened(html.render(report(failure("build", COLORED), server="drone")))
    assert woodpecker.locator(".log .n a").first.get_attribute("href").endswith("/octo/app/3/1/4#L40")
    assert drone.locator(".log .n a").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_has_no_finding(name: str, scheme: str, opened: Open, packages: Path) -> None:
    page = browser_page(opened, name, color_scheme=scheme, bypass_csp=True)
    page.add_script_tag(path=packages / "axe-core" / "axe.min.js")
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in found["violations"]] == []
    assert found["passes"]


def test_axe_finds_what_is_wrong(opened: Open, packages: Path) -> None:
    page = opened("<!doctype html><title>x</title><p style='color: #ddd'>faint</p><img src=x>")
    page.add_script_tag(path=packages / "axe-core" / "axe.min.js")
    found = {rule["id"] for rule in page.evaluate("axe.run(document)")["violations"]}
    assert {"color-contrast", "image-alt", "html-has-lang"} <= found


def test_a_screen_reader_hears_what_failed_and_which_lines_are_the_cause(opened: Open) -> None:
    tree = browser_page(opened, "timeline").locator("main").aria_snapshot()
    for expected in (
        'heading "Build 3 failed in 2 steps" [level=1]',
        'list "Causes"',
        'heading "Timeline',
        'link "log of linux"',
        'group "Cause of the failure of build"',
        "new cause error: 3 files failed",
        "failed after 1 min 1 s",
    ):
        assert expected in tree


@pytest.mark.parametrize("name", PAGES)
def test_nothing_needs_horizontal_scrolling_but_long_log_lines(name: str, opened: Open) -> None:
    page = browser_page(opened, name)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        outside = page.evaluate(
            """width => [...document.querySelectorAll("body *:not(.sr, .skip, .skip *)")].filter(one =>
                 !one.closest(".log") && one.getBoundingClientRect().right > width + 1).map(one => one.outerHTML)""",
            width,
        )
        assert (width, outside) == (width, [])


def test_everything_is_reachable_by_keyboard_with_a_visible_focus(opened: Open) -> None:
    page = browser_page(opened, "timeline")
    reached = []
    for _ in range(80):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """() => { const one = document.activeElement, style = getComputedStyle(one);
                 return [one.tagName + (one.getAttribute("href") ?? one.className), style.outlineStyle] }"""
        )
        if focused[0].startswith("BODY"):
            break
        reached.append(focused)
    assert reached[0][0] == "A#failure-1"
    assert len(reached) == page.locator("a, summary, .log:visible").count()
    assert {outline for _, outline in reached} == {"solid"}


def test_the_rest_of_a_log_unfolds_by_keyboard(opened: Open) -> None:
    page = browser_page(opened, "timeline")
    rest = page.locator("details").last
    assert not rest.locator(".log").is_visible()
    rest.locator("summary").focus()
    page.keyboard.press("Enter")
    assert rest.locator(".log").is_visible()


def test_print_shows_folded_lines_and_wraps_long_ones(opened: Open) -> None:
    page = browser_page(opened, "timeline", width=700, height=900)
    line = page.locator("details .log li").last
    assert not line.is_visible()
    page.emulate_media(media="print")
    assert line.bounding_box()["height"] > 0
    assert page.evaluate("[...document.querySelectorAll('.log')].every(one => one.scrollWidth <= one.clientWidth + 1)")
    assert page.pdf()[:5] == b"%PDF-"


def test_a_dark_and_a_light_scheme_differ(opened: Open) -> None:
    shades = [
        browser_page(opened, "timeline", color_scheme=scheme).evaluate(
            "getComputedStyle(document.body).backgroundColor"
        )
        for scheme in ("light", "dark")
    ]
    assert shades == ["rgb(255, 255, 255)", "rgb(13, 17, 23)"]


def test_the_log_has_its_own_colors(opened: Open) -> None:
    page = browser_page(opened, "timeline")
    plain = page.evaluate("getComputedStyle(document.body).color")
    colors = {
        name: page.locator(f".c-{name}").first.evaluate("one => getComputedStyle(one).color")
        for name in ("red", "green", "yellow", "blue", "magenta", "cyan")
    }
    assert len({plain, *colors.values()}) == 7
    assert page.locator(".c-on-red").first.evaluate("one => getComputedStyle(one).backgroundColor") == colors["red"]


def test_lines_that_the_green_log_does_not_have_are_marked(opened: Open) -> None:
    page = browser_page(opened, "timeline")
    marked = page.locator(".log li", has=page.locator(".m [title]"))
    assert [re.sub(r"\s+", " ", text) for text in marked.all_inner_texts()] == [
        "40 + new cause error: 3 files failed",
        "3 + new cause red: text red",
    ]


@pytest.mark.parametrize("text", [*SCRIPTS.values(), *ATTACKS.values()], ids=[*SCRIPTS, *ATTACKS])
def test_hostile_text_runs_no_script_and_makes_no_request(text: str, opened: Open, requests: list[str]) -> None:
    """Even without the policy of the page."""
    page = opened(re.sub(r"<meta http-equiv[^>]*>", "", html.render(hostile(text))))
    page.keyboard.press("Tab")
    made, ran, title = page.evaluate(
        """() => [document.querySelectorAll("script, img, iframe, object, use, link, meta[http-equiv]").length,
             window.ran, document.querySelector("main > header > h1").textContent]"""
    )
    assert (made, ran, title) == (0, None, "Build 3 failed")
    assert requests == []
    assert page.url.startswith("file://")


def test_the_policy_of_the_page_blocks_what_escaping_would_miss(opened: Open, requests: list[str]) -> None:
    planted = f"{SCRIPTS['element']}{SCRIPTS['style']}<img src=https://evil.example/p.png><i style='color: red'>x</i>"
    page = opened(html.render(SAMPLES["one"]).replace("<main", f"{planted}<main"))
    assert page.evaluate("window.ran") is None
    assert requests == []
    assert page.locator("i").first.evaluate("one => getComputedStyle(one).color") != "rgb(255, 0, 0)"
