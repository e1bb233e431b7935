"""The village's pages without network, for a day, and none that was withdrawn."""

from __future__ import annotations

import time
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from portal.actions.kiosks import revoke_kiosk
from tests.browser.kiosk.hall import (
    PERSON,
    Hall,
    Server,
    await_kept,
    kept,
    look_up,
    machine,
    press,
    reach,
    wait_until,
)
from tests.county import (
    DONGHE,
    WANGCUN,
    build,
    make_site,
    office_in,
    published_batch,
    step,
)
from tests.faults.conditions import FULL
from tests.workbooks import people

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_worker_sees_pages_and_nothing_of_look_up(page: Page, server: Server) -> None:
    await_kept(page)
    seen: dict[str, bool] = {}

    def note(answer: Response) -> None:
        seen[answer.url.removeprefix(server.url)] = answer.from_service_worker

    page.on("response", note)
    look_up(page)
    reach(page, "answer")
    page.get_by_role("link", name="看这份公示").first.click()
    expect(page.locator("#k-page h1")).to_contain_text("耕地地力保护补贴")
    page.click("#k-done")
    page.get_by_role("link", name="补贴政策").click()
    expect(page.locator("#k-page h1")).to_be_visible()
    page.evaluate("fetch('lookup').then(() => fetch('kiosk')).then(() => fetch('kiosk/pages.json'))")
    wait_until(lambda: "kiosk/pages.json" in seen, page)
    posting = next(path for path in seen if path.startswith("villages/"))
    assert seen.pop(posting)
    assert seen == dict.fromkeys(("lookup", "policies/", "kiosk", "kiosk/pages.json"), False)


def test_the_village_is_read_without_network_and_nothing_of_look_up_is_kept(page: Page, server: Server) -> None:
    look_up(page)
    reach(page, "answer")
    page.click("#k-done")
    await_kept(page)
    server.stop()
    page.get_by_role("link", name="看本村公示").click()
    expect(page.locator("#k-page h1")).to_have_text("东河镇王村")
    expect(page.locator("#k-kept")).to_be_visible()
    page.locator("#k-page th a").first.click()
    expect(page.locator("#k-page #rows tr").first).to_be_visible()
    page.click("#k-done")
    page.get_by_role("link", name="补贴政策").click()
    expect(page.locator("#k-page h1")).to_have_text("这一页打不开")
    page.click("#k-done")
    page.click("#k-start")
    press(page, PERSON.id)
    page.click("#k-id [data-next]")
    expect(page.locator("#k-message h1")).to_have_text("没有连上网络")
    page.click("#k-done")
    assert page.evaluate("caches.keys()") == ["mingbai-kiosk"]
    held = kept(page, server)
    allowed = ("index.html", "offline.html", "factors.json", "villages/", "townships/", "static/", "kiosk/seen")
    assert [path for path in held if not path.startswith(allowed)] == []
    assert [path for path in held if path.startswith("villages/9") and WANGCUN not in path] == []
    server.start()
    page.get_by_role("link", name="看本村公示").click()
    expect(page.locator("#k-page h1")).to_have_text("东河镇王村")
    expect(page.locator("#k-kept")).to_be_hidden()


def test_a_network_that_does_not_answer_is_waited_for_four_seconds(page: Page, server: Server) -> None:
    await_kept(page)
    answers, shown = server.app.wsgi_app, Event()

    def silent(environ: Any, start: Any) -> Any:
        if WANGCUN in environ["PATH_INFO"]:
            shown.wait(60)
        return answers(environ, start)

    server.app.wsgi_app = silent
    started = time.monotonic()
    page.get_by_role("link", name="看本村公示").click()
    try:
        expect(page.locator("#k-page h1")).to_have_text("东河镇王村")
        assert time.monotonic() - started > 3
        expect(page.locator("#k-kept")).to_be_visible()
    finally:
        shown.set()


