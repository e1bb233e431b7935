"""The kiosk at work: looking up by keys, by card and by hand, everything gone afterwards, on the screen and on the disk."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Error, Page, Response, Route, ViewportSize, expect
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import BaseWSGIServer, make_server

from portal.actions.kiosks import add_kiosk, revoke_kiosk
from portal.lookup import doorkeeper
from portal.office import Office
from portal.queries.kiosks import list_kiosks
from tests.browser.conftest import SiteServer
from tests.browser.serving import CHROMIUM
from tests.browser.test_accessibility import violations
from tests.browser.test_modes import CONTRASTS
from tests.county import (
    CONTENT,
    DONGHE,
    HARDSHIP,
    LAND,
    WANGCUN,
    build,
    change_site_text,
    make_batch,
    make_site,
    office_in,
    published_batch,
    step,
)
from tests.service import make_app
from tests.workbooks import Person, people

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIZES = ((1080, 1920), (1920, 1080), (1280, 800), (800, 600), (360, 740))
PERSON = Person(500, quantity=Decimal("78.07"), amount="7416.65", name="诸葛静姝").filled()
AMOUNT = "7,416.65"
"""Of a payment that is on no page yet: only the answer has it."""
WORDS = (PERSON.id, f"{PERSON.id[:6]} {PERSON.id[6:14]} {PERSON.id[14:]}", PERSON.name, AMOUNT, "7416.65")
TARGETS = """() => [...document.querySelectorAll('button, input, summary, a[href]')]
    .filter(part => part.offsetHeight)
    .filter(part => Math.min(part.getBoundingClientRect().height, part.getBoundingClientRect().width) < 59.99)
    .map(part => part.outerHTML.slice(0, 90) + ' ' + part.getBoundingClientRect().height)"""
SMALLEST = """() => {
    var least = 99, walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        var part = walker.currentNode.parentElement;
        if (walker.currentNode.textContent.trim() && part.offsetHeight)
            least = Math.min(least, parseFloat(getComputedStyle(part).fontSize));
    }
    return least;
}"""
WIDEST = """() => Math.max(document.documentElement.scrollWidth - innerWidth,
    document.querySelector('main').scrollWidth - document.querySelector('main').clientWidth)"""
MISSING = """async () => {
    var list = await (await fetch('kiosk/pages.json')).json(), cache = await caches.open('mingbai-kiosk');
    var kept = (await cache.keys()).map(kept => kept.url);
    return Object.keys(list.pages).filter(path => !kept.includes(new URL(path, location.href).href));
}"""
KEPT = "async () => (await (await caches.open('mingbai-kiosk')).keys()).map(kept => kept.url)"


@dataclass
class Server:
    """The service on one port, to be stopped and started again. `url` ends in "/"."""

    app: Any
    path: str = ""
    running: BaseWSGIServer | None = None
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.path}/"

    def start(self) -> None:
        self.running = make_server("127.0.0.1", self.port, self.app, threaded=True)
        self.port = self.running.server_port
        Thread(target=self.running.serve_forever, daemon=True).start()

    def stop(self) -> None:
        if self.running is not None:
            self.running.shutdown()
            self.running.server_close()
            self.running = None


@dataclass
class Hall:
    """A county with a published list, a payment that is on no page, and machines to be set up in it."""

    office: Office
    folder: Path
    published: str
    numbers: Iterator[int] = field(default_factory=count)

    def app(self, content: Path = CONTENT) -> Flask:
        counters = f"sqlite:///{self.folder / f'counters-{next(self.numbers)}.db'}"
        site = make_site(self.office, self.folder / "office")
        return make_app(self.office, site, self.folder / "office", content=str(content), counters_url=counters)

    def content(self, setting: str, value: str) -> Path:
        """content/ with another setting of the kiosk."""
        usual = {"idle_seconds": "idle_seconds = 60", "reader_url": 'reader_url = ""'}[setting]
        return change_site_text(self.folder / f"content-{next(self.numbers)}", usual, f"{setting} = {value}")

    @contextmanager
    def served(self, content: Path = CONTENT, path: str = "") -> Iterator[Server]:
        app = self.app(content)
        server = Server(DispatcherMiddleware(lambda *_: [b""], {path: app}) if path else app, path)
        server.start()
        try:
            yield server
        finally:
            server.stop()

    def set_up(self, page: Page, url: str, area: str = WANGCUN) -> int:
        """Make this browser a kiosk, as staff do; returns the kiosk's number."""
        code = add_kiosk(self.office, "便民大厅自助机", area, "discloser")
        page.goto(f"{url}kiosk")
        page.fill("#code", code)
        page.get_by_role("button", name="登记").click()
        expect(page.locator("#k-front")).to_be_visible()
        return list_kiosks(self.office)[-1].id


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    folder = tmp_path_factory.mktemp("hall")
    with office_in(folder / "office") as office:
        listed = [*people(12), replace(PERSON, quantity=Decimal(2), amount="190")]
        published = published_batch(office, folder, listed)
        published_batch(office, folder, [replace(person, quantity=None) for person in people(12)], HARDSHIP)
        assert make_batch(office, folder, [PERSON], LAND, "2025+2").batch
        build(office, make_site(office, folder / "office"))
        yield Hall(office, folder, published)


