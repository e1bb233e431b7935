"""A case from arrival to answer with the keyboard alone; queue, case page, forms and register open to everybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from portal.actions.staff import CONSOLE, reset_factor
from portal.office import Office
from portal.queries.cases import case_page
from portal.security.case_keys import CaseKeys
from tests.browser.serving import served
from tests.browser.test_accessibility import violations
from tests.browser.test_desk_sign_in import bind_phone, sign_in
from tests.browser.test_modes import CONTRASTS
from tests.cases import DESK_A, DESK_B, PASSPHRASE, open_desk
from tests.county import WANGCUN, build, make_site, office_in
from tests.desk_cases import STORY, SUMMARY, TITLE, assigned, send
from tests.generator.sheet_text import opened
from tests.service import make_app
from tests.staff import give_password

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TARGETS = """() => [...document.querySelectorAll('button, select, summary, textarea, nav a, .links a, th a, .choices label, input:not([type=hidden]):not([type=radio]):not([type=checkbox])')]
    .filter(part => part.offsetHeight && part.getBoundingClientRect().height < 44)
    .map(part => part.outerHTML.slice(0, 90))"""


@dataclass
class Desk:
    url: str
    office: Office
    folder: Path
    keys: CaseKeys


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("case-desk")
    with office_in(folder) as office:
        keys = open_desk(office, folder)
        site = make_site(office, folder)
        build(office, site)
        with served(make_app(office, site, folder)) as url:
            yield Desk(url + "desk/", office, folder, keys)


def enter(page: Page, desk: Desk, name: str) -> None:
    give_password(desk.office, desk.folder, name)
    reset_factor(desk.office, CONSOLE, name)
    sign_in(page, desk.url, name)
    bind_phone(page)


def tab_to(page: Page, name: str, role: str = "") -> None:
    """Press Tab until the part of this name has the focus."""
    for _ in range(150):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "() => { const e = document.activeElement; const l = e.labels && e.labels[0];"
            " return [e.tagName.toLowerCase(), (l ? l.innerText : e.innerText || '').trim()]; }"
        )
        if found[1] == name and role in ("", found[0]):
            return
    raise AssertionError(f"no way to {name} by Tab")


def press(page: Page, name: str, role: str = "") -> None:
    tab_to(page, name, role)
    if role == "summary":
        page.keyboard.press("Enter")
    else:
        send_off(page)


def send_off(page: Page) -> None:
    """Enter, and the page that follows."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, name: str, text: str) -> None:
    """Type into a field, or press a key in a choice."""
    tab_to(page, name)
    if page.evaluate("document.activeElement.tagName") == "SELECT":
        page.keyboard.press(text)
    else:
        page.keyboard.type(text)


def unlock(page: Page) -> None:
    press(page, "先解锁", "a")
    expect(page.get_by_label("受理科室的口令")).to_be_focused()
    page.keyboard.type(PASSPHRASE)
    send_off(page)
    expect(page.get_by_role("status")).to_have_text("已解锁")


def do(page: Page, act: str, *fields: tuple[str, str], sure: bool = False) -> None:
    """Open the act's form, fill it in, send it."""
    press(page, act, "summary")
    for label, text in fields:
        write(page, label, text)
    if sure:
        tab_to(page, "我已核对，办了不能撤回")
        page.keyboard.press("Space")
    press(page, act, "button")
    expect(page.get_by_role("status")).to_have_text(f"已办：{act}")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_case_is_worked_with_the_keyboard_alone(browser: Browser, desk: Desk, script: bool) -> None:
    number = send(desk.office, desk.keys, category="question").number
    contexts = [
        browser.new_context(viewport={"width": 1280, "height": 800}, java_script_enabled=True) for _ in range(2)
    ]
    if not script:
        for context in contexts:
            context.route("**/*.js*", lambda route: route.abort())
    first, second = (context.new_page() for context in contexts)
    enter(first, desk, DESK_A.name)
    press(first, "投诉件", "a")
    press(first, number, "a")
    expect(first.locator("h1")).to_contain_text(number)
    unlock(first)
    write(first, "为什么要看", "受理前看原话")
    send_off(first)
    expect(first.locator("dd.said").first).to_have_text(STORY)
    press(first, "看完了，回到这一件", "a")
    write(first, "标题", TITLE)
    write(first, "转述", SUMMARY)
    press(first, "保存", "button")
    do(first, "受理")
    do(first, "拟答复", ("办理结果", "ArrowDown"), ("告诉反映人的话", "带身份证到乡镇办理"))
    enter(second, desk, DESK_B.name)
    second.goto(f"{desk.url}cases/{number}")
    unlock(second)
    expect(second.locator("blockquote.said").first).to_have_text("带身份证到乡镇办理")
    do(second, "审核通过")
    first.reload()
    do(first, "答复", sure=True)
    found = case_page(desk.office, DESK_A, number)
    assert found is not None
    assert found.line.case.state == "answered"
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("mode", ["normal", "large"])
def test_the_pages_about_cases_are_open_to_everybody(browser: Browser, desk: Desk, width: int, mode: str) -> None:
    numbers = [assigned(desk.office, desk.keys), send(desk.office, desk.keys, category="undeserving").number]
    context = browser.new_context(viewport={"width": width, "height": 800}, reduced_motion="reduce")
    if mode != "normal":
        context.add_init_script(f"localStorage.setItem('mingbai-{mode}', '1')")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    enter(page, desk, DESK_A.name)
    cases = [f"cases/{number}" for number in numbers]
    found = {}
    for path in (
        "cases?tab=all",
        *cases,
        "unlock",
        "cases/enter",
        "cases/slips",
        "cases/register",
        "cases/statistics",
        "relations",
    ):
        page.goto(desk.url + path)
        page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
        if wrong := look(page):
            found[path] = wrong
    assert found == {}
    assert complaints == []
    context.close()


def look(page: Page) -> list[str]:
    """What is wrong with the page as it stands."""
    wrong: list[str] = violations(page) + page.evaluate(TARGETS)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        wrong.append("wider than the screen")
    if (contrast := page.evaluate(CONTRASTS)) < 4.5:
        wrong.append(f"contrast {contrast}")
    return wrong


def test_one_press_brings_blank_slips_as_a_file(browser: Browser, desk: Desk, tmp_path: Path) -> None:
    page = browser.new_page()
    enter(page, desk, DESK_A.name)
    page.goto(desk.url + "cases/slips")
    page.fill("[name=count]", "2")
    page.select_option("[name=area]", WANGCUN)
    with page.expect_download() as expected:
        page.click("main form button")
    expected.value.save_as(tmp_path / "slips.pdf")
    assert expected.value.suggested_filename.startswith("slips-")
    with opened((tmp_path / "slips.pdf").read_bytes()) as pdf:
        assert len(pdf) == 2
    page.close()
