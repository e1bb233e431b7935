"""The way in to the desk as a clerk goes it, with keyboard alone, without script, on a phone and on a screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from portal.actions.staff import CONSOLE, end_sessions, reset_factor
from portal.office import Office
from portal.queries.staff import everybody
from tests.browser.serving import served
from tests.browser.test_accessibility import violations
from tests.browser.test_modes import CONTRASTS
from tests.county import build, make_site, office_in
from tests.people import make_id
from tests.service import make_app
from tests.staff import NEW_PASSWORD, PASSWORD, code_for, give_password

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TARGETS = """() => [...document.querySelectorAll('button, input:not([type=hidden], [type=radio], [type=checkbox]), .choices label, .tick, select, nav a, .links a, th a')]
    .filter(part => part.offsetHeight && part.getBoundingClientRect().height < 44)
    .map(part => part.outerHTML.slice(0, 90))"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Office, Path]]:
    """A served county; (address of the desk, its office, its folder)."""
    folder = tmp_path_factory.mktemp("desk")
    with office_in(folder) as office:
        site = make_site(office, folder)
        build(office, site)
        with served(make_app(office, site, folder)) as url:
            yield url + "desk/", office, folder


@pytest.fixture(params=["script", "no script"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, java_script_enabled=request.param == "script"
    )
    yield context.new_page()
    context.close()


def sign_in(page: Page, url: str, name: str, password: str = PASSWORD) -> None:
    page.goto(url)
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()


def bind_phone(page: Page) -> str:
    secret = page.locator("code.secret").inner_text()
    page.get_by_label("6位验证码").fill(code_for(secret))
    page.get_by_role("button", name="绑定").click()
    return secret


def change_password(page: Page, password: str = PASSWORD) -> None:
    page.get_by_label("现在的密码").fill(password)
    page.get_by_label("新密码", exact=True).fill(NEW_PASSWORD)
    page.get_by_label("再输一遍新密码").fill(NEW_PASSWORD)
    page.get_by_role("button", name="改密码").click()


def test_the_first_day_of_an_administrator(page: Page, desk: tuple[str, Office, Path]) -> None:
    url, office, folder = desk
    give_password(office, folder, "chief", initial=True)
    reset_factor(office, CONSOLE, "chief")
    sign_in(page, url, "chief")
    expect(page.locator("h1")).to_have_text("绑定手机")
    secret = bind_phone(page)
    expect(page.locator("h1")).to_have_text("改密码")
    change_password(page)
    expect(page.get_by_role("status")).to_contain_text("密码已改")
    page.get_by_role("link", name="工作人员账号").click()
    page.get_by_role("link", name="添加工作人员").click()
    page.get_by_label("用户名").fill(f"newcomer-{len(everybody(office))}")
    page.get_by_label("称呼").fill("新来的")
    page.get_by_role("button", name="添加").click()
    expect(page.locator("code.secret")).to_be_visible()
    page.get_by_role("button", name="退出登录").click()
    expect(page.locator("h1")).to_have_text("工作人员登录")
    sign_in(page, url, "chief", NEW_PASSWORD)
    page.get_by_label("6位验证码").fill(code_for(secret, 30))
    page.get_by_role("button", name="登录").click()
    expect(page.locator("h1")).to_have_text("办公端")


def test_a_clerk_with_an_initial_password(page: Page, desk: tuple[str, Office, Path]) -> None:
    url, office, folder = desk
    give_password(office, folder, "village-clerk", initial=True)
    sign_in(page, url, "village-clerk", "not the one")
    expect(page.get_by_role("alert")).to_contain_text("用户名或密码不对")
    sign_in(page, url, "village-clerk")
    expect(page.locator("h1")).to_have_text("改密码")
    change_password(page)
    expect(page.locator("h1")).to_have_text("办公端")


def test_a_window_whose_session_has_ended_says_so(page: Page, desk: tuple[str, Office, Path]) -> None:
    url, office, folder = desk
    give_password(office, folder, "village-clerk")
    sign_in(page, url, "village-clerk")
    page.goto(url + "window")
    end_sessions(office, CONSOLE, "village-clerk")
    page.get_by_label("身份证号").fill(make_id("19640421", 373))
    page.get_by_label("姓名").fill("王小二")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("登录已经退出").or_(page.get_by_text("工作人员登录"))).to_be_visible()
    assert page.get_by_text("正在查").is_hidden()


def test_the_keyboard_is_enough(page: Page, desk: tuple[str, Office, Path]) -> None:
    url, office, folder = desk
    give_password(office, folder, "banker")
    page.goto(url)
    expect(page.locator("[name=name]")).to_be_focused()
    page.keyboard.type("banker")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("办公端")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "跳到正文"
    page.get_by_role("button", name="退出登录").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("工作人员登录")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("mode", ["normal", "large", "contrast"])
def test_every_page_is_open_to_everybody(
    browser: Browser, desk: tuple[str, Office, Path], width: int, mode: str
) -> None:
    url, office, folder = desk
    give_password(office, folder, "chief", "accountant")
    reset_factor(office, CONSOLE, "chief")
    context = browser.new_context(viewport={"width": width, "height": 800}, reduced_motion="reduce")
    if mode != "normal":
        context.add_init_script(f"localStorage.setItem('mingbai-{mode}', '1')")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(url)
    looked_at = {"sign in": look(page)}
    sign_in(page, url, "chief", "wrong password")
    looked_at["wrong"] = look(page)
    sign_in(page, url, "chief")
    looked_at["set up"] = look(page)
    secret = bind_phone(page)
    for path in ("", "staff", "add-staff", "staff/accountant", "password", "second-factor/set-up"):
        page.goto(url + path)
        looked_at[path] = look(page)
    page.goto(url + "staff/accountant")
    page.get_by_role("button", name="重置密码").click()
    looked_at["initial password"] = look(page)
    page.get_by_role("button", name="退出登录").click()
    sign_in(page, url, "chief")
    looked_at["code"] = look(page)
    assert {name: found for name, found in looked_at.items() if found} == {}
    assert complaints == []
    assert secret
    context.close()


def look(page: Page) -> list[str]:
    """What is wrong with the page as it stands."""
    wrong: list[str] = violations(page) + page.evaluate(TARGETS)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        wrong.append("wider than the screen")
    if (contrast := page.evaluate(CONTRASTS)) < 4.5:
        wrong.append(f"contrast {contrast}")
    return wrong
