"""The in-page finder: its table is small and right, and its script finds every posting in a real browser."""

from __future__ import annotations

import gzip
import http.server
import json
import random
import threading
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from generator.factors import BatchKey, PolicyKey, VillageKey, factor_table
from tests.generator import county

SCRIPT = Path(__file__).parents[2] / "static/js/finder.js"
POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'"
PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>查找</title>
<form data-finder="../factors.json?v=1" action="/search" method="get"><label for="q">查找</label>
<input type="search" id="q" name="q"><button>搜索</button></form><script src="../finder.js"></script></html>"""


def table(*batches: BatchKey) -> dict[str, Any]:
    villages = [
        VillageKey("990101100201", "王村", "城关镇", ("老 王村",)),
        VillageKey("990101101201", "曾庄", "长岭镇"),
    ]
    return json.loads(factor_table(reversed(villages), [PolicyKey("gengdi", "耕地地力保护补贴")], batches))  # type: ignore[no-any-return]


def test_names_carry_their_pinyin_and_their_township() -> None:
    assert table()["pages"] == [
        ["villages/990101100201/", "王村 wang'cun 老王村 lao'wang'cun", 2],
        ["villages/990101101201/", "曾庄 zeng'zhuang", 3],
        ["townships/990101100/", "城关镇 cheng'guan'zhen"],
        ["townships/990101101/", "长岭镇 chang'ling'zhen"],
        ["policies/gengdi/", "耕地地力保护补贴 geng'di'di'li'bao'hu'bu'tie"],
    ]


def test_batches_name_their_villages_newest_period_first() -> None:
    villages = [frozenset({"990101100201"}), frozenset({"990101101201"}), frozenset({"990101100201", "990101101201"})]
    periods = ("2024年第四季度", "2025年第一季度", "2025年第二季度")
    batches = [BatchKey(f"b/{i}", "gengdi", period, villages[i]) for i, period in enumerate(periods)]
    expected = [
        ["b%2F2", 4, "2025年第二季度", "3"],
        ["b%2F1", 4, "2025年第一季度", "2"],
        ["b%2F0", 4, "2024年第四季度", "1"],
    ]
    assert table(*batches)["batches"] == table(*reversed(batches))["batches"] == expected


@pytest.mark.parametrize(("policy", "village"), [("other", "990101100201"), ("gengdi", "990101100299")])
def test_a_batch_that_leads_nowhere_is_refused(policy: str, village: str) -> None:
    with pytest.raises(ValueError, match=r"other|990101100299"):
        table(BatchKey("b", policy, "2025年", frozenset({village})))


@pytest.mark.parametrize("share", [0.25, 0.5, 1.0])
def test_a_whole_county_takes_no_more_than_20_kb(share: float) -> None:
    """300 villages with their old names, 40 policies, 4 quarters; which villages have what is noise, the worst case."""
    chance = random.Random(2025)
    fronts = ("上", "下", "东", "西", "新", "老", "大", "小", "前", "后")
    middles = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹"
    villages = [
        VillageKey(
            f"9901{100 + i // 20}{200 + i:05d}", f"{front}{middle}家湾村", f"{middle}水镇", (f"{front}{middle}大队",)
        )
        for i, (front, middle) in enumerate(product(fronts, middles))
    ]
    names = [f"{a}{b}" for a, b in product(county.POLICIES, ("", "（省级配套）"))]
    policies = [PolicyKey(f"policy-{i:02d}", name) for i, name in enumerate(names)]
    batches = [
        BatchKey(
            f"2025-{policy.code}-q{quarter}",
            policy.code,
            f"2025年第{'一二三四'[quarter]}季度",
            frozenset(village.code12 for village in villages if chance.random() < share),
        )
        for policy, quarter in product(policies, range(4))
    ]
    assert (len(villages), len(policies), len(batches)) == (300, 40, 160)
    assert len(gzip.compress(factor_table(villages, policies, batches), 9)) <= 20 * 1024


def test_the_script_is_small() -> None:
    assert len(gzip.compress(SCRIPT.read_bytes(), 9)) <= 5 * 1024


class _Site(http.server.SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *message: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page with the finder, served under a sub-path as many counties have to."""
    root = tmp_path_factory.mktemp("server")
    site = root / "county" / "mingbai"
    (site / "about").mkdir(parents=True)
    (site / "about" / "index.html").write_text(PAGE, "utf-8")
    (site / "finder.js").write_bytes(SCRIPT.read_bytes())
    (site / "factors.json").write_bytes(factor_table(county.villages(), county.policies(), county.batches()))
    handler = lambda *given: _Site(*given, directory=str(root))  # noqa: E731
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/county/mingbai/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def page(browser: Any, address: str) -> Iterator[Any]:
    page = browser.new_page()
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda message: page.complaints.append(message.text) if message.type == "error" else None)
    yield page
    page.close()


