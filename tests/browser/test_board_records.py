"""A board noted from a phone, looked at by somebody else: sound to axe's eye, and without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.board_records import PLACE, camera, noted
from tests.browser.serving import served
from tests.browser.test_desk_sign_in import bind_phone, look, sign_in
from tests.county import build, make_site, noticed_batch, office_in
from tests.ledger_dump import dump
from tests.service import make_app
from tests.staff import give_password
from tests.workbooks import people

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def seen_by(browser: Browser, url: str, name: str, *, scripted: bool = True) -> Page:
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=scripted)
    page = context.new_page()
    sign_in(page, url + "desk/", name)
    if page.locator("code.secret").count():
        bind_phone(page)
    return page


@pytest.fixture
def photo_file(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "IMG_20250604_101530.jpg"
    path.write_bytes(camera())
    yield path
    path.unlink()


@pytest.mark.parametrize("scripted", [True, False])
def test_from_one_phone_to_the_other(browser: Browser, tmp_path: Path, photo_file: Path, scripted: bool) -> None:
    with office_in(tmp_path / "office") as office:
        batch = noticed_batch(office, tmp_path, people(6))
        give_password(office, tmp_path / "office", "village-clerk", "reviewer")
        site = make_site(office, tmp_path / "office")
        build(office, site)
        with served(make_app(office, site, tmp_path / "office")) as url:
            clerk = seen_by(browser, url, "village-clerk", scripted=scripted)
            clerk.goto(f"{url}desk/batches/{batch}")
            clerk.get_by_role("link", name="公示栏张贴登记").click()
            clerk.get_by_label("贴出", exact=True).check()
            clerk.get_by_label("哪一天").fill("2025-06-04")
            clerk.get_by_label("照片").set_input_files(photo_file)
            clerk.get_by_role("button", name="记下").click()
            assert "照片等另一个人看过再公开" in clerk.inner_text("main")
            assert clerk.get_by_role("img", name="王村的公示栏，2025年6月4日贴出").is_visible()
            if scripted:
                assert look(clerk) == []
            reviewer = seen_by(browser, url, "reviewer", scripted=scripted)
            reviewer.get_by_role("link", name="1张公示栏照片等着看过再公开").click()
            if scripted:
                assert look(reviewer) == []
                reviewer.screenshot(path=tmp_path / "looking.png", full_page=True)
            reviewer.get_by_role("button", name="看过了，可以公开").click()
            assert "公开了" in reviewer.inner_text("main")
            build(office, site)
            reader = browser.new_page(viewport={"width": 360, "height": 740})
            reader.goto(f"{url}villages/990199101201/")
            picture = reader.get_by_role("img", name="王村的公示栏")
            picture.scroll_into_view_if_needed()
            assert picture.evaluate("async image => { await image.decode(); return image.naturalWidth }") == 1280
            for page in (clerk, reviewer, reader):
                page.context.close()
        assert PLACE not in repr(dump(office.ledger)).encode()


def test_two_press_at_once(browser: Browser, tmp_path: Path) -> None:
    """Two reviewers have the same photo before them: the second is told."""
    with office_in(tmp_path / "office") as office:
        batch = noticed_batch(office, tmp_path, people(6))
        noted(office, batch, "up", 4)
        give_password(office, tmp_path / "office", "reviewer", "discloser")
        with served(make_app(office, make_site(office, tmp_path / "office"), tmp_path / "office")) as url:
            both = [seen_by(browser, url, name) for name in ("reviewer", "discloser")]
            for page in both:
                page.goto(f"{url}desk/batches/{batch}/board")
            both[0].get_by_role("button", name="删掉").click()
            both[1].get_by_role("button", name="看过了，可以公开").click()
            assert "没有这条张贴登记，可能已经删掉" in both[1].inner_text("main")
            for page in both:
                page.context.close()
