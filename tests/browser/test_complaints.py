"""Complaints in a real browser: on a phone, without script, when the network drops, on paper, at a kiosk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from portal.actions.cases import describe_case
from portal.actions.kiosks import add_kiosk
from portal.domain.receipts import read_receipt
from tests.browser.kiosk.hall import SMALLEST, WIDEST
from tests.browser.kiosk.hall import TARGETS as KIOSK_TARGETS
from tests.browser.serving import served
from tests.browser.test_accessibility import MODES, context_for, violations
from tests.browser.test_modes import CONTRASTS, TARGETS
from tests.cases import DEPARTMENT, DESK_A, DESK_B, do, open_desk
from tests.county import WANGCUN, build, make_site, office_in, published_batch
from tests.portal.cases.conftest import STORY, County
from tests.portal.cases.test_follow import ANSWER, words
from tests.portal.security.test_attachments import photo
from tests.workbooks import people

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAME, PHONE = "欧阳翠花", "13900000000"
HELD = """() => [document.documentElement.outerHTML, location.href, document.cookie, JSON.stringify(history.state),
    ...[...document.querySelectorAll('input, textarea')].map(field => field.value),
    JSON.stringify(localStorage), JSON.stringify(sessionStorage)].join('\\n')"""


@dataclass
class Served:
    url: str
    county: County


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("complaints")
    with office_in(folder / "office") as office:
        case_keys = open_desk(office, folder / "office")
        batch = published_batch(office, folder, people(6))
        build(office, make_site(office, folder / "office"))
        county = County(office, case_keys, folder, batch)
        with served(county.app(folder)) as url:
            yield Served(url, county)


@pytest.fixture
def fresh(there: Served, tmp_path: Path) -> Iterator[str]:
    """The same service with counters of its own, so that no test stands in another's queue."""
    with served(there.county.app(tmp_path)) as url:
        yield url


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, fresh: str) -> Page:
    page = context.new_page()
    page.goto(fresh + "complain")
    return page


def press(page: Page, word: str) -> None:
    page.get_by_role("button", name=word, exact=True).click()


