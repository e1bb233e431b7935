"""Look-up in a real browser: on a phone, without script, with the back button, under a flood, on paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect

from tests.browser.serving import served
from tests.browser.test_accessibility import MODES, context_for, violations
from tests.browser.test_modes import CONTRASTS, TARGETS
from tests.county import office_in
from tests.portal.lookup.conftest import County, fill
from tests.workbooks import Person

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass
class Served:
    url: str
    county: County

    @property
    def person(self) -> Person:
        return self.county.persons[1]


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("lookup")
    with office_in(folder / "office") as office:
        county = County(office, folder, fill(office, folder))
        with served(county.app(folder)) as url:
            yield Served(url, county)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, there: Served) -> Page:
    page = context.new_page()
    page.goto(there.url + "lookup")
    return page


def ask(page: Page, id_number: str, name: str, tail: str = "") -> None:
    page.get_by_label("身份证号").fill(id_number)
    page.get_by_label("姓名", exact=True).fill(name)
    page.get_by_label("卡号（存折号）后四位").fill(tail)
    page.get_by_role("button", name="查询").click()


def test_three_fields_and_a_button_show_the_payments(page: Page, there: Served) -> None:
    ask(page, there.person.id.lower(), f" {there.person.name} ")
    expect(page.locator(".payment")).to_have_count(2)
    expect(page.get_by_text("190.00元").first).to_be_visible()
    expect(page.locator("#lookup")).to_be_hidden()
    expect(page.get_by_text("先看这几句")).to_be_hidden()


def test_nothing_is_left_behind(page: Page, there: Served) -> None:
    before = page.evaluate("history.length")
    ask(page, there.person.id, there.person.name)
    expect(page.locator(".payment")).to_have_count(2)
    assert page.evaluate("history.length") == before
    assert page.url == there.url + "lookup"
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    assert (
        page.evaluate("[...document.querySelectorAll('input')].map(field => field.value).join('')").count(
            there.person.id
        )
        == 0
    )
    page.get_by_role("link", name="看完了").click()
    assert page.locator(".payment").count() == 0
    expect(page.get_by_label("身份证号")).to_be_focused()


def test_back_shows_nothing_of_anybody(page: Page, there: Served) -> None:
    ask(page, there.person.id, there.person.name)
    page.get_by_role("link", name="看这份公示").first.click()
    page.wait_for_url("**/villages/**")
    page.go_back()
    page.wait_for_url("**/lookup")
    assert page.locator(".payment").count() == 0
    assert page.get_by_label("身份证号").input_value() == ""


def test_what_was_typed_stays_until_it_is_right(page: Page, there: Served) -> None:
    wrong = there.person.id[:17] + ("1" if there.person.id[17] != "1" else "2")
    ask(page, wrong, there.person.name)
    expect(page.get_by_role("alert")).to_contain_text("身份证号有一位填错了")
    assert page.get_by_label("身份证号").input_value() == wrong
    expect(page.get_by_label("身份证号")).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".field.wrong")).to_have_count(1)
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("身份证号")).to_be_focused()
    page.get_by_label("身份证号").fill(there.person.id)
    page.keyboard.press("Enter")
    expect(page.locator(".payment")).to_have_count(2)
    expect(page.locator(".field.wrong")).to_have_count(0)


def test_a_miss_is_told_with_what_to_do(page: Page, there: Served) -> None:
    ask(page, there.person.id, "赵无人")
    expect(page.get_by_text("没有查到可以显示的补贴")).to_be_visible()
    expect(page.get_by_text("要用户主的身份证和姓名查")).to_be_visible()
    page.get_by_role("link", name="再查一次").click()
    expect(page.get_by_text("没有查到可以显示的补贴")).to_be_hidden()
    expect(page.get_by_label("身份证号")).to_be_focused()
    assert page.get_by_label("身份证号").input_value() == there.person.id
    assert page.get_by_label("姓名", exact=True).input_value() == "赵无人"


def test_a_browser_answers_a_flood_by_itself(browser: Browser, there: Served, tmp_path: Path) -> None:
    """Past the threshold every question needs a proof; a person does not notice."""
    with served(there.county.app(tmp_path)) as url:
        page = browser.new_page()
        answers: list[Response] = []
        page.on("response", lambda answer: answers.append(answer) if answer.request.method == "POST" else None)
        page.goto(url + "lookup")
        for _ in range(31):
            page.request.post(url + "lookup", form={"id": there.person.id, "name": there.person.name})
        ask(page, there.person.id, there.person.name)
        expect(page.locator(".payment")).to_have_count(2)
        assert len(answers) == 2
        page.close()


def test_no_network_is_told_and_nothing_is_lost(page: Page, context: BrowserContext, there: Served) -> None:
    context.set_offline(True)
    ask(page, there.person.id, there.person.name)
    expect(page.get_by_text("没有连上网络，什么都没有查")).to_be_visible()
    context.set_offline(False)
    page.get_by_role("button", name="查询").click()
    expect(page.locator(".payment")).to_have_count(2)


@pytest.mark.parametrize("status", [403, 502])
def test_an_answer_that_is_none_ends_the_wait(page: Page, there: Served, status: int) -> None:
    """A proxy's own error page, or a refusal in plain text."""
    page.route("**/lookup", lambda route: route.fulfill(status=status, body="<h1>no</h1>", content_type="text/html"))
    ask(page, there.person.id, there.person.name)
    expect(page.get_by_text("这次没有查成")).to_be_visible()
    expect(page.locator("#working")).to_be_hidden()
    assert page.get_by_label("姓名", exact=True).input_value() == there.person.name