@pytest.fixture
def server(hall: Hall) -> Iterator[Server]:
    with hall.served() as server:
        yield server


@contextmanager
def machine(browser: Browser, size: tuple[int, int] = (1280, 800), **more: Any) -> Iterator[Page]:
    viewport: ViewportSize = {"width": size[0], "height": size[1]}
    context = browser.new_context(viewport=viewport, **more)
    try:
        yield context.new_page()
    finally:
        context.close()


@pytest.fixture
def page(browser: Browser, hall: Hall, server: Server) -> Iterator[Page]:
    """A kiosk, on its front screen."""
    with machine(browser) as page:
        hall.set_up(page, server.url)
        yield page


def screen(page: Page) -> str:
    """The screen that is shown; there is never more than one."""
    shown = page.locator(".screen:not([hidden])")
    assert shown.count() == 1
    return (shown.get_attribute("id") or "").removeprefix("k-")


def reach(page: Page, name: str) -> None:
    expect(page.locator(f"#k-{name}")).to_be_visible()
    assert screen(page) == name


def press(page: Page, keys: str) -> None:
    for key in keys:
        page.locator(f".screen:not([hidden]) [data-key='{key}']").click()


def type_in(page: Page, person: Person) -> None:
    """Up to the tail of the card."""
    page.click("#k-start")
    press(page, person.id)
    page.click("#k-id [data-next]")
    reach(page, "name")
    page.fill("#k-name-field", person.name)
    page.click("#k-name [data-next]")
    reach(page, "tail")


def look_up(page: Page, person: Person = PERSON) -> None:
    type_in(page, person)
    page.click("#k-skip")


def shows_nothing(page: Page, words: Sequence[str] = WORDS) -> bool:
    """Nothing of anybody in the document, in the fields, in what a store of this origin holds."""
    held = page.evaluate("""() => [document.documentElement.outerHTML, document.title, location.href,
        ...[...document.querySelectorAll('input')].map(field => field.value),
        JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, JSON.stringify(history.state)]""")
    return not any(word in text for text in held for word in words)


# --- looking up ---


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


# --- wiping ---


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


def test_nobodys_words_are_left_in_the_memory_of_the_page(page: Page) -> None:
    look_up(page)
    reach(page, "answer")
    page.click("#k-done")
    look_up(page, replace(PERSON, name="诸葛静"))
    reach(page, "message")
    assert PERSON.id in _heap(page)
    page.click("#k-done")
    look_up(page, people(1)[0])  # the engine keeps the last match of a pattern, and the last request
    reach(page, "answer")
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
        expect(page.locator("#k-front")).to_be_visible(timeout=6000)
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
    _wait_until(lambda: bool(waiting), page)
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


# --- the disk ---


@contextmanager
def profile_of(browser: Browser, folder: Path, *arguments: str) -> Iterator[BrowserContext]:
    """A browser with a profile on the disk, and with the memory of left pages that Playwright turns off."""
    context = browser.browser_type.launch_persistent_context(
        folder,
        executable_path=CHROMIUM,
        args=["--no-sandbox", *arguments],
        ignore_default_args=["--disable-back-forward-cache"],
        viewport={"width": 1280, "height": 800},
    )
    try:
        yield context
    finally:
        with suppress(Error):  # it may have been killed
            context.close()


def kill(profile: Path) -> None:
    """Pull the plug on the browser of this profile."""
    for folder in Path("/proc").iterdir():
        try:
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if f"--user-data-dir={profile}".encode() in command.split(b"\0"):
            os.kill(int(folder.name), signal.SIGKILL)


