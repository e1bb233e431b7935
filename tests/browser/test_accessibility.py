"""axe on a page of every kind, in every mode, wide and narrow: no violations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import SiteServer
from tests.faults.conditions import FULL

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN = "async () => JSON.stringify((await axe.run(document, {resultTypes: ['violations']})).violations)"
MODES = ("normal", "large", "contrast")
WIDTHS = (360, 1280)


def violations(page: Page) -> list[str]:
    """What axe finds, with the first element of each."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found: list[dict[str, Any]] = json.loads(page.evaluate(RUN))
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]} {each['nodes'][0]['any'][:1]}" for each in found]


def context_for(browser: Browser, width: int, mode: str) -> BrowserContext:
    """A reader's browser that remembers the mode from an earlier visit."""
    context = browser.new_context(viewport={"width": width, "height": 800}, reduced_motion="reduce")
    if mode != "normal":
        context.add_init_script(f"localStorage.setItem('mingbai-{mode}', '1')")
    return context


@pytest.mark.parametrize("mode", MODES)
def test_axe_finds_nothing_on_any_kind_of_page(browser: Browser, site_server: SiteServer, mode: str) -> None:
    context = context_for(browser, WIDTHS[0], mode)
    page = context.new_page()
    found = {}
    for kind, path in site_server.made.kinds.items():
        page.goto(site_server.url + path)
        classes = page.evaluate("document.documentElement.className").split()
        assert classes == ([] if mode == "normal" else [mode])
        for width in WIDTHS if FULL or mode == "normal" else WIDTHS[:1]:
            page.set_viewport_size({"width": width, "height": 800})
            if wrong := violations(page):
                found[kind, path, width] = wrong
    context.close()
    assert found == {}


def test_axe_finds_nothing_without_script(browser: Browser, site_server: SiteServer) -> None:
    """axe itself is script: it looks at the page as it came, with what scripts would have added left out."""
    context = browser.new_context(viewport={"width": 360, "height": 800})
    context.route("**/*.js*", lambda route: route.abort())
    page = context.new_page()
    found = {}
    for kind, path in site_server.made.kinds.items():
        page.goto(site_server.url + path)
        if wrong := violations(page):
            found[kind, path] = wrong
    context.close()
    assert found == {}


@pytest.mark.parametrize("mode", ["normal", "large"])
def test_no_page_is_wider_than_the_screen(browser: Browser, site_server: SiteServer, mode: str) -> None:
    context = context_for(browser, 320, mode)
    page = context.new_page()
    wide = {}
    for path in site_server.made.kinds.values():
        page.goto(site_server.url + path)
        for width in (320, 360, 768, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            if (needed := page.evaluate("document.documentElement.scrollWidth")) > width:
                wide[path, width] = needed
    context.close()
    assert wide == {}


def test_axe_would_say_so(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<html><body><img src=x><input></body></html>")
    assert {found.split(":")[0] for found in violations(page)} >= {"image-alt", "label", "html-has-lang"}
    page.close()
