"""Fixtures of tests in Chromium. They skip by name where something is missing, unless REQUIRE_BROWSER is set."""

import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import pytest

from tests.engines.external import MissingEngineError, npm_packages

HERE = Path(__file__).parent
Open = Callable[..., Any]


def unavailable(reason: str) -> NoReturn:
    """Skip the test, or fail it if the browser is required."""
    if os.environ.get("REQUIRE_BROWSER"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Yield a browser that Playwright controls."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        unavailable("playwright is not installed: make .venv/.browser")
    program = shutil.which("chromium")
    if not program:
        unavailable("chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-quic"])
        yield browser
        browser.close()


@pytest.fixture
def requests() -> list[str]:
    """Return the addresses that pages of the test requested."""
    return []


@pytest.fixture(scope="session")
def contexts(chromium: Any) -> Callable[..., Any]:
    """Return a function that returns a context for the options of Playwright's `new_context`."""
    return cache(chromium.new_context)


@pytest.fixture
def opened(contexts: Callable[..., Any], requests: list[str], tmp_path: Path) -> Iterator[Open]:
    """Yield a function that opens HTML as a file. `width` is that of the window; other options are the context's."""
    pages: list[Any] = []

    def open_page(html: str, *, width: int = 1_280, height: int = 800, **options: Any) -> Any:
        path = tmp_path / f"page-{len(pages)}.html"
        path.write_text(html, "utf-8")
        page = contexts(**options).new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.route("**/*", lambda route: _own_file_only(route, path.as_uri(), requests))
        page.goto(path.as_uri())
        return page

    yield open_page
    for page in pages:
        page.close()


def _own_file_only(route: Any, address: str, requests: list[str]) -> None:
    if route.request.url.partition("#")[0] == address:
        route.continue_()
    else:
        requests.append(route.request.url)
        route.abort()


@pytest.fixture(scope="session")
def packages() -> Path:
    """Return the folder of the packages that tests load into pages."""
    try:
        return npm_packages(HERE) / "node_modules"
    except MissingEngineError as error:
        unavailable(str(error))
