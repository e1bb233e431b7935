"""The pictures of the staff guide, taken of the demo county: `python -m tests.browser.guide` (`make guide`).

Each is what a member of staff sees on the page that the guide tells about. They are kept with the documents, so that the
guide can be read where nothing runs.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from portal.actions.staff import CONSOLE, reset_factor
from portal.commands import cli
from portal.commands.console import Console
from portal.config import PROJECT, Config
from tests.browser.serving import chromium, served
from tests.browser.test_desk_sign_in import bind_phone, sign_in
from tests.staff import give_password
from wsgi import application, make_site

IMAGES = PROJECT / "docs" / "images" / "desk"
ROLL = PROJECT / "content" / "demo" / "mistakes" / "错误大全.xlsx"
WIDTH, TALLEST = 1000, 1100
"""Of a picture, in pixels: what is below is left out."""


def main(names: list[str]) -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    IMAGES.mkdir(parents=True, exist_ok=True)
    with _demo() as console, served(application()) as url, chromium() as browser:
        for name, (who, show) in PICTURES.items():
            if names and name not in names:
                continue
            page = _signed_in(browser, console, url + "desk/", who)
            show(page, url + "desk/")
            tall = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
            file = IMAGES / f"{name}.jpg"
            page.screenshot(
                path=file, type="jpeg", quality=60, full_page=True,
                clip={"x": 0, "y": 0, "width": WIDTH, "height": tall},
            )  # fmt: skip
            page.context.close()
            print(file)


@contextmanager
def _demo() -> Iterator[Console]:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MINGBAI_INSTANCE"] = folder
        cli(["demo", "--no-serve"], obj=Console(Config.from_environment(), make_site), standalone_mode=False)
        yield Console(Config.from_environment(), make_site)


def _signed_in(browser: Browser, console: Console, desk: str, who: str) -> Page:
    give_password(console.office, console.config.instance, who)
    reset_factor(console.office, CONSOLE, who)
    page = browser.new_context(viewport={"width": WIDTH, "height": 800}, reduced_motion="reduce").new_page()
    sign_in(page, desk, who)
    if page.locator("code.secret").count():
        bind_phone(page)
        if page.locator("code.recovery").count():
            page.goto(desk)
    return page


def _at(path: str) -> Callable[[Page, str], object]:
    return lambda page, desk: page.goto(desk + path)


def _draft(page: Page, desk: str) -> None:
    page.goto(desk + "rolls")
    page.locator("input[type=file]").set_input_files(ROLL)
    page.get_by_role("button", name="上传，先看看有没有问题").click()
    page.get_by_role("heading", name="有没有问题").wait_for()


def _first(path: str, link: str) -> Callable[[Page, str], None]:
    """The page behind the first link of a list whose address holds `link`."""

    def show(page: Page, desk: str) -> None:
        page.goto(desk + path)
        page.locator(f"main a[href*='{link}']").first.click()

    return show


def _board(page: Page, desk: str) -> None:
    """Of a list that hangs now."""
    page.goto(desk + "batches")
    page.locator("main tr", has_text="2026年 耕地地力保护补贴").locator("a").first.click()
    page.get_by_role("link", name="公示栏张贴登记").click()


PICTURES: dict[str, tuple[str, Callable[[Page, str], object]]] = {
    "today": ("liuyang", _at("")),
    "rolls": ("liuyang", _at("rolls")),
    "draft": ("liuyang", _draft),
    "batches": ("liuyang", _at("batches")),
    "batch": ("liuyang", _first("batches", "batches/2026-")),
    "cases": ("xinfang", _at("cases?tab=all")),
    "case": ("xinfang", _first("cases?tab=all", "cases/2026-")),
    "window": ("yuhua", _at("window")),
    "print": ("yuhua", _at("print")),
    "board": ("malin", _board),
    "policies": ("zhaomin", _at("policies/2026")),
    "warnings": ("zhaomin", _at("warnings")),
    "withdraw": ("wangfang", _at("withdraw")),
    "journal": ("shenji", _at("journal")),
    "roles": ("shenji", _at("roles")),
}
"""File → who sees it, and how to get there."""


if __name__ == "__main__":
    main(sys.argv[1:])
