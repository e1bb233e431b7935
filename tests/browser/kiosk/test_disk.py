"""Whatever happens to the machine, its disk holds nothing of anybody."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Error

from tests.browser.kiosk.hall import (
    CARD,
    PERSON,
    WORDS,
    Hall,
    await_kept,
    card_reader,
    look_up,
    press,
    reach,
    shows_nothing,
    wait_until,
)
from tests.browser.serving import CHROMIUM

pytestmark = [pytest.mark.browser, pytest.mark.slow]


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
            wait_until(lambda: address in [each.url for each in context.pages], context.pages[0])
            page = next(each for each in context.pages if each.url == address)
            other = next(each for each in context.pages if each.url == f"{server.url}search")
            assert other.locator("input[type=search]").first.input_value() == planted
            reach(page, "front")
            assert shows_nothing(page)
            page.bring_to_front()  # the hands wait a second for every key of a tab that nobody sees
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
