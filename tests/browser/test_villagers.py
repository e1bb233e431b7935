"""What a villager does: finds the village, finds the row, says which row is wrong; with script and without."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import SiteServer
from tests.county import WANGCUN

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def page(browser: Browser, site_server: SiteServer) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(site_server.url)
    yield page
    context.close()


@pytest.fixture
def without_script(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    yield context
    context.close()


def land_posting(page: Page, site_server: SiteServer) -> None:
    """The land subsidy's list of 王村, which has two pages."""
    page.goto(site_server.url + site_server.made.kinds["postings.posting part"].removesuffix("2/"))


@pytest.mark.parametrize("typed", ["王村", "wangcun", "wc"])
def test_a_villager_finds_last_years_subsidy_in_under_three_taps(
    page: Page, site_server: SiteServer, typed: str
) -> None:
    page.get_by_role("combobox").fill(typed)
    page.get_by_role("option").filter(has_text="村 王村").first.click()  # one
    page.wait_for_url("**/villages/**")
    page.get_by_role("link", name="2025年耕地地力保护补贴").first.click()  # two
    expect(page.locator("h1")).to_contain_text("王村2025年耕地地力保护补贴")


def test_the_village_is_remembered_and_forgotten(page: Page, site_server: SiteServer) -> None:
    mine = page.get_by_role("link", name="我的村：王村")
    expect(mine).to_be_hidden()
    page.goto(site_server.url + f"villages/{WANGCUN}/")
    for path in ("", "villages/"):
        page.goto(site_server.url + path)
        expect(mine).to_be_visible()
    mine.click()
    expect(page.locator("h1")).to_contain_text("王村")
    page.goto(site_server.url)
    page.get_by_role("button", name="不用记").click()
    expect(mine).to_be_hidden()
    page.reload()
    expect(mine).to_be_hidden()


def test_a_list_is_searched(page: Page, site_server: SiteServer) -> None:
    land_posting(page, site_server)
    rows = page.locator("#rows tr")
    code = rows.nth(7).locator("td").first.inner_text()
    search = page.get_by_label("在这一页里找")
    search.fill(code.lower())
    assert rows.locator("visible=true").count() == 1
    expect(page.locator("#row-count")).to_have_text("这一页有1行")
    search.fill("没有这个人")
    assert rows.locator("visible=true").count() == 0
    expect(page.locator("#row-count")).to_contain_text("没有")
    search.fill("")
    assert rows.locator("visible=true").count() == rows.count() == 70


def test_a_tap_names_the_row_that_is_wrong(page: Page, site_server: SiteServer) -> None:
    land_posting(page, site_server)
    row = page.locator("#rows tr").nth(3)
    code = row.locator("td").first.inner_text()
    expect(page.locator(".row-bar")).to_be_hidden()
    row.locator("td").nth(2).click()
    expect(page.locator(".row-bar")).to_contain_text(code)
    expect(page.locator("#row-code")).to_have_value(code)
    page.get_by_role("link", name="看怎么反映").click()
    expect(page.locator("blockquote")).to_contain_text(f"行号{code}，这一行不对")
    expect(page.locator("#wrong ~ p a.phone")).to_have_text("12345")


def test_a_typed_row_code_is_read_out_too(page: Page, site_server: SiteServer) -> None:
    land_posting(page, site_server)
    code = page.locator("#rows tr").nth(9).locator("td").first.inner_text()
    page.get_by_label("行号（点一下").fill(code.lower())
    expect(page.locator("blockquote")).to_contain_text(f"行号{code}，")
    expect(page.locator("#rows tr.picked")).to_have_count(1)


def test_the_parts_of_a_long_list_lead_to_each_other(page: Page, site_server: SiteServer) -> None:
    land_posting(page, site_server)
    page.get_by_role("link", name="第2页：二组").first.click()
    expect(page.locator("h1")).to_contain_text("第2页")
    expect(page.locator("#rows tr")).to_have_count(70)
    page.get_by_role("link", name="第1页：一组").first.click()
    expect(page.locator("h1")).not_to_contain_text("第")


def test_without_script_nothing_is_offered_that_needs_it(
    without_script: BrowserContext, site_server: SiteServer
) -> None:
    page = without_script.new_page()
    for path in site_server.made.kinds.values():
        page.goto(site_server.url + path)
        assert page.get_by_role("main").is_visible()
        assert page.locator("[data-script], .mine, .row-bar").locator("visible=true").count() == 0
        assert page.locator("header button").locator("visible=true").count() == 0


def test_without_script_the_list_is_three_links_away(without_script: BrowserContext, site_server: SiteServer) -> None:
    page = without_script.new_page()
    page.goto(site_server.url)
    page.get_by_role("link", name="看本村公示").click()
    page.get_by_role("link", name="王村", exact=True).click()
    page.get_by_role("link", name="2025年耕地地力保护补贴").first.click()
    assert page.locator("#rows tr").count() == 70
    expect(page.locator("#wrong ~ p a.phone")).to_be_visible()


def test_a_failure_shows_the_page_that_helps(site_server: SiteServer) -> None:
    app = site_server.made.app()
    app.add_url_rule("/fails", view_func=lambda: 1 // 0)
    with app.test_client().get("/fails") as answer:
        assert answer.status_code == 500
        assert "网站暂时出了问题" in answer.get_data(as_text=True)
