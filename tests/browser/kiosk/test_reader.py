"""ID cards read by the reader's own program on the machine."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.kiosk.hall import (
    AMOUNT,
    CARD,
    PERSON,
    WORDS,
    Hall,
    card_reader,
    machine,
    press,
    reach,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_card_fills_in_both_and_asks_nobody_else(browser: Browser, hall: Hall) -> None:
    with (
        card_reader(CARD) as reader,
        hall.served(hall.content("reader_url", f'"{reader}"')) as server,
        machine(browser) as page,
    ):
        asked: set[str] = set()
        page.context.on("request", lambda request: asked.add(request.url))
        hall.set_up(page, server.url)
        page.click("#k-start")
        page.click("#k-read")
        reach(page, "tail")
        page.click("#k-skip")
        reach(page, "answer")
        assert AMOUNT in page.inner_text("#k-answer")
        page.get_by_role("link", name="看这份公示").first.click()
        expect(page.locator("#k-page h1")).to_contain_text("耕地地力保护补贴")
        page.click("#k-done")
        assert {url for url in asked if not url.startswith(server.url)} == {reader}
        assert not any(word in url for url in asked for word in [*WORDS, quote(PERSON.name)])


@pytest.mark.parametrize("answer", [b'{"code": 1, "data": null}', b'{"code": 1}', b"no card", b"null"])
def test_no_card_is_told(browser: Browser, hall: Hall, answer: bytes) -> None:
    with (
        card_reader(answer) as reader,
        hall.served(hall.content("reader_url", f'"{reader}"')) as server,
        machine(browser) as page,
    ):
        hall.set_up(page, server.url)
        page.click("#k-start")
        page.click("#k-read")
        expect(page.locator("#k-id-words")).to_contain_text("没有读到证")
        press(page, PERSON.id)
        page.click("#k-id [data-next]")
        reach(page, "name")


def test_no_reader_is_told_and_none_is_offered_where_there_is_none(browser: Browser, hall: Hall, page: Page) -> None:
    page.click("#k-start")
    assert page.locator("#k-read").count() == 0
    with card_reader(CARD) as reader:
        pass
    with hall.served(hall.content("reader_url", f'"{reader}"')) as server, machine(browser) as other:
        hall.set_up(other, server.url)
        other.click("#k-start")
        other.click("#k-read")
        expect(other.locator("#k-id-words")).to_contain_text("读卡器的程序没有打开")