@pytest.mark.parametrize("path", ["", "lookup"])
def test_an_id_typed_into_a_search_does_not_get_into_the_address(page: Page, there: Served, path: str) -> None:
    """On the front page and at the foot of every other."""
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.goto(there.url + path)
    page.locator("input[type=search]").first.fill(there.person.id)
    page.get_by_role("button", name="搜索").first.click()
    expect(page.get_by_text("这里不能填身份证号、卡号")).to_be_visible()
    assert [url for url in sent if there.person.id in url] == []
    page.locator("main").get_by_role("link", name="查我的补贴").click()
    expect(page.get_by_label("身份证号")).to_be_visible()


def test_without_script_it_is_a_form(browser: Browser, there: Served) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(there.url)
    page.get_by_role("link", name="查我的补贴").click()
    ask(page, there.person.id, there.person.name)
    assert page.locator(".payment").count() == 2
    assert there.person.id not in page.url
    page.get_by_role("link", name="看完了").click()
    ask(page, there.person.id[:17], there.person.name)
    assert "位数不对" in page.locator(".problems").inner_text()
    assert page.get_by_label("身份证号").input_value() == ""
    context.close()


@pytest.mark.parametrize("mode", MODES)
def test_axe_finds_nothing_on_form_and_answers(browser: Browser, there: Served, mode: str) -> None:
    context = context_for(browser, 360, mode)
    page = context.new_page()
    page.goto(there.url + "lookup")
    found, least = {}, 60 if mode == "large" else 44
    questions = {
        "form": None, "wrong": ("1", "王"), "miss": (there.person.id, "赵无"), "found": (there.person.id, there.person.name),
    }  # fmt: skip
    for kind, question in questions.items():
        if question:
            ask(page, *question)
            page.wait_for_selector({"wrong": ".problems", "miss": "[data-outcome=missed]", "found": ".payment"}[kind])
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth")
            small = page.evaluate(TARGETS.replace("a.big", "a.big, a.go, .problems a"), least)
            if (wrong := violations(page)) or wide > width or small:
                found[kind, width] = (wrong, wide, small)
        assert page.evaluate(CONTRASTS) >= 4.5, kind
    context.close()
    assert found == {}


def test_the_slip_on_paper_is_the_answer_alone(page: Page, there: Served) -> None:
    ask(page, there.person.id, there.person.name)
    expect(page.locator(".payment")).to_have_count(2)
    page.emulate_media(media="print")
    expect(page.locator(".payment").first).to_be_visible()
    for selector in (".top nav", ".go >> nth=0", "#lookup", ".search"):
        expect(page.locator(selector).first).to_be_hidden()
    assert there.person.name not in page.locator("body").inner_text()
