"""The slip on paper, and the site's pages inside the kiosk: nothing leads out."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from portal.actions.kiosks import add_kiosk
from tests.browser.conftest import SiteServer
from tests.browser.kiosk.hall import (
    AMOUNT,
    SIZES,
    SMALLEST,
    TARGETS,
    WIDEST,
    Hall,
    Server,
    look_up,
    machine,
    reach,
)
from tests.county import (
    WANGCUN,
)
from tests.faults.conditions import FULL

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_slip_is_the_answer_and_nothing_else(page: Page) -> None:
    look_up(page)
    reach(page, "answer")
    page.evaluate("window.print = () => { window.printed = true; }")
    page.click("#k-print")
    assert page.evaluate("printed")
    page.emulate_media(media="print")
    assert AMOUNT in page.inner_text("#k-answer")
    for other in (".head", "#k-bar", "#k-countdown", "summary", "#k-front", "#k-id"):
        assert page.locator(other).locator("visible=true").count() == 0, other
    page.set_viewport_size({"width": 272, "height": 800})  # 72 mm, what an 80 mm roll prints on
    assert page.evaluate("document.documentElement.scrollWidth") <= 272
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.click("#k-done")
    page.emulate_media(media="print")
    assert page.locator("main").inner_text().strip() == ""


def test_pages_are_shown_inside_and_nothing_leads_out(page: Page, server: Server, hall: Hall) -> None:
    before = page.evaluate("history.length")
    page.get_by_role("link", name="看本村公示").click()
    expect(page.locator("#k-page h1")).to_have_text("东河镇王村")
    expect(page.locator("#k-page h1")).to_be_focused()
    page.locator("#k-page th a").first.click()
    expect(page.locator("#k-page #rows tr").first).to_be_visible()
    leading = page.eval_on_selector_all("#k-page a[href]", "links => links.map(link => link.href)")
    assert [link for link in leading if not link.startswith(server.url) or not link.split("#")[0].endswith("/")] == []
    assert page.locator("#k-page form, #k-page script, #k-page [data-script]").count() == 0
    phone = page.locator("#k-page .phone").first
    phone.click()
    page.locator("#k-page a", has_text="首页").first.click()
    reach(page, "front")
    assert page.url == f"{server.url}kiosk"
    assert page.evaluate("history.length") == before
    assert len(page.context.pages) == 1


def test_a_place_within_a_page_is_gone_to(page: Page) -> None:
    page.get_by_role("link", name="看本村公示").click()
    page.locator("#k-page nav a", has_text="查本村公示").click()
    link = page.locator("#k-page .places a", has_text="西山乡")
    link.click()
    expect(page.locator("#k-page #t102")).to_be_focused()
    page.locator("#k-page a", has_text="新华村").click()
    expect(page.locator("#k-page h1")).to_have_text("西山乡新华村")


def test_a_page_that_nobody_reads_any_more_goes_home(browser: Browser, hall: Hall) -> None:
    with hall.served(hall.content("idle_seconds", "3")) as server, machine(browser) as page:
        hall.set_up(page, server.url)
        page.get_by_role("link", name="补贴政策").click()
        expect(page.locator("#k-page h1")).to_be_visible()
        expect(page.locator("#k-front")).to_be_visible()
        assert page.locator("#k-page .slot").inner_html() == ""


def test_the_middle_button_and_the_long_press_open_nothing(page: Page) -> None:
    page.get_by_role("link", name="看本村公示").click(button="middle")
    page.get_by_role("link", name="看本村公示").click(modifiers=["Control"])
    page.wait_for_timeout(300)
    assert len(page.context.pages) == 1
    stopped = "name => !document.body.dispatchEvent(new Event(name, {bubbles: true, cancelable: true}))"
    assert [name for name in ("contextmenu", "dragstart", "copy", "cut") if not page.evaluate(stopped, name)] == []


def test_every_kind_of_page_fits_the_kiosk(browser: Browser, site_server: SiteServer) -> None:
    made = site_server.made
    server = Server(made.app())
    server.start()
    wrong = {}
    with machine(browser) as page:
        code = add_kiosk(made.office, "便民大厅自助机", WANGCUN, "discloser")
        page.goto(f"{server.url}kiosk")
        page.fill("#code", code)
        page.get_by_role("button", name="登记").click()
        reach(page, "front")
        for kind, path in made.kinds.items():
            if not path:
                continue
            page.evaluate("path => { document.querySelector('#k-front a').href = path; }", path)
            page.locator("#k-front a").first.click()
            expect(page.locator("#k-page h1")).to_be_visible()
            for width, height in SIZES if FULL else (SIZES[0], SIZES[4]):
                page.set_viewport_size({"width": width, "height": height})
                if (wide := page.evaluate(WIDEST)) > 0 or page.evaluate(TARGETS) or page.evaluate(SMALLEST) < 22:
                    wrong[kind, str(width)] = (wide, page.evaluate(TARGETS)[:2], page.evaluate(SMALLEST))
            if (
                page.locator("#k-page")
                .locator("form, input, [data-script], [download], [target], a[href^=tel]")
                .count()
            ):
                wrong[kind, "leads out"] = (0, [], 0)
            page.click("#k-done")
    server.stop()
    assert wrong == {}