@pytest.fixture
def finder(page: Any, address: str) -> Iterator[Any]:
    page.complaints.clear()
    page.goto(address + "about/index.html")
    with page.expect_response("**/factors.json?v=1"):
        page.focus("#q")
    yield page
    assert [
        complaint for complaint in page.complaints if "404" not in complaint
    ] == []  # links lead to pages not made here


def typed(finder: Any, *queries: str) -> list[list[str]]:
    """The links shown for each query, in one visit to the browser."""
    shown = finder.evaluate(
        """queries => queries.map(query => {
            const input = document.querySelector("#q");
            input.value = query;
            input.dispatchEvent(new Event("input"));
            return [...document.querySelectorAll("[role=option]")].map(link => link.href);
        })""",
        list(queries),
    )
    return shown  # type: ignore[no-any-return]


@pytest.mark.browser
@pytest.mark.slow
def test_what_people_type_is_found_in_the_page(finder: Any, address: str) -> None:
    questions = county.questions()
    assert len(questions) >= 500
    shown = typed(finder, *(question.typed for question in questions))
    missed = [
        (question.typed, question.path, links[:3])
        for question, links in zip(questions, shown, strict=True)
        if address + question.path not in links[: question.within]
    ]
    assert not missed, f"{len(missed)} of {len(questions)}: {missed[:10]}"
    assert max(map(len, shown)) == 12


@pytest.mark.browser
def test_odd_words_show_nothing_and_break_nothing(finder: Any) -> None:
    odd = [
        "",
        "  ",
        "*",
        "(",
        "[a-",
        "\\",
        "。！",
        "麒麟",
        "1" * 500,
        "<>",
        "\u202e",
        "x" * 1000,
    ]
    assert typed(finder, *odd) == [[] for _ in odd]
    typed(finder, "constructor", "__proto__", "hasOwnProperty", "<b>x</b>", "王村" * 500)
    assert typed(finder, "麒麟 王村", "王村 " * 200)[0] == typed(finder, "王村")[0]


@pytest.mark.browser
def test_the_list_is_a_listbox_worked_by_keyboard(finder: Any, address: str) -> None:
    field = finder.locator("#q")
    assert field.get_attribute("aria-expanded") == "false"
    field.press_sequentially("王村 耕地 2025")
    assert field.get_attribute("aria-expanded") == "true"
    options = finder.get_by_role("option")
    assert options.all_inner_texts() == ["公示 王村（城关镇） 耕地地力保护补贴 2025年度"]
    assert finder.get_by_role("status").inner_text() == "1项，可用上下键选择"
    assert finder.get_by_role("combobox", name="查找").get_attribute("aria-controls") == finder.get_by_role(
        "listbox"
    ).get_attribute("id")

    field.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    assert options.first.get_attribute("aria-selected") == "true"
    field.press("Escape")
    assert options.count() == 0
    assert field.input_value() == "王村 耕地 2025"
    assert field.get_attribute("aria-expanded") == "false"

    field.fill("王村")
    many = options.count()
    field.press("ArrowUp")
    assert options.nth(many - 1).get_attribute("aria-selected") == "true"
    field.press("ArrowDown")
    with finder.expect_navigation():
        field.press("Enter")
    assert finder.url == f"{address}villages/990101100200/"


@pytest.mark.browser
def test_enter_without_a_choice_asks_the_service_and_a_click_follows_a_link(finder: Any, address: str) -> None:
    finder.fill("#q", "雨露")
    with finder.expect_navigation():
        finder.click("text=补贴 雨露计划职业教育补助")
    assert finder.url == f"{address}policies/p01/"
    finder.go_back()
    finder.fill("#q", "雨露")
    with finder.expect_navigation():
        finder.press("#q", "Enter")
    assert finder.url.endswith("/search?q=%E9%9B%A8%E9%9C%B2")
