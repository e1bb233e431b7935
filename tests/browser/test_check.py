"""A check code on a phone: by the QR code without a script, or typed in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from portal.domain.sheets import check_code, check_path
from tests.browser.conftest import SiteServer

pytestmark = pytest.mark.browser


@pytest.fixture
def code(site_server: SiteServer) -> str:
    """The code of some posting of the site."""
    with site_server.made.catalogue() as catalogue:
        return check_code(catalogue.postings[0].posting.sha256)


@pytest.fixture
def page(browser: Browser, site_server: SiteServer) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 360, "height": 800})
    found = context.new_page()
    found.goto(site_server.url + "check/")
    yield found
    context.close()


def test_the_qr_codes_address_needs_no_script(browser: Browser, site_server: SiteServer, code: str) -> None:
    with browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(site_server.url + check_path(code))
        marked = page.locator(".code:target")
        expect(marked).to_be_in_viewport()
        expect(marked).to_contain_text("现在有效 ✓")
        expect(marked.locator("h2")).to_have_text(code)
        expect(marked.locator(".yours")).to_be_visible()
        expect(page.locator(".code:not(:target) .yours").locator("visible=true")).to_have_count(0)


def test_the_scanned_code_comes_first_whatever_else_begins_so(
    browser: Browser, site_server: SiteServer, code: str
) -> None:
    """A page of two codes: the second is asked for, and stands above the first."""
    with browser.new_context(viewport={"width": 360, "height": 800}, java_script_enabled=False) as context:
        page = context.new_page()
        shelf = check_path(code).partition("#")[0]
        html = context.request.get(site_server.url + shelf).text()
        other = html.replace(
            '<div class="codes">', '<div class="codes"><section class="code" id="X"><h2>X</h2></section>'
        )
        page.route("**/" + shelf, lambda route: route.fulfill(body=other, content_type="text/html"))
        page.goto(site_server.url + check_path(code))
        mine, first = page.locator(".code:target").bounding_box(), page.locator("#X").bounding_box()
        assert mine
        assert first
        assert mine["y"] < first["y"]


@pytest.mark.parametrize("written", ["{}", " {} ", "lower", "spaces", "wide"])
def test_a_code_copied_from_paper_is_found(page: Page, code: str, written: str) -> None:
    wide = "".join(chr(ord(character) + 0xFEE0) for character in code)
    other = {"lower": code.lower(), "spaces": code.replace("-", " "), "wide": wide}
    typed = other.get(written, written.format(code))
    page.fill("#code", typed)
    page.click("#code-form button")
    expect(page.locator(".code:target h2")).to_have_text(code)


def test_a_code_that_was_never_printed_and_half_a_code_are_told_apart(page: Page, code: str) -> None:
    status = page.locator("#code-form [role=status]")
    page.fill("#code", code[:9])
    page.click("#code-form button")
    expect(status).to_contain_text("十二个字母和数字")
    page.fill("#code", code[:2] + "22-2222-2222")
    page.click("#code-form button")
    expect(status).to_contain_text("网上没有这个核对码")
    expect(status).to_contain_text("12345")


def test_a_dead_network_is_not_told_as_a_forged_sheet(page: Page, code: str) -> None:
    page.route("**/check/*/", lambda route: route.abort())
    page.fill("#code", code)
    page.click("#code-form button")
    expect(page.locator("#code-form [role=status]")).to_contain_text("网络不通")