def test_what_is_withdrawn_is_gone_ten_minutes_later(browser: Browser, tmp_path: Path) -> None:
    with office_in(tmp_path / "office") as office:
        batch = published_batch(office, tmp_path, people(12))
        site = make_site(office, tmp_path / "office")
        build(office, site)
        hall = Hall(office, tmp_path, batch)
        with hall.served() as server, machine(browser) as page:
            page.clock.install()
            hall.set_up(page, server.url)
            posting, village = f"villages/{WANGCUN}/{batch}/index.html", f"villages/{WANGCUN}/index.html"
            await_kept(page)
            assert {posting, village} <= kept(page, server)
            before = _digest(page, server.url + village), _digest(page, server.url + posting)
            step(office, batch, "withdraw", "reviewer", 18, reason="公开错了")
            build(office, site)
            page.clock.run_for(585_000)
            page.wait_for_timeout(500)
            assert _digest(page, server.url + village) == before[0]
            page.clock.run_for(16_000)
            wait_until(lambda: _digest(page, server.url + village) not in ("", before[0]))
            assert _digest(page, server.url + posting) != before[1]
            server.stop()
            page.get_by_role("link", name="看本村公示").click()
            expect(page.locator("#k-page h1")).to_have_text("东河镇王村")
            assert page.locator("#k-page th a").count() == 0


def _digest(page: Page, url: str) -> str:
    """Of the kept page; empty where none is kept."""
    digest = "async url => { var page = await caches.match(url); return page ? page.headers.get('X-Kept') : ''; }"
    return str(page.evaluate(digest, url))


def test_what_is_not_in_the_list_any_more_is_deleted(page: Page, server: Server) -> None:
    await_kept(page)
    page.evaluate("async () => (await caches.open('mingbai-kiosk')).put('villages/gone/index.html', new Response('x'))")
    assert "villages/gone/index.html" in kept(page, server)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    wait_until(lambda: "villages/gone/index.html" not in kept(page, server))
    assert f"villages/{WANGCUN}/index.html" in kept(page, server)


def test_a_page_that_is_not_what_the_list_says_is_not_kept(browser: Browser, hall: Hall) -> None:
    with hall.served() as server, machine(browser) as page:
        answers = server.app.wsgi_app

        def changed(environ: Any, start: Any) -> Any:
            if environ["PATH_INFO"].endswith(f"{WANGCUN}/index.html"):
                start("200 OK", [("Content-Type", "text/html")])
                return ["<main id=main><h1>别的</h1></main>".encode()]
            return answers(environ, start)

        server.app.wsgi_app = changed
        hall.set_up(page, server.url)
        await_kept(page, f"villages/{WANGCUN}/index.html")


def test_a_list_of_yesterday_is_not_served_and_goes(page: Page, server: Server) -> None:
    await_kept(page)
    server.stop()
    aged = (
        "async hours => (await caches.open('mingbai-kiosk')).put('kiosk/seen', new Response(Date.now() - hours * 36e5))"
    )
    page.evaluate(aged, 23.9)
    page.get_by_role("link", name="看本村公示").click()
    expect(page.locator("#k-page h1")).to_have_text("东河镇王村")
    page.click("#k-done")
    for hours in (24.1, -2):  # a day old; or the clock was set back, and nobody knows
        page.evaluate(aged, hours)
        page.get_by_role("link", name="看本村公示").click()
        expect(page.locator("#k-page h1")).to_have_text("这一页打不开")
        page.click("#k-done")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    wait_until(lambda: page.evaluate("caches.keys()") == [])


def test_a_kiosk_that_was_taken_back_forgets_everything(browser: Browser, hall: Hall, server: Server) -> None:
    with machine(browser) as page:
        number = hall.set_up(page, server.url)
        await_kept(page)
        look_up(page)
        reach(page, "answer")
        revoke_kiosk(hall.office, number, "discloser")
        page.wait_for_timeout(5200)  # the service remembers tokens for five seconds
        page.evaluate("window.dispatchEvent(new Event('online'))")
        expect(page.locator("#code")).to_be_visible()
        assert page.evaluate("caches.keys()") == []
        assert page.evaluate("navigator.serviceWorker.getRegistrations().then(found => found.length)") == 0


def test_a_machine_that_starts_without_network_comes_back_by_itself(page: Page, server: Server) -> None:
    await_kept(page)
    server.stop()
    page.goto(f"{server.url}kiosk")
    expect(page.locator("h1")).to_have_text("现在没有网络")
    for aged in (False, True) if FULL else (True,):
        if aged:
            page.evaluate("caches.delete('mingbai-kiosk')")
            page.goto(f"{server.url}kiosk")
            expect(page.locator("h1")).to_have_text("现在没有网络")
        server.start()
        expect(page.locator("#k-front")).to_be_visible()
        server.stop()


def test_a_machine_in_a_township_keeps_the_township(browser: Browser, hall: Hall, server: Server) -> None:
    with machine(browser) as page:
        hall.set_up(page, server.url, DONGHE)
        await_kept(page)
        page.get_by_role("link", name="看本村公示").click()
        expect(page.locator("#k-page h1")).to_have_text("查本村公示")
