"""A hall with a kiosk in it: the service to be stopped and started, a machine set up as staff do, hands that press keys."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize, expect
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import BaseWSGIServer, make_server

from portal.actions.kiosks import add_kiosk
from portal.office import Office
from portal.queries.kiosks import list_kiosks
from tests.county import (
    CONTENT,
    WANGCUN,
    change_site_text,
    make_site,
)
from tests.service import make_app
from tests.workbooks import Person

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


@contextmanager
def machine(browser: Browser, size: tuple[int, int] = (1280, 800), **more: Any) -> Iterator[Page]:
    viewport: ViewportSize = {"width": size[0], "height": size[1]}
    context = browser.new_context(viewport=viewport, **more)
    try:
        yield context.new_page()
    finally:
        context.close()


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


def wait_until(is_so: Callable[[], bool], page: Page | None = None) -> None:
    until = time.monotonic() + 15
    while not is_so():
        assert time.monotonic() < until
        page.wait_for_timeout(50) if page else time.sleep(0.05)


def kept(page: Page, server: Server) -> set[str]:
    return {url.removeprefix(server.url) for url in page.evaluate(KEPT)}


def await_kept(page: Page, *but: str) -> None:
    """Until everything is kept that the list names, but for these."""
    wait_until(lambda: page.evaluate(MISSING) == list(but), page)


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
