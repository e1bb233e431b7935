"""The whole way of a roll as a clerk goes it who only knows Excel: with the keyboard alone, with and without script, from
an .xlsx, an .xls and a .csv to the village's page; wrong files too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from portal.actions.staff import CONSOLE, reset_factor
from portal.office import Office
from tests.browser.serving import served
from tests.browser.test_desk_sign_in import bind_phone, look, sign_in
from tests.builders import make_roll_file
from tests.county import build, make_site, office_in
from tests.service import make_app
from tests.staff import give_password
from tests.workbooks import Person, people, write_feedback

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PEOPLE = people(8)
HEADER = ["序号", "村", "姓  名", "身份证号码", "一卡通账号", "补贴金额（元）"]
PERIODS = {"xlsx": "2025年", "xls": "2025年上半年", "csv": "2025年第三季度"}
WHERE = "([element]) => document.activeElement === element"


def roll_file(folder: Path, kind: str, found: list[Person], total: int = 0, amount: str = HEADER[-1]) -> Path:
    rows: list[list[Any]] = [[f"小明县 {PERIODS[kind]} 耕地地力 保护补贴 发放清册"], ["填报单位：小明县农业农村局"]]
    rows.append([*HEADER[:-1], amount])
    rows += [[n, p.village, p.name, p.id, p.account, 190] for n, p in enumerate(found, start=1)]
    rows.append(["合计", "", "", "", "", total or 190 * len(found)])
    return make_roll_file(folder / f"roll-{total}.{kind}", rows, sheet="清册")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Office, Path]]:
    folder = tmp_path_factory.mktemp("rolls")
    with office_in(folder) as office:
        site = make_site(office, folder)
        build(office, site)
        with served(make_app(office, site, folder)) as url:
            yield url, office, folder


def keyboard_to(page: Page, wanted: Any) -> None:
    """Tab until the wanted part has the focus."""
    element = wanted.element_handle()
    for _ in range(120):
        if page.evaluate(WHERE, [element]):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not get to {wanted}")


def press(page: Page, wanted: Any, key: str = "Enter") -> None:
    keyboard_to(page, wanted)
    page.keyboard.press(key)


def choose_file(page: Page, path: Path) -> None:
    """The page must have asked for choosers before (`choosers_asked`)."""
    page.wait_for_load_state()
    keyboard_to(page, page.locator("input[type=file]"))
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(path)


def choosers_asked(page: Page) -> Page:
    """Have the browser hand file choosers over from now on. Asked for only when the key is pressed, a busy browser may
    take the key first, and open a chooser that nobody sees."""
    page.on("filechooser", lambda chooser: None)
    page.evaluate("1")
    return page


def button(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


@pytest.mark.parametrize("kind", PERIODS)
def test_a_clerk_takes_a_roll_from_the_file_to_the_batch_with_the_keyboard(
    browser: Browser, desk: tuple[str, Office, Path], kind: str, tmp_path: Path
) -> None:
    url, office, folder = desk
    give_password(office, folder, "clerk")
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, java_script_enabled=kind != "xls", accept_downloads=True
    )
    page = choosers_asked(context.new_page())
    sign_in(page, url + "desk/", "clerk")
    press(page, page.get_by_role("link", name="上传清册"))
    wrong = tmp_path / "photo.xlsx"
    wrong.write_bytes(b"\xff\xd8\xff\xe0 not a roll at all")
    choose_file(page, wrong)
    press(page, button(page, "上传，先看看有没有问题"))
    expect(page.get_by_role("alert")).to_be_visible()
    choose_file(page, roll_file(tmp_path, kind, PEOPLE, total=1))
    press(page, button(page, "上传，先看看有没有问题"))
    expect(page.locator("h1")).to_have_text(f"{PERIODS[kind]} 耕地地力保护补贴")
    expect(page.get_by_role("heading", name="合计和逐行相加不一样")).to_be_visible()
    with page.expect_download() as download:
        press(page, page.get_by_role("link", name="下载要改的地方"))
    assert download.value.suggested_filename == "findings.xlsx"
    choose_file(page, roll_file(tmp_path, kind, PEOPLE))
    press(page, button(page, "再传一次"))
    expect(page.get_by_text("没有发现问题")).to_be_visible()
    expect(page.get_by_text("壹仟伍佰贰拾元整")).to_be_visible()
    press(page, button(page, "确认导入"))
    expect(page.get_by_role("status").first).to_contain_text("已导入，批次号 2025-")
    context.close()


def test_from_the_upload_to_the_villages_page_every_page_is_open_to_everybody(
    browser: Browser, desk: tuple[str, Office, Path], tmp_path: Path
) -> None:
    """A clerk, a reviewer and the bank; each page looked at on a phone and on a screen."""
    url, office, folder = desk
    give_password(office, folder, "clerk", "reviewer", "banker", "accountant")
    for name in ("reviewer", "accountant"):
        reset_factor(office, CONSOLE, name)
    office_pages = {
        name: browser.new_context(reduced_motion="reduce").new_page() for name in ("clerk", "reviewer", "banker")
    }
    clerk, reviewer, banker = office_pages.values()
    looked_at: dict[str, list[str]] = {}

    def see(page: Page, name: str) -> None:
        page.wait_for_load_state()
        for width, mode in ((360, ""), (1280, ""), (360, "large"), (1280, "contrast")):
            page.set_viewport_size({"width": width, "height": 800})
            page.evaluate("mode => document.documentElement.className = mode", mode)
            looked_at[f"{name} {width} {mode}"] = look(page)
        page.evaluate("document.documentElement.className = ''")

    sign_in(clerk, url + "desk/", "clerk")
    see(clerk, "front")
    clerk.get_by_role("link", name="上传清册").click()
    see(clerk, "rolls")
    strange = make_roll_file(
        tmp_path / "strange.csv",
        [["发放清册"], [*HEADER[:-1], "钱数"], *[[1, p.village, p.name, p.id, p.account, 190] for p in PEOPLE]],
    )
    clerk.locator("input[type=file]").set_input_files(strange)
    clerk.route("**/desk/rolls", lambda route: route.abort())
    button(clerk, "上传，先看看有没有问题").click()
    expect(clerk.get_by_role("status")).to_contain_text("没有传上去")
    clerk.unroute("**/desk/rolls")
    button(clerk, "上传，先看看有没有问题").click()
    expect(clerk.get_by_role("alert")).to_contain_text("看不出是哪一项补贴、哪一期")
    see(clerk, "asked")
    clerk.get_by_label("补贴项目").select_option(label="耕地地力保护补贴")
    clerk.get_by_label("哪一年").select_option("2025")
    clerk.get_by_label("一年里的哪一段").select_option("H2")
    clerk.locator("input[type=file]").set_input_files(strange)
    button(clerk, "上传，先看看有没有问题").click()
    expect(clerk.get_by_role("heading", name="少了必须有的列")).to_be_visible()
    clerk.get_by_label("金额", exact=True).select_option("钱数")
    clerk.locator("input[type=file]").set_input_files(strange)
    button(clerk, "再传一次").click()
    expect(button(clerk, "确认导入")).to_be_visible()
    see(clerk, "draft")
    broken = [*PEOPLE[:6], Person(60, village="没有的村", id="12", account="1").filled()]
    clerk.locator("input[type=file]").set_input_files(roll_file(tmp_path, "xlsx", broken, total=5))
    clerk.get_by_label("补贴项目").select_option(label="高龄老人补贴")
    clerk.get_by_label("金额", exact=True).select_option("")
    button(clerk, "再传一次").click()
    reasons = {"合计和逐行相加不一样": "合计行漏改，各行已逐一核对", "年龄不在政策范围内": "按老政策享受，已核对"}
    for kind in reasons:
        expect(clerk.get_by_label(f"“{kind}”为什么照原样导入")).to_be_visible()
    see(clerk, "findings")
    for kind, why in reasons.items():
        clerk.get_by_label(f"“{kind}”看过了").check()
        clerk.get_by_label(f"“{kind}”为什么照原样导入").fill(why)
    button(clerk, "每一类都说明了原因，照原样导入").click()
    expect(clerk.get_by_role("status").first).to_contain_text("已导入")
    see(clerk, "batch")
    address = clerk.url
    clerk.get_by_role("link", name="一行一行核实").click()
    see(clerk, "held")

    sign_in(reviewer, address, "reviewer")
    bind_phone(reviewer)
    reviewer.goto(address)
    reviewer.get_by_role("link", name="公开审查：看看每个村的页面会是什么样").click()
    see(reviewer, "review")
    reviewer.get_by_label("主动公开", exact=True).check()
    button(reviewer, "公开审查").click()
    expect(reviewer.get_by_role("status").first).to_contain_text("已登记")
    reviewer.get_by_text("发放前公示", exact=False).first.click()
    button(reviewer, "发放前公示").click()
    expect(reviewer.get_by_role("status").first).to_contain_text("公示到2025年7月6日为止")
    see(reviewer, "noticed")

    number = address.rsplit("/", 1)[1]
    site = make_site(office, folder)
    build(office, site)
    reviewer.goto(f"{url}villages/990199101201/{number}/")
    expect(reviewer.locator("#rows tr")).to_have_count(6)

    sign_in(banker, url + "desk/", "banker")
    banker.goto(address)
    banker.get_by_role("link", name="登记银行结果").click()
    see(banker, "feedback")
    banker.locator("input[type=file]").set_input_files(
        write_feedback(tmp_path / "bank.xlsx", [*PEOPLE[:6], *people(1, start=400)], {PEOPLE[2].number: "已销户"})
    )
    button(banker, "上传并登记").click()
    expect(banker.get_by_role("status").first).to_contain_text("已到账5行。退回待重发1行")
    expect(banker.get_by_role("heading", name="和清册对不上")).to_be_visible()
    see(banker, "matched")
    clerk.goto(url + "desk/")
    see(clerk, "today")
    clerk.get_by_role("link", name="银行退回1笔").click()
    see(clerk, "corrections")
    clerk.goto(url + "desk/batches")
    see(clerk, "batches")
    assert {name: found for name, found in looked_at.items() if found} == {}
    for page in office_pages.values():
        page.context.close()