def reach(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def fill_in(page: Page, *, named: bool = False) -> None:
    """From the first page to the last."""
    page.get_by_text("没收到钱").click()
    press(page, "下一步")
    reach(page, "这件事跟谁有关？")
    page.get_by_text("村里（村干部、村民小组）").click()
    page.get_by_label("是哪个村、哪个乡镇").select_option(WANGCUN)
    press(page, "下一步")
    reach(page, "请您说一说")
    page.get_by_label("是怎么一回事").fill(STORY)
    press(page, "下一步")
    reach(page, "留不留姓名，您来定")
    page.get_by_text("留姓名或电话" if named else "不留，匿名寄").click()
    if named:
        page.get_by_label("姓名", exact=True).fill(NAME)
        page.get_by_label("电话", exact=True).fill(PHONE)
    press(page, "下一步")
    reach(page, "看一遍，再寄出")


def receipt_of(page: Page) -> str:
    reach(page, "收到了，请留好回执")
    receipt = read_receipt(page.locator("[data-groups]").inner_text())
    assert receipt
    return receipt


def test_a_villager_files_from_the_home_page(page: Page, there: Served, fresh: str, tmp_path: Path) -> None:
    page.goto(fresh)
    page.locator(".doors").get_by_role("link", name="我要反映").click()
    fill_in(page, named=True)
    picture = tmp_path / "存折.jpg"
    picture.write_bytes(photo(gps=True))
    page.get_by_label("照片（可以不加，最多5张）").set_input_files(picture)
    press(page, "寄出")
    receipt = receipt_of(page)
    assert there.county.followed(receipt).facts.named
    assert there.county.count("case_files") == 2
    assert page.url == fresh + "complain"
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    assert STORY not in page.evaluate(HELD)


def test_without_script_it_is_a_form(browser: Browser, there: Served, fresh: str, tmp_path: Path) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(fresh + f"complain?village={WANGCUN}")
    fill_in(page)
    picture = tmp_path / "a.png"
    picture.write_bytes(photo(kind="PNG"))
    page.get_by_label("照片（可以不加，最多5张）").set_input_files(picture)
    press(page, "寄出")
    receipt = receipt_of(page)
    assert page.locator("img[data-code]").get_attribute("src").startswith("data:image/png")  # type: ignore[union-attr]
    assert receipt not in page.url
    page.get_by_role("link", name="查办理进度").first.click()
    page.get_by_label("回执号").fill(receipt)
    press(page, "查进度")
    reach(page, "您反映的事办到哪一步了")
    assert receipt not in page.url
    context.close()


def test_what_is_wrong_is_told_above_and_leads_to_its_field(page: Page) -> None:
    press(page, "下一步")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("请选一项：是什么事")
    expect(alert).to_be_focused()
    alert.get_by_role("link").click()
    expect(page.get_by_label("没收到钱")).to_be_focused()


def test_back_keeps_what_was_typed(page: Page) -> None:
    fill_in(page, named=True)
    press(page, "上一步")
    expect(page.get_by_label("姓名", exact=True)).to_have_value(NAME)
    press(page, "上一步")
    expect(page.get_by_label("是怎么一回事")).to_have_value(STORY)
    page.get_by_label("是怎么一回事").fill("改过的")
    press(page, "下一步")
    press(page, "下一步")
    expect(page.get_by_text("改过的")).to_be_visible()


def test_the_devices_own_way_back_is_the_page_before_and_never_loses_a_receipt(page: Page, fresh: str) -> None:
    fill_in(page, named=True)
    page.go_back()
    reach(page, "留不留姓名，您来定")
    expect(page.get_by_label("姓名", exact=True)).to_have_value(NAME)
    page.go_back()
    expect(page.get_by_label("是怎么一回事")).to_have_value(STORY)
    press(page, "上一步")
    reach(page, "这件事跟谁有关？")
    for _ in range(3):
        press(page, "下一步")
    reach(page, "看一遍，再寄出")
    press(page, "寄出")
    receipt = receipt_of(page)
    page.go_back()
    assert receipt_of(page) == receipt
    assert page.url == fresh + "complain"
    assert page.evaluate("history.state") is None


def test_a_file_that_is_too_large_is_told_before_it_is_sent(page: Page, tmp_path: Path) -> None:
    fill_in(page)
    large = tmp_path / "大照片.jpg"
    large.write_bytes(photo() + b"\0" * 10 * 1024 * 1024)
    page.get_by_label("照片（可以不加，最多5张）").set_input_files(large)
    press(page, "寄出")
    expect(page.get_by_role("alert")).to_contain_text("文件“大照片.jpg”太大了")
    page.get_by_label("照片（可以不加，最多5张）").set_input_files([])
    press(page, "寄出")
    receipt_of(page)


def test_when_the_network_drops_the_words_stay_and_are_sent_once(
    page: Page, context: BrowserContext, there: Served, fresh: str
) -> None:
    before = there.county.count()
    fill_in(page, named=True)
    context.set_offline(True)
    press(page, "寄出")
    expect(page.get_by_role("alert")).to_contain_text("写的字先存在这台手机里")
    context.set_offline(False)
    page.goto(fresh + "complain")
    expect(page.get_by_text("有一份没寄出的")).to_be_visible()
    press(page, "接着寄")
    reach(page, "看一遍，再寄出")
    expect(page.get_by_text(STORY)).to_be_visible()
    press(page, "寄出")
    receipt_of(page)
    assert page.evaluate("localStorage.length") == 0
    assert there.county.count() == before + 1
    page.goto(fresh + "complain")
    expect(page.get_by_text("有一份没寄出的")).to_be_hidden()


def test_an_answer_that_got_lost_is_fetched_again(page: Page, there: Served) -> None:
    """The form arrived, its answer did not: the same form again is the same receipt."""
    before = there.county.count()
    fill_in(page)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/complain", lose, times=1)
    press(page, "寄出")
    expect(page.get_by_role("alert")).to_contain_text("不知道寄到了没有")
    assert there.county.count() == before + 1
    press(page, "寄出")
    receipt = receipt_of(page)
    assert there.county.count() == before + 1
    assert there.county.followed(receipt).own.number


def test_a_draft_is_forgotten_after_three_days(page: Page, context: BrowserContext, fresh: str) -> None:
    page.get_by_text("提个建议").click()
    context.set_offline(True)
    press(page, "下一步")
    expect(page.get_by_role("alert")).to_be_visible()
    context.set_offline(False)
    page.goto(fresh + "complain")
    expect(page.get_by_text("有一份没寄出的")).to_be_visible()
    kept = "localStorage.key(0), JSON.stringify({...JSON.parse(localStorage[localStorage.key(0)]), since: Date.now() - %d})"
    page.evaluate(f"localStorage.setItem({kept % (3 * 24 * 3600_000 + 1)})")
    page.reload()
    expect(page.get_by_text("有一份没寄出的")).to_be_hidden()
    assert page.evaluate("localStorage.length") == 0


def test_a_draft_can_be_thrown_away_at_once(page: Page, context: BrowserContext, fresh: str) -> None:
    page.get_by_text("提个建议").click()
    context.set_offline(True)
    press(page, "下一步")
    expect(page.get_by_role("alert")).to_be_visible()
    context.set_offline(False)
    page.goto(fresh + "complain")
    press(page, "删掉")
    assert page.evaluate("localStorage.length") == 0
    expect(page.get_by_text("有一份没寄出的")).to_be_hidden()


def test_a_browser_works_for_its_place_in_a_flood(page: Page, there: Served, fresh: str) -> None:
    for _ in range(10):
        fill_in(page)
        press(page, "寄出")
        receipt_of(page)
        page.goto(fresh + "complain")
    before = there.county.count()
    fill_in(page)
    press(page, "寄出")
    expect(page.locator("[data-receipt]")).to_be_visible(timeout=60_000)
    assert there.county.count() == before + 1


def test_the_receipt_is_a_picture_and_a_slip(page: Page) -> None:
    fill_in(page, named=True)
    press(page, "寄出")
    receipt_of(page)
    press(page, "存成图片")
    made = page.locator("[data-made]")
    expect(made).to_be_visible()
    expect(made).to_have_js_property("naturalWidth", 760)
    assert (made.get_attribute("src") or "").startswith("data:image/png;base64,")
    page.emulate_media(media="print")
    expect(page.locator("[data-groups]")).to_be_visible()
    expect(page.locator("img[data-code]")).to_be_visible()
    for selector in (".top", ".bottom", ".tools-row >> nth=0", "[data-made]"):
        expect(page.locator(selector).first).to_be_hidden()
    assert NAME not in page.locator("body").inner_text()


def test_a_scanned_slip_fills_the_receipt_in_and_leaves_no_trace(page: Page, fresh: str) -> None:
    fill_in(page)
    press(page, "寄出")
    receipt = receipt_of(page)
    proof = page.locator("[data-proof]").inner_text().strip()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{fresh}follow#{receipt}")
    expect(page.get_by_label("回执号")).to_have_value(re.sub(r"(\d{4})(?=\d)", r"\1 ", receipt))
    assert page.url == fresh + "follow"
    press(page, "查进度")
    reach(page, "您反映的事办到哪一步了")
    page.goto(f"{fresh}receipt-check#{proof}")
    expect(page.get_by_label("凭证")).to_have_value(proof)
    press(page, "核对")
    expect(page.get_by_text("是真的 ✓")).to_be_visible()
    assert not [url for url in asked if receipt in url.partition("#")[0] or proof in url.partition("#")[0]]


def test_answering_back_and_judging(page: Page, there: Served, fresh: str) -> None:
    office, keys = there.county.office, there.county.keys
    fill_in(page)
    press(page, "寄出")
    receipt, number = receipt_of(page), page.locator("[data-line=编号]").inner_text()
    do(office, number, "accept")
    do(office, number, "ask", words=words(keys, receipt, "哪家银行？"))
    page.goto(fresh + "follow")
    page.get_by_label("回执号").fill(receipt)
    press(page, "查进度")
    expect(page.get_by_text("哪家银行？")).to_be_visible()
    page.get_by_text("补充几句，或者回答问您的话").click()
    page.get_by_label("补充的话").fill("农商行")
    press(page, "寄出")
    expect(page.get_by_text("补充的话收到了")).to_be_visible()
    expect(page.locator(".own .said-words")).to_have_text("农商行")
    describe_case(office, DESK_A, number, "没到账", "一户没有到账")
    for act, by in (
        ("assign", DESK_A),
        ("report_back", DEPARTMENT),
        ("draft", DESK_A),
        ("review", DESK_B),
        ("answer", DESK_A),
    ):
        said: dict[str, Any] = {"words": words(keys, receipt, ANSWER)} if act == "draft" else {}
        do(office, number, act, by, **said)
    page.goto(fresh + "follow")
    page.get_by_label("回执号").fill(receipt)
    press(page, "查进度")
    expect(page.locator(".answer")).to_contain_text(ANSWER)
    press(page, "不满意")
    expect(page.get_by_text("评价收到了")).to_be_visible()
    page.get_by_text("不满意，要求重新办理").click()
    page.get_by_label("哪里不对，哪里不满意").fill("还是没到")
    press(page, "要求重新办理")
    expect(page.get_by_text("会重新办理。")).to_be_visible()
    assert receipt not in page.url


@pytest.mark.parametrize("mode", MODES)
def test_axe_finds_nothing_on_any_page(browser: Browser, there: Served, fresh: str, mode: str) -> None:
    context = context_for(browser, 360, mode)
    page = context.new_page()
    found, least = {}, 60 if mode == "large" else 44

    def look(kind: str) -> None:
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth")
            small = page.evaluate(
                TARGETS.replace("a.big", "a.big, a.go, .problems a, textarea, label.choice").replace(
                    "input,", "input:not([type=radio]):not([type=checkbox]),"
                ),
                least,
            )
            if (wrong := violations(page)) or wide > width or small:
                found[kind, width] = (wrong, wide, small)
        if page.evaluate(CONTRASTS) < 4.5:
            found[kind, 0] = page.evaluate(CONTRASTS)

    page.goto(fresh + "complain")
    look("what")
    press(page, "下一步")
    expect(page.get_by_role("alert")).to_be_visible()
    look("wrong")
    page.get_by_text("没收到钱").click()
    press(page, "下一步")
    reach(page, "这件事跟谁有关？")
    page.get_by_text("县里的部门").first.click()
    look("whom")
    page.get_by_text("县领导").click()
    press(page, "下一步")
    reach(page, "请直接找上一级反映")
    look("superior")
    page.goto(fresh + "complain")
    fill_in(page, named=True)
    look("check")
    press(page, "上一步")
    reach(page, "留不留姓名，您来定")
    look("who")
    press(page, "上一步")
    reach(page, "请您说一说")
    look("story")
    press(page, "下一步")
    press(page, "下一步")
    press(page, "寄出")
    receipt = receipt_of(page)
    press(page, "存成图片")
    look("receipt")
    page.goto(fresh + "follow")
    look("follow")
    page.get_by_label("回执号").fill("1")
    press(page, "查进度")
    expect(page.get_by_role("alert")).to_be_visible()
    look("follow wrong")
    page.get_by_label("回执号").fill(receipt)
    press(page, "查进度")
    reach(page, "您反映的事办到哪一步了")
    page.get_by_text("补充几句，或者回答问您的话").click()
    look("case")
    for path in ("request", "receipt-check"):
        page.goto(fresh + path)
        look(path)
    context.close()
    assert found == {}


@pytest.fixture
def kiosk(browser: Browser, there: Served, fresh: str) -> Iterator[Page]:
    """A kiosk with a clock that the test turns, on the first page of the form."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.clock.install()
    page.goto(fresh + "kiosk")
    page.fill("#code", add_kiosk(there.county.office, "便民大厅自助机", WANGCUN, "discloser"))
    press(page, "登记")
    page.get_by_role("link", name="我要反映").click()
    reach(page, "出了什么事？")
    yield page
    context.close()


def test_at_a_kiosk_everything_is_large_and_goes_when_it_is_done(kiosk: Page, there: Served) -> None:
    small = {}
    for step in ("下一步", "下一步", "下一步", "下一步", ""):
        title = kiosk.locator("h1").inner_text()
        if found := kiosk.evaluate(
            KIOSK_TARGETS.replace("input,", "input:not([type=radio]):not([type=checkbox]):not([type=hidden]),")
        ):
            small[title] = found
        assert kiosk.evaluate(SMALLEST) >= 18, title
        assert kiosk.evaluate(WIDEST) <= 0, title
        if title.startswith("出了"):
            kiosk.get_by_text("没收到钱").click()
        elif title.startswith("这件"):
            kiosk.get_by_text("不针对谁").click()
        elif title.startswith("请您"):
            kiosk.get_by_label("是怎么一回事").fill(STORY)
        elif title.startswith("留不留"):
            kiosk.get_by_text("不留，匿名寄").click()
        if step:
            press(kiosk, step)
            expect(kiosk.locator("h1")).not_to_have_text(title)
    assert small == {}
    assert kiosk.locator("input[type=file]").count() == 0
    press(kiosk, "寄出")
    receipt = receipt_of(kiosk)
    assert there.county.followed(receipt).facts.source == "kiosk"
    kiosk.get_by_role("link", name="我记好了，清掉").click()
    kiosk.wait_for_url("**/kiosk")
    kiosk.go_back()
    held = kiosk.evaluate(HELD)
    assert receipt not in held
    assert STORY not in held


def test_at_a_kiosk_what_is_typed_goes_after_three_minutes(kiosk: Page) -> None:
    kiosk.get_by_text("没收到钱").click()
    press(kiosk, "下一步")
    reach(kiosk, "这件事跟谁有关？")
    kiosk.get_by_text("不针对谁").click()
    press(kiosk, "下一步")
    kiosk.get_by_label("是怎么一回事").fill(STORY)
    kiosk.clock.run_for(140_000)
    expect(kiosk.locator("#k-countdown")).to_be_hidden()
    kiosk.clock.run_for(20_000)
    expect(kiosk.locator("#k-countdown")).to_be_visible()
    kiosk.keyboard.press("a")
    expect(kiosk.locator("#k-countdown")).to_be_hidden()
    kiosk.clock.run_for(181_000)
    kiosk.wait_for_url("**/kiosk")
    assert STORY not in kiosk.evaluate(HELD)


def test_a_kiosk_keeps_no_draft(kiosk: Page) -> None:
    kiosk.get_by_text("没收到钱").click()
    kiosk.context.set_offline(True)
    press(kiosk, "下一步")
    expect(kiosk.get_by_role("alert").first).to_be_visible()
    assert kiosk.evaluate("localStorage.length") == 0
    kiosk.context.set_offline(False)
