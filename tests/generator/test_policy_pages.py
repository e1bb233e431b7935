"""The policy list and its filters, the warning after 1 March, a policy's page and its leaflet, the page for checking."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest

from generator.audiences import Audiences, load_audiences
from generator.policy_years import Kind, PolicyYear, policy_years
from portal.domain.policies import Policy
from portal.domain.units import Unit
from portal.publication import PublishedList
from tests.builders import make_policy
from tests.county import CONTENT, LAND, build, make_site, office_in
from tests.every_page import EveryPage
from tests.html import read_page, text

FARMS = Unit("nyj", "农业农村局", "department", "990199000000")
OLD_OFFICE = Unit("fpb", "扶贫办", "department", "990199000000", valid_to=date(2025, 6, 1))
POLICIES = (
    make_policy(code="a", departments=("农业农村局",), audience=("种地农户",), level="central", channel="card"),
    make_policy(
        code="b", departments=("农业农村局", "民政局"), audience=("农户", "老人"), level="county", channel="card"
    ),
    make_policy(code="c", departments=("民政局",), audience=("守塔人",), level="county", channel="not_yet"),
    make_policy(code="d", departments=("扶贫办",), audience=(), level="county", channel="card"),
)


def listed(year: int, policies: tuple[Policy, ...], on: date) -> PublishedList:
    return PublishedList(year, 1, on, on, policies)


def years_on(today: date, *lists: PublishedList) -> tuple[PolicyYear, ...]:
    return policy_years(lists, [FARMS, OLD_OFFICE], load_audiences(CONTENT), today)


def codes(year: PolicyYear, kind: Kind) -> Mapping[str, str]:
    return {choice.code: "".join(policy.code for policy in choice.policies) for choice in year.choices[kind]}


def test_a_list_is_looked_through_by_people_department_channel_and_level() -> None:
    (year,) = years_on(date(2025, 2, 1), listed(2025, POLICIES, date(2025, 1, 31)))
    assert codes(year, "for") == {"zhonglianghu": "ab", "laonianren": "b", "shoutaren": "c"}
    assert codes(year, "department") == {"nyj": "ab", "fpb": "d", "minzhengju": "bc"}
    assert codes(year, "channel") == {"card": "abd", "not_yet": "c"}
    assert codes(year, "level") == {"central": "a", "county": "bcd"}


def test_every_word_of_the_lists_has_its_place_in_the_table_and_slugs_are_pinyin() -> None:
    audiences = load_audiences(CONTENT)
    said = set()
    for path in (CONTENT / "policies").glob("*.csv"):
        rows = [line.split(",") for line in path.read_text(encoding="utf-8-sig").splitlines()]
        said |= {word for row in rows[1:] for word in row[rows[0].index("面向人群")].split(";") if word}
    assert {word for word in said if word not in audiences.known} == set()
    assert Audiences((), {}).of("有小孩的家庭")[1] == audiences.of("有小孩的家庭")[1]
    assert [slug for word, slug in audiences.entries if Audiences((), {}).of(word)[1] != slug] == []


@pytest.mark.parametrize(
    "again", ['word = "乙"\nslug = "jia"\nsynonyms = []', 'word = "乙"\nslug = "yi"\nsynonyms = ["甲"]']
)
def test_a_word_or_a_slug_that_means_two_things_is_refused(tmp_path: Path, again: str) -> None:
    (tmp_path / "rules").mkdir()
    table = f'[[audience]]\nword = "甲"\nslug = "jia"\nsynonyms = []\n[[audience]]\n{again}\n'
    (tmp_path / "rules" / "audiences.toml").write_text(table, encoding="utf-8")
    with pytest.raises(ValueError, match=r"audiences\.toml"):
        load_audiences(tmp_path)


LAST = listed(2025, POLICIES, date(2025, 3, 11))


def test_a_department_without_policies_in_the_new_list_gets_a_page_that_says_so() -> None:
    newest, before = years_on(date(2026, 3, 2), LAST, listed(2026, POLICIES[:1], date(2026, 2, 1)))
    assert [state.missing for state in newest.states] == [("民政局",)]
    empty = newest.choice("department", "minzhengju")
    assert empty is not None
    assert empty.policies == ()
    assert newest.states_on(empty) == list(newest.states)
    assert newest.states_on(newest.choice("department", "nyj")) == []
    assert [(state.missing, state.days_late) for state in before.states] == [((), 10)]


def test_before_march_nothing_is_missing_and_afterwards_all_of_it() -> None:
    (early,) = years_on(date(2026, 3, 1), LAST)
    assert [(state.year, state.missing) for state in early.states] == [(2026, ()), (2025, ())]
    (late,) = years_on(date(2026, 3, 2), LAST)
    assert late.states[0].is_missing
    assert set(late.states[0].missing) == {"农业农村局", "民政局"}


def page(site: EveryPage, path: str) -> Element:
    return read_page(site.root / path / "index.html")


def words(site: EveryPage, path: str) -> str:
    return text(page(site, path))


def hrefs(site: EveryPage, path: str) -> set[str]:
    return {link.get("href", "") for link in page(site, path).iter("a")}


def test_the_list_leads_to_each_filter_with_its_count_and_each_filter_back(every_kind: EveryPage) -> None:
    assert {
        "../../policies/2025/for/zhonglianghu/",
        "../../policies/2025/department/nyj/",
        "../../policies/2025/channel/card/",
        "../../policies/2025/level/county/",
        "../../policies/2024/",
    } <= hrefs(every_kind, "policies/2025/")
    assert "种粮户（4项）" in words(every_kind, "policies/2025/")
    for path in ("for/zhonglianghu", "department/nyj", "channel/card", "level/county"):
        assert "../../../../policies/2025/" in hrefs(every_kind, f"policies/2025/{path}/")
        assert "4项，全县清单共4项" in words(every_kind, f"policies/2025/{path}/")
    assert "../../../../policies/2024/level/county/" in hrefs(every_kind, "policies/2025/level/county/")


def test_the_newest_list_names_the_departments_that_owe_theirs(every_kind: EveryPage) -> None:
    owed = "小明县应急管理局还没有公布2025年的清单。按规定要在2025年3月1日前公布。"
    assert "这些部门还没有公布2025年的清单，按规定要在2025年3月1日前公布：小明县应急管理局" in words(
        every_kind, "policies/2025/"
    )
    assert "还没有公布2025年的清单" in words(every_kind, "policies/")
    assert owed in words(every_kind, "policies/2025/department/xiaomingxianyingjiguanliju/")
    assert "还没有公布" not in words(every_kind, "policies/2025/department/nyj/")


def test_a_list_that_came_late_says_so_for_good(every_kind: EveryPage) -> None:
    assert "2024年3月12日才公布，比2024年3月1日的期限晚了11天" in words(every_kind, "policies/2024/")
    assert "才公布" not in words(every_kind, "policies/2025/")


def test_after_the_first_of_march_the_list_of_last_year_says_that_it_is_the_last(tmp_path: Path) -> None:
    with office_in(tmp_path, today=date(2026, 3, 1)) as office:
        site = make_site(office, tmp_path)
        build(office, site)
        root = site.root()
        assert root is not None
        assert "2026年的清单还没有公布" not in (root / "policies" / "index.html").read_text(encoding="utf-8")
    with office_in(tmp_path / "later", today=date(2026, 3, 2)) as office:
        site = make_site(office, tmp_path / "later")
        build(office, site)
        root = site.root()
        assert root is not None
        for path in ("policies", "policies/2025", "policies/2025/department/nyj"):
            assert "2026年的清单还没有公布" in (root / path / "index.html").read_text(encoding="utf-8")


def test_a_policy_says_what_changed_and_where_its_money_stands(every_kind: EveryPage) -> None:
    told = words(every_kind, f"policies/{LAND}/")
    assert "补贴标准从“每亩90元”改成“每亩95元”" in told
    assert "单价从90元提高到95元，多5元" in told
    assert "1期一共146笔、27,740.00元。已到账27,550.00元，待发放190.00元。" in told
    assert "./leaflet/" in hrefs(every_kind, f"policies/{LAND}/")
    assert "2025年的清单里不再有这项补贴" in words(every_kind, "policies/old/")


def test_the_leaflet_has_the_eight_things_and_nothing_to_click_in_print(every_kind: EveryPage) -> None:
    path = f"policies/{LAND}/leaflet/"
    assert [text(dt) for dt in page(every_kind, path).findall(".//dl[@class='facts leaflet']//dt")] == [
        "补给谁", "补多少", "怎么申请", "什么时候发", "怎么发", "依据什么", "问谁", "有意见",
    ]  # fmt: skip
    told = words(every_kind, path)
    assert "种地的农户" in told
    assert "每亩95元" in told
    assert "小明县农业农村局 0999-5301001" in told
    assert any(element.get("class") == "qr" for element in page(every_kind, path).iter())


def test_the_page_for_checking_has_what_an_auditor_compares(every_kind: EveryPage) -> None:
    with every_kind.catalogue() as catalogue:
        entries, batches = catalogue.ledger_entries, len(catalogue.batches)
    told = words(every_kind, "verify/")
    assert f"{batches}个批次" in told
    found = re.search(r"台账日志 ?(\d+)条", told)
    assert found is not None
    assert int(found[1]) == entries - 1, "recording the release is an entry of its own"
    key = (every_kind.root / "verify" / "signing-key.pem").read_text(encoding="utf-8")
    assert key.startswith("-----BEGIN PUBLIC KEY-----")
    assert key.strip() in "".join(page(every_kind, "verify/").itertext())
    for command in ("certutil -hashfile", "sha256sum", "openssl pkeyutl -verify", "mingbai verify"):
        assert command in told


def test_a_recorded_release_alone_is_no_reason_to_build(every_kind: EveryPage) -> None:
    assert build(every_kind.office, every_kind.site).rebuilt == 0
