"""Every screen at every size: large, clear, whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.kiosk.hall import (
    PERSON,
    SIZES,
    SMALLEST,
    TARGETS,
    WIDEST,
    Hall,
    Server,
    look_up,
    machine,
    press,
    reach,
)
from tests.browser.test_accessibility import violations
from tests.browser.test_modes import CONTRASTS
from tests.faults.conditions import FULL

pytestmark = [pytest.mark.browser, pytest.mark.slow]


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


@pytest.mark.parametrize("size", SIZES if FULL else (SIZES[0], SIZES[3], SIZES[4]))
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
