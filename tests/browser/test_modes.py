"""Large type and high contrast: one tap, remembered; colours and targets as large as promised; nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import SiteServer
from tests.county import WANGCUN

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TARGETS = """least => [...document.querySelectorAll(
    'button, input, select, summary, nav a, .links a, .places a, .doors a, a.phone, a.big, th a, .hits a')]
    .filter(part => part.offsetHeight && part.getBoundingClientRect().height < least)
    .map(part => part.outerHTML.slice(0, 90) + ' ' + part.getBoundingClientRect().height)"""
CONTRASTS = """() => {
    function light(colour) {
        var parts = colour.match(/[\\d.]+/g).slice(0, 3).map(function (part) {
            var share = part / 255;
            return share <= .03928 ? share / 12.92 : Math.pow((share + .055) / 1.055, 2.4);
        });
        return .2126 * parts[0] + .7152 * parts[1] + .0722 * parts[2];
    }
    function behind(part) {
        for (; part; part = part.parentElement) {
            var colour = getComputedStyle(part).backgroundColor;
            if (colour !== 'rgba(0, 0, 0, 0)') return colour;
        }
        return 'rgb(255, 255, 255)';
    }
    var least = 99, walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        var part = walker.currentNode.parentElement;
        if (!walker.currentNode.textContent.trim() || !part.offsetHeight) continue;
        var one = light(getComputedStyle(part).color), other = light(behind(part));
        least = Math.min(least, (Math.max(one, other) + .05) / (Math.min(one, other) + .05));
    }
    return least;
}"""

SMALL_TEXT = """() => {
    var found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        var part = walker.currentNode.parentElement;
        if (walker.currentNode.textContent.trim() && part.offsetHeight && !part.closest('svg, .hash, .unseen')
            && parseFloat(getComputedStyle(part).fontSize) < 18) found.push(part.outerHTML.slice(0, 90));
    }
    return found;
}"""
SQUEEZED = """() => [...document.querySelectorAll('main a')]
    .filter(part => part.textContent.trim().length > 4 && part.offsetHeight > 3 * part.offsetWidth)
    .map(part => part.outerHTML.slice(0, 90))"""


@pytest.fixture
def page(browser: Browser, site_server: SiteServer) -> Iterator[Page]:
    """A phone, on the home page."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(site_server.url)
    yield page
    context.close()


def size_of_text(page: Page) -> float:
    return float(page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)"))


def test_large_type_is_one_tap_and_stays(page: Page, site_server: SiteServer) -> None:
    assert size_of_text(page) == 18
    page.get_by_role("button", name="大字").click()
    assert size_of_text(page) == 24
    page.goto(site_server.url + f"villages/{WANGCUN}/")
    assert size_of_text(page) == 24
    assert page.get_by_role("button", name="大字").get_attribute("aria-pressed") == "true"
    page.get_by_role("button", name="大字").click()
    page.reload()
    assert size_of_text(page) == 18


def test_large_type_is_for_paper_too(page: Page) -> None:
    page.emulate_media(media="print")
    usual = size_of_text(page)
    page.emulate_media(media="screen")
    page.get_by_role("button", name="大字").click()
    page.emulate_media(media="print")
    assert size_of_text(page) > usual * 1.4


@pytest.mark.parametrize(("mode", "least"), [("", 44), ("large", 60)])
def test_targets_are_large_enough_for_a_thumb(page: Page, site_server: SiteServer, mode: str, least: int) -> None:
    page.evaluate("mode => mode && localStorage.setItem('mingbai-' + mode, '1')", mode)
    small = {}
    for path in site_server.made.kinds.values():
        page.goto(site_server.url + path)
        if found := page.evaluate(TARGETS, least):
            small[path] = found[:3]
    assert small == {}


def test_text_is_large_enough_for_old_eyes(page: Page, site_server: SiteServer) -> None:
    small = {}
    for path in site_server.made.kinds.values():
        page.goto(site_server.url + path)
        if found := page.evaluate(SMALL_TEXT):
            small[path] = found[:3]
    assert small == {}