def places(folder: Path, words: Sequence[str]) -> dict[str, list[str]]:
    """Files that hold a word, however text is written down there."""
    found: dict[str, list[str]] = {}
    for path in folder.rglob("*"):
        data = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        for word in words:
            shapes = [word.encode(coding) for coding in ("utf-8", "utf-16-le", "utf-16-be")]
            if any(shape in data for shape in [*shapes, quote(word).encode(), ascii(word)[1:-1].encode()]):
                found.setdefault(word, []).append(str(path.relative_to(folder)))
    return found


def remember_tabs(profile: Path) -> None:
    """What a careless set-up leaves on: going on where the browser was left, also after a crash."""
    file = profile / "Default" / "Preferences"
    preferences = json.loads(file.read_text(encoding="utf-8"))
    preferences.setdefault("session", {})["restore_on_startup"] = 1
    preferences["profile"]["exit_type"] = "Normal"
    file.write_text(json.dumps(preferences), encoding="utf-8")


def test_the_disk_holds_nothing_of_anybody(browser: Browser, hall: Hall, tmp_path: Path) -> None:
    """Found, missed, left on the screen when the plug is pulled, restored, left and come back to, closed. The reader's
    program even allows its answers to be kept. An ordinary form in another tab shows that this test can find."""
    profile, planted = tmp_path / "profile", "寻得见的词"
    words = [*WORDS, "诸葛静"]
    with card_reader(CARD) as reader, hall.served(hall.content("reader_url", f'"{reader}"')) as server:
        address = f"{server.url}kiosk"
        with profile_of(browser, profile) as context:
            hall.set_up(context.pages[0], server.url)
            await_kept(context.pages[0])
        remember_tabs(profile)
        with profile_of(browser, profile) as context:
            other, page = context.pages[0], context.new_page()
            other.goto(f"{server.url}search")
            other.locator("input[type=search]").first.fill(planted)
            page.goto(address)
            look_up(page, replace(PERSON, name="诸葛静"))
            reach(page, "message")
            page.click("#k-done")
            page.click("#k-start")
            page.click("#k-read")
            reach(page, "tail")
            page.click("#k-skip")
            reach(page, "answer")
            page.click("#k-done")
            page.click("#k-start")
            press(page, PERSON.id)
            page.click("#k-id [data-next]")
            page.fill("#k-name-field", PERSON.name)
            page.wait_for_timeout(4000)  # sessions are written every two or three seconds
            page.click("#k-name [data-next]")
            page.click("#k-skip")
            reach(page, "answer")
            page.wait_for_timeout(4000)
            kill(profile)
        found = places(profile, [*words, planted])
        assert any("Sessions" in place for place in found.pop(planted))
        assert found == {}
        remember_tabs(profile)
        with profile_of(browser, profile, "--restore-last-session") as context:
            _wait_until(lambda: address in [each.url for each in context.pages], context.pages[0])
            page = next(each for each in context.pages if each.url == address)
            other = next(each for each in context.pages if each.url == f"{server.url}search")
            assert other.locator("input[type=search]").first.input_value() == planted
            reach(page, "front")
            assert shows_nothing(page)
            look_up(page)
            reach(page, "answer")
            page.goto(f"{server.url}villages/")
            page.go_back()
            reach(page, "front")
            assert shows_nothing(page)
            look_up(page)
            reach(page, "answer")
            page.wait_for_timeout(11_000)  # the history is written every ten seconds
        found = places(profile, [*words, "东河镇王村", "kiosk/seen"])
        assert any("CacheStorage" in place for place in found.pop("东河镇王村"))
        assert found.pop("kiosk/seen")
        assert found == {}


# --- paper ---


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


# --- the site's pages ---


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
        expect(page.locator("#k-front")).to_be_visible(timeout=6000)
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
            for width, height in SIZES:
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


# --- without network ---


def _wait_until(is_so: Callable[[], bool], page: Page | None = None) -> None:
    until = time.monotonic() + 15
    while not is_so():
        assert time.monotonic() < until
        page.wait_for_timeout(50) if page else time.sleep(0.05)


def kept(page: Page, server: Server) -> set[str]:
    return {url.removeprefix(server.url) for url in page.evaluate(KEPT)}


