"""The policy list from this year's to next year's with the keyboard alone and without script; its pages, the journal, the
verification and the roles are open to everybody, on a phone and on a screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from portal.actions.verifications import keep_verification
from portal.office import Office
from portal.queries.verification import verify_ledger
from tests.browser.serving import served
from tests.browser.test_desk_rolls import press
from tests.browser.test_desk_sign_in import bind_phone, look, sign_in
from tests.cases import AUDITOR, open_desk
from tests.county import build, make_site, office_in, published_batch
from tests.service import make_app
from tests.staff import give_password
from tests.workbooks import people

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Office, Path]]:
    folder = tmp_path_factory.mktemp("policies")
    with office_in(folder) as office:
        open_desk(office, folder)
        published_batch(office, folder, people(8))
        site = make_site(office, folder)
        build(office, site)
        keep_verification(office, folder, "accountant", lambda: [*verify_ledger(office.ledger), *site.verify()])
        give_password(office, folder, "accountant", "second", AUDITOR.name)
        with served(make_app(office, site, folder)) as url:
            yield url, office, folder


def enter(browser: Browser, url: str, name: str, **context: object) -> Page:
    page = browser.new_context(reduced_motion="reduce", **context).new_page()  # type: ignore[arg-type]
    sign_in(page, url + "desk/", name)
    bind_phone(page)
    return page


def test_next_years_list_with_the_keyboard_and_without_script(browser: Browser, desk: tuple[str, Office, Path]) -> None:
    url, _office, _folder = desk
    maker = enter(browser, url, "accountant", java_script_enabled=True)
    maker.goto(url + "desk/policies")
    press(maker, maker.get_by_role("button", name="照现行的做一版"))
    expect(maker.locator("h1")).to_have_text("2026年补贴政策清单 第1版")
    press(maker, maker.get_by_role("link", name="困难群众补助"))
    maker.get_by_label("补贴标准").fill("每人每年300元")
    press(maker, maker.get_by_role("button", name="存好"))
    expect(maker.get_by_role("status").first).to_contain_text("已存好，等另一人批准")
    expect(maker.get_by_text("不能自己批准")).to_be_visible()
    other = enter(browser, url, "second", java_script_enabled=False)
    other.goto(url + "desk/policies/2026")
    other.get_by_role("button", name="看过了，批准").click()
    expect(other.get_by_role("status").first).to_contain_text("第1版已批准")


def test_the_pages_are_open_to_everybody(browser: Browser, desk: tuple[str, Office, Path]) -> None:
    url, _office, _folder = desk
    auditor = enter(browser, url, AUDITOR.name)
    wrong: dict[str, list[str]] = {}
    for path in ("policies", "policies/2025", "journal", "verify", "roles"):
        for width, mode in ((360, ""), (360, "large"), (1280, "contrast")):
            auditor.set_viewport_size({"width": width, "height": 800})
            auditor.goto(url + "desk/" + path)
            auditor.evaluate("mode => document.documentElement.className = mode", mode)
            wrong[f"{path} {width} {mode}"] = look(auditor)
    assert {name: found for name, found in wrong.items() if found} == {}