@pytest.mark.parametrize("mode", ["", "large"])
def test_no_name_is_squeezed_into_a_column_of_single_characters(page: Page, site_server: SiteServer, mode: str) -> None:
    page.evaluate("mode => mode && localStorage.setItem('mingbai-' + mode, '1')", mode)
    squeezed = {}
    for path in site_server.made.kinds.values():
        page.goto(site_server.url + path)
        if found := page.evaluate(SQUEEZED):
            squeezed[path] = found[:3]
    assert squeezed == {}


@pytest.mark.parametrize("mode", ["", "contrast", "prefers"])
def test_all_text_stands_out(page: Page, site_server: SiteServer, mode: str) -> None:
    page.evaluate("mode => mode && localStorage.setItem('mingbai-' + mode, '1')", mode)
    if mode == "prefers":
        page.emulate_media(contrast="more")
    least = {}
    for path in site_server.made.kinds.values():
        page.goto(site_server.url + path)
        least[path] = page.evaluate(CONTRASTS)
    assert min(least.values()) >= (4.5 if not mode else 6), least


def test_high_contrast_is_one_tap_and_stays(page: Page) -> None:
    page.get_by_role("button", name="黑白").click()
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('.top')).backgroundColor") == "rgb(0, 0, 0)"
    looks = "getComputedStyle(document.querySelector('[data-mode=%s]')).backgroundColor"
    assert page.evaluate(looks % "contrast") != page.evaluate(looks % "large")  # it shows which of them is on


def test_reading_aloud_only_where_the_device_speaks_chinese(browser: Browser, site_server: SiteServer) -> None:
    spoken = """voices => {
        window.said = [];
        Object.defineProperty(window, 'speechSynthesis', {value: {
            getVoices: () => voices, cancel: () => {}, speak: words => said.push(words.text)}});
        window.SpeechSynthesisUtterance = function (text) { this.text = text; };
    }"""
    for voices, seen in (("[{lang: 'en-US'}]", False), ("[{lang: 'en-US'}, {lang: 'zh-CN'}]", True)):
        page = browser.new_page()
        page.add_init_script(f"({spoken})({voices})")
        page.goto(site_server.url)
        assert page.get_by_role("button", name="朗读").is_visible() is seen
        if seen:
            page.get_by_role("button", name="朗读").click()
            said = page.evaluate("said")
            assert said[0] == page.locator("h1").inner_text()
            assert len(said) > 10
        page.close()


def test_no_page_complains_or_asks_anybody_else(page: Page, site_server: SiteServer) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda request: None if request.url.startswith((site_server.url, "data:")) else complaints.append(request.url),
    )
    for path in site_server.made.kinds.values():
        page.goto(site_server.url + path)
    assert complaints == []


def test_the_keyboard_shows_where_it_is(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "跳到正文"
    page.keyboard.press("Enter")
    for _ in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_four_hundred_per_cent_needs_no_sideways_scrolling(browser: Browser, site_server: SiteServer) -> None:
    """A 1280 px screen at 400 % is 320 px wide, and 256 px high."""
    page = browser.new_page(viewport={"width": 320, "height": 256}, device_scale_factor=4)
    for path in site_server.made.kinds.values():
        page.goto(site_server.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") == 320, path
    page.close()


def test_a_notice_is_printed_with_one_press_where_there_is_a_printer(browser: Browser, site_server: SiteServer) -> None:
    """WeChat's browser has no printing; on paper stand list, sums, whom to ask and the code, not the way through offices."""
    path = site_server.url + site_server.made.kinds["postings.posting disclosure village True"]
    for agent, can in (("Mozilla/5.0 Chrome/120", True), ("Mozilla/5.0 MicroMessenger/8.0", False)):
        page = browser.new_context(user_agent=agent).new_page()
        page.add_init_script("window.print = () => document.title = 'printing'")
        page.goto(path)
        button = page.get_by_role("button", name="打印这份公示")
        assert button.is_visible() is can
        if can:
            button.click()
            assert page.title() == "printing"
            page.emulate_media(media="print")
            assert not button.is_visible()
            assert page.locator("#rows").is_visible()
            for heading, stays in (("有意见怎么提", True), ("办到哪一步了", False)):
                assert page.get_by_role("heading", name=heading).is_visible() is stays
        page.context.close()
