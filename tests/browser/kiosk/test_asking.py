"""Looking up at a kiosk: keys, a board, misses, floods, failures, no script."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from portal.actions.kiosks import add_kiosk
from portal.security import doorkeeper
from tests.browser.kiosk.hall import (
    AMOUNT,
    PERSON,
    WORDS,
    Hall,
    Server,
    await_kept,
    look_up,
    machine,
    press,
    reach,
    shows_nothing,
    type_in,
)
from tests.county import (
    WANGCUN,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_keys_and_a_name_find_ones_payments(page: Page) -> None:
    page.click("#k-start")
    assert page.locator("#k-id input").count() == 0
    press(page, PERSON.id)
    assert page.inner_text("#k-id-shown") == WORDS[1]
    page.click("#k-id [data-next]")
    page.fill("#k-name-field", PERSON.name)
    page.click("#k-name [data-next]")
    assert page.input_value("#k-name-field") == ""
    page.click("#k-skip")
    reach(page, "answer")
    assert AMOUNT in page.inner_text("#k-answer")
    assert PERSON.name not in page.content()
    assert PERSON.id not in page.content()
    expect(page.get_by_role("button", name="打印")).to_be_visible()
    assert page.locator("#k-answer a[href$=lookup]").count() == 0


def test_a_board_does_as_well_and_says_where_it_is(page: Page) -> None:
    page.locator("#k-start").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#k-id h1")).to_be_focused()
    page.keyboard.type(PERSON.id[:3] + "x")  # no X but at the end
    page.keyboard.press("Backspace")
    page.keyboard.type(PERSON.id[2:])
    assert page.inner_text("#k-id-shown").replace(" ", "") == PERSON.id
    page.keyboard.press("Enter")
    expect(page.locator("#k-name-field")).to_be_focused()
    page.keyboard.type(PERSON.name)
    page.keyboard.press("Enter")
    expect(page.locator("#k-tail h1")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator("#k-answer h1")).to_be_focused()


def test_a_wrong_digit_is_told_before_the_name_and_stays_to_be_corrected(page: Page) -> None:
    wrong = PERSON.id[:-1] + ("1" if PERSON.id[-1] != "1" else "2")
    page.click("#k-start")
    press(page, wrong)
    page.click("#k-id [data-next]")
    expect(page.locator("#k-id-words")).to_contain_text("有一位填错了")
    assert page.inner_text("#k-id-shown").replace(" ", "") == wrong
    press(page, ["back", PERSON.id[-1]])  # type: ignore[arg-type]
    expect(page.locator("#k-id-words")).to_be_empty()
    page.click("#k-id [data-next]")
    reach(page, "name")
    page.click("#k-back")
    page.click("#k-id [data-key=clear]")
    page.click("#k-id [data-next]")
    expect(page.locator("#k-id-words")).to_have_text("请填身份证号")


def test_a_name_may_not_be_empty(page: Page) -> None:
    page.click("#k-start")
    press(page, PERSON.id)
    page.click("#k-id [data-next]")
    page.click("#k-name [data-next]")
    expect(page.locator("#k-name-words")).to_have_text("请填姓名")


def test_a_miss_can_be_corrected_without_typing_it_all_again(page: Page) -> None:
    look_up(page, replace(PERSON, name="诸葛静"))
    reach(page, "message")
    expect(page.locator("#k-message h1")).to_have_text("没有查到")
    page.get_by_role("button", name="改一改再查").click()
    assert page.inner_text("#k-id-shown").replace(" ", "") == PERSON.id
    page.click("#k-id [data-next]")
    expect(page.locator("#k-name-field")).to_have_value("诸葛静")
    page.fill("#k-name-field", PERSON.name)
    page.click("#k-name [data-next]")
    page.click("#k-skip")
    reach(page, "answer")
    page.click("#k-done")
    look_up(page, replace(PERSON, name="诸葛静"))
    reach(page, "message")
    page.click("#k-done")
    reach(page, "front")
    assert shows_nothing(page, [*WORDS, "诸葛静"])


def test_the_tail_is_asked_for_and_then_only_the_window_helps(browser: Browser, hall: Hall) -> None:
    with hall.served() as server, machine(browser) as page:
        hall.set_up(page, server.url)
        client = server.app.test_client()
        for tail in ("", "0000"):
            for _ in range(5):
                client.post("/lookup", data={"id": PERSON.id, "name": "没有人", "tail": tail})
            if not tail:
                look_up(page)
                expect(page.locator("#k-tail-words")).to_contain_text("还要填卡号")
                expect(page.locator("#k-skip")).to_be_hidden()
                press(page, "12")
                page.click("#k-tail [data-next]")
                expect(page.locator("#k-tail-words")).to_contain_text("4个数字")
                page.click("#k-tail [data-key=clear]")
                press(page, PERSON.account[-4:])
                page.click("#k-tail [data-next]")
                reach(page, "answer")
                page.click("#k-done")
        type_in(page, PERSON)
        press(page, "1234")
        page.click("#k-tail [data-next]")
        expect(page.locator("#k-message h1")).to_have_text("请到窗口查")


def test_a_flood_is_answered_by_computing(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(doorkeeper._FREE_AN_HOUR, "kiosk", 0)
    look_up(page)
    reach(page, "answer")
    assert AMOUNT in page.inner_text("#k-answer")


def _fulfil(answer: dict[str, Any], route: Route) -> None:
    route.fulfill(**answer)


def test_a_service_that_fails_is_told_in_words(page: Page) -> None:
    closed = '<h1>暂时查不了</h1><div id="answer" data-outcome="closed"><p class="lead">请过一会儿再来。</p></div>'
    for status, body, words in (
        (503, closed, "暂时查不了"),
        (500, "<h1>坏了</h1>", "出了点问题"),
        (403, "", "出了点问题"),
    ):
        answer = {"status": status, "body": body, "content_type": "text/html" if body else "text/plain"}
        type_in(page, PERSON)
        page.route("**/lookup", partial(_fulfil, answer))
        page.click("#k-skip")
        reach(page, "message")  # hidden words of the time before could be the same ones
        expect(page.locator("#k-message h1")).to_have_text(words)
        page.unroute("**/lookup")
        page.click("#k-again")
        reach(page, "answer")
        page.click("#k-done")


def test_without_network_it_says_so_and_goes_on_when_there_is_one_again(page: Page, server: Server) -> None:
    type_in(page, PERSON)
    server.stop()
    page.click("#k-skip")
    expect(page.locator("#k-message h1")).to_have_text("没有连上网络")
    server.start()
    page.click("#k-again")
    reach(page, "answer")


def test_without_script_it_says_so_and_leads_to_the_form(browser: Browser, hall: Hall, server: Server) -> None:
    with machine(browser, java_script_enabled=False) as page:
        code = add_kiosk(hall.office, "没有脚本", WANGCUN, "discloser")
        page.goto(f"{server.url}kiosk")
        page.fill("#code", code)
        page.get_by_role("button", name="登记").click()
        expect(page.locator("noscript p").first).to_contain_text("自助查询用不了")
        assert page.locator("noscript p").first.is_visible()
        assert page.locator(".screen").locator("visible=true").count() == 0
        page.click("noscript .go")
        expect(page.locator("form#lookup")).to_be_visible()


def test_it_works_under_a_sub_path(browser: Browser, hall: Hall) -> None:
    with hall.served(path="/mingbai") as server, machine(browser) as page:
        hall.set_up(page, server.url)
        look_up(page)
        reach(page, "answer")
        page.click("#k-done")
        await_kept(page)
        server.stop()
        page.get_by_role("link", name="看本村公示").click()
        expect(page.locator("#k-page h1")).to_have_text("东河镇王村")