def await_kept(page: Page, *but: str) -> None:
    """Until everything is kept that the list names, but for these."""
    _wait_until(lambda: page.evaluate(MISSING) == list(but), page)


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
    _wait_until(lambda: "kiosk/pages.json" in seen, page)
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
    answers = server.app.wsgi_app

    def slow(environ: Any, start: Any) -> Any:
        if WANGCUN in environ["PATH_INFO"]:
            time.sleep(9)
        return answers(environ, start)

    server.app.wsgi_app = slow
    page.get_by_role("link", name="看本村公示").click()
    started = time.monotonic()
    expect(page.locator("#k-page h1")).to_have_text("东河镇王村", timeout=8000)
    assert 3 < time.monotonic() - started < 7
    expect(page.locator("#k-kept")).to_be_visible()


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
            _wait_until(lambda: _digest(page, server.url + village) not in ("", before[0]))
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
    _wait_until(lambda: "villages/gone/index.html" not in kept(page, server))
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
    _wait_until(lambda: page.evaluate("caches.keys()") == [])


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
    for aged in (False, True):
        if aged:
            page.evaluate("caches.delete('mingbai-kiosk')")
            page.goto(f"{server.url}kiosk")
            expect(page.locator("h1")).to_have_text("现在没有网络")
        server.start()
        expect(page.locator("#k-front")).to_be_visible(timeout=25_000)
        server.stop()


def test_a_machine_in_a_township_keeps_the_township(browser: Browser, hall: Hall, server: Server) -> None:
    with machine(browser) as page:
        hall.set_up(page, server.url, DONGHE)
        await_kept(page)
        page.get_by_role("link", name="看本村公示").click()
        expect(page.locator("#k-page h1")).to_have_text("查本村公示")


# --- the reader of ID cards ---

CARD = b'{"code": 0, "data": {"name": "%s", "idNumber": "%s"}}' % (PERSON.name.encode(), PERSON.id.encode())


@contextmanager
def card_reader(answer: bytes) -> Iterator[str]:
    """A reader's own program on this machine, which lets any page ask and any cache keep."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Cache-Control", "public, max-age=86400")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/read"
        server.shutdown()


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


# --- how it looks ---


def _screens(page: Page) -> Iterator[str]:
    """One screen after the other, with what can be on it."""
    yield "front"
    page.click("#k-start")
    yield "id"
    press(page, PERSON.id[:17])
    page.click("#k-id [data-next]")
    expect(page.locator("#k-id-words")).not_to_be_empty()
    yield "id with words"
    press(page, PERSON.id[17])
    page.click("#k-id [data-next]")
    reach(page, "name")
    page.click("#k-name [data-next]")
    yield "name with words"
    page.fill("#k-name-field", PERSON.name)
    page.click("#k-name [data-next]")
    yield "tail"
    page.click("#k-skip")
    reach(page, "answer")
    page.evaluate("document.querySelectorAll('#k-answer details').forEach(one => { one.open = true; })")
    yield "answer"
    page.evaluate("document.querySelector('#k-countdown').hidden = false")
    yield "answer with countdown"
    page.click("#k-done")
    look_up(page, replace(PERSON, name="诸葛静"))
    reach(page, "message")
    yield "message"
    page.click("#k-done")
    page.get_by_role("link", name="看本村公示").click()
    expect(page.locator("#k-page h1")).to_be_visible()
    yield "page"


@pytest.mark.parametrize("size", SIZES)
def test_every_screen_is_large_clear_and_whole(
    browser: Browser, hall: Hall, server: Server, size: tuple[int, int]
) -> None:
    wrong: dict[str, object] = {}
    complaints: list[str] = []
    with machine(browser, size) as page:
        hall.set_up(page, server.url)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        for name in _screens(page):
            found = {
                "axe": violations(page) if size in ((1080, 1920), (800, 600)) else [],
                "small": page.evaluate(TARGETS),
                "type": page.evaluate(SMALLEST) < 22,
                "contrast": page.evaluate(CONTRASTS) < 4.5,
                "wide": page.evaluate(WIDEST) > 0,
            }
            if any(found.values()):
                wrong[name] = {what: said for what, said in found.items() if said}
    assert wrong == {}
    assert complaints == []


@pytest.mark.parametrize("size", SIZES[:4])
def test_all_keys_are_seen_without_moving_the_page(
    browser: Browser, hall: Hall, server: Server, size: tuple[int, int]
) -> None:
    with machine(browser, size) as page:
        hall.set_up(page, server.url)
        page.click("#k-start")
        assert (
            page.evaluate("document.querySelector('main').scrollHeight - document.querySelector('main').clientHeight")
            <= 0
        )
        for key in page.locator("#k-id button").all():
            expect(key).to_be_in_viewport(ratio=1)
