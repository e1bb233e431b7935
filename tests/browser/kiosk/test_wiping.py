"""Everything is gone when somebody is done, leaves, or does nothing for a minute."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.kiosk.hall import (
    PERSON,
    WORDS,
    Hall,
    Server,
    look_up,
    machine,
    press,
    reach,
    screen,
    shows_nothing,
    type_in,
    wait_until,
)
from tests.workbooks import Person, people

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_done_wipes_at_once(page: Page) -> None:
    look_up(page)
    reach(page, "answer")
    page.click("#k-done")
    reach(page, "front")
    assert shows_nothing(page)
    page.click("#k-start")
    assert page.inner_text("#k-id-shown") == ""


@pytest.mark.parametrize("way", ["done", "leaving", "idle"])
def test_what_is_only_typed_is_wiped_too(browser: Browser, hall: Hall, server: Server, way: str) -> None:
    with machine(browser) as page:
        page.clock.install()
        hall.set_up(page, server.url)
        page.click("#k-start")
        press(page, PERSON.id)
        page.click("#k-id [data-next]")
        reach(page, "name")
        page.fill("#k-name-field", PERSON.name)
        if way == "done":
            page.click("#k-done")
        elif way == "leaving":
            page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide'))")
        else:
            page.clock.run_for(61_000)
        reach(page, "front")
        assert shows_nothing(page)
        type_in(page, PERSON)
        press(page, "1234")
        page.click("#k-done")
        assert page.locator("#k-tail-shown").text_content() == ""


PRESS = """([number, name]) => {
    function one(selector) { return document.querySelector(selector); }
    one("#k-start").click();
    for (const key of number) one(`.screen:not([hidden]) [data-key='${key}']`).click();
    one("#k-id [data-next]").click();
    const wait = setInterval(function () {
        if (one("#k-name").hidden) return;
        clearInterval(wait);
        one("#k-name-field").value = name;
        one("#k-name [data-next]").click();
        one("#k-skip").click();
    }, 50);
}"""


def _by_script(page: Page, person: Person, shown: str) -> None:
    """Look up without Playwright's own hands: what they read off the screen stays in the memory that is searched."""
    page.evaluate(PRESS, [person.id, person.name])
    reach(page, shown)


def test_nobodys_words_are_left_in_the_memory_of_the_page(page: Page) -> None:
    _by_script(page, PERSON, "answer")
    page.click("#k-done")
    _by_script(page, replace(PERSON, name="诸葛静"), "message")
    assert PERSON.id in _heap(page)
    page.click("#k-done")
    _by_script(page, people(1)[0], "answer")  # the engine keeps the last match of a pattern, and the last request
    page.click("#k-done")
    heap = _heap(page)
    assert [word for word in (*WORDS, "诸葛静") if word in heap] == []


def _heap(page: Page) -> str:
    """Everything that the page's script holds, after a collection, as V8 writes it down."""
    session, pieces = page.context.new_cdp_session(page), list[str]()
    session.on("HeapProfiler.addHeapSnapshotChunk", lambda event: pieces.append(event["chunk"]))
    session.send("HeapProfiler.enable")
    session.send("HeapProfiler.collectGarbage")
    session.send("HeapProfiler.takeHeapSnapshot")
    session.detach()
    return "".join(pieces)


def test_idle_is_counted_down_and_wiped(browser: Browser, hall: Hall) -> None:
    """In real time, with four seconds instead of sixty."""
    with hall.served(hall.content("idle_seconds", "4")) as server, machine(browser) as page:
        hall.set_up(page, server.url)
        look_up(page)
        reach(page, "answer")
        countdown = page.locator("#k-countdown")
        expect(countdown).to_be_hidden()
        expect(countdown).to_contain_text("2秒后回到首页，点一下继续看")
        expect(countdown).to_be_visible()
        page.mouse.click(300, 300)
        expect(countdown).to_be_hidden()
        assert screen(page) == "answer"
        expect(page.locator("#k-front")).to_be_visible()
        expect(countdown).to_be_hidden()
        assert shows_nothing(page)


def test_a_minute_and_fifteen_seconds_warning(browser: Browser, hall: Hall, server: Server) -> None:
    with machine(browser) as page:
        page.clock.install()
        hall.set_up(page, server.url)
        page.click("#k-start")
        press(page, PERSON.id)
        page.clock.fast_forward(44_000)
        expect(page.locator("#k-countdown")).to_be_hidden()
        page.clock.run_for(1_500)
        expect(page.locator("#k-countdown")).to_be_visible()
        expect(page.locator("#k-countdown")).to_contain_text("15秒后回到首页，点一下继续看")
        page.clock.run_for(14_000)
        reach(page, "id")
        page.clock.run_for(1_000)
        reach(page, "front")
        assert shows_nothing(page)
        page.click("#k-start")
        page.clock.run_for(50_000)
        page.keyboard.press("1")
        page.clock.run_for(50_000)
        reach(page, "id")


def test_a_machine_that_slept_shows_nothing_to_the_one_who_wakes_it(
    browser: Browser, hall: Hall, server: Server
) -> None:
    """The clock jumps; no timer has run since."""
    with machine(browser) as page:
        page.clock.install()
        hall.set_up(page, server.url)
        page.clock.pause_at(time.time() + 10)
        for wakes in ("document.dispatchEvent(new Event('visibilitychange'))", ""):
            look_up(page)
            reach(page, "answer")
            page.clock.set_system_time((page.evaluate("Date.now()") + 61_000) / 1000)
            assert screen(page) == "answer"
            if wakes:
                page.evaluate(wakes)
            else:
                page.mouse.click(300, 300)
            reach(page, "front")
            assert shows_nothing(page)


@pytest.mark.parametrize(
    "leaves",
    [
        "window.dispatchEvent(new PageTransitionEvent('pagehide'))",
        "window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))",
        "document.dispatchEvent(new Event('freeze'))",
    ],
)
def test_leaving_and_coming_back_wipe(page: Page, leaves: str) -> None:
    look_up(page)
    reach(page, "answer")
    page.evaluate(leaves)
    assert screen(page) == "front"
    assert shows_nothing(page)


def test_an_answer_that_comes_too_late_is_not_shown(page: Page) -> None:
    type_in(page, PERSON)
    waiting: list[Any] = []
    page.route("**/lookup", lambda route: waiting.append(route))
    page.click("#k-skip")
    reach(page, "working")
    wait_until(lambda: bool(waiting), page)
    page.click("#k-done")
    waiting[0].continue_()
    page.wait_for_timeout(700)
    assert screen(page) == "front"
    assert shows_nothing(page)


def test_the_history_has_nothing_to_go_back_to(page: Page, server: Server) -> None:
    before = page.evaluate("history.length")
    look_up(page)
    reach(page, "answer")
    page.get_by_role("link", name="看这份公示").first.click()
    expect(page.locator("#k-page h1")).to_contain_text("王村2025年耕地地力保护补贴")
    assert shows_nothing(page)
    page.locator("#k-page nav a", has_text="王村").click()
    expect(page.locator("#k-page h1")).to_have_text("东河镇王村")
    page.click("#k-back")
    expect(page.locator("#k-page h1")).to_contain_text("耕地地力保护补贴")
    page.click("#k-back")
    reach(page, "front")
    look_up(page)
    reach(page, "answer")
    assert page.evaluate("history.length") == before
    assert page.url == f"{server.url}kiosk"
    for again in (page.reload, page.go_back, page.go_forward):
        again()
        assert shows_nothing(page)
        page.goto(f"{server.url}kiosk")
        look_up(page)
        reach(page, "answer")
