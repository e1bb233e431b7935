"""What clerks write for a place is understood, or it is said why not; nothing is guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.areas import Area, Resolved, clean_area, is_group, normal_group
from tests.builders import (
    CHENGGUAN,
    COUNTY,
    DAWANGCUN,
    EAST_STREET,
    LIJIAWAN,
    SHIQIAO,
    WANGCUN,
    XINHUA_OF_CHENGGUAN,
    XINHUA_OF_SHIQIAO,
    make_areas,
)


@pytest.mark.parametrize(
    ("code", "level", "parent"),
    [(COUNTY, "county", ""), (CHENGGUAN, "township", COUNTY), (WANGCUN, "village", CHENGGUAN)],
)
def test_a_code_says_the_level_and_what_is_above(code: str, level: str, parent: str) -> None:
    area = Area(code, "某地")
    assert (area.level, area.parent) == (level, parent)


@pytest.mark.parametrize(
    ("township", "village", "group", "found"),
    [
        ("", "王村", "", Resolved(WANGCUN, "")),
        ("", " 王\u3000村\u200b ", "", Resolved(WANGCUN, "")),
        ("", "王村村委会", "", Resolved(WANGCUN, "")),
        ("", "王村村民委员会", "", Resolved(WANGCUN, "")),
        ("", "王家庄", "", Resolved(WANGCUN, "")),
        ("", "东街", "", Resolved(EAST_STREET, "")),
        ("", "东街居委会", "", Resolved(EAST_STREET, "")),
        ("", "大王村", "", Resolved(DAWANGCUN, "")),
        ("城关镇", "王村", "3", Resolved(WANGCUN, "三组")),
        ("", "王村三组", "", Resolved(WANGCUN, "三组")),
        ("", "王村第3村民小组", "", Resolved(WANGCUN, "三组")),
        ("", "王村十二组", "", Resolved(WANGCUN, "十二组")),
        ("", "王家庄5社", "", Resolved(WANGCUN, "五社")),
        ("", "王村三组", "四组", Resolved(WANGCUN, "三组")),
        ("", "", "王村三组", Resolved(WANGCUN, "三组")),
        ("", "城关镇王村", "", Resolved(WANGCUN, "")),
        ("", "城厢镇王村三组", "", Resolved(WANGCUN, "三组")),
        ("", "明白县城关镇王村3组", "", Resolved(WANGCUN, "三组")),
        ("明白县城关镇", "王村", "", Resolved(WANGCUN, "")),
    ],
)
def test_a_place_is_found_by_names_aliases_and_with_its_group(
    township: str, village: str, group: str, found: Resolved
) -> None:
    assert make_areas().resolve(township, village, group, COUNTY) == found


@pytest.mark.parametrize(
    ("township", "village", "found"),
    [
        ("城关镇", "新华村", XINHUA_OF_CHENGGUAN),
        ("城关", "新华", XINHUA_OF_CHENGGUAN),
        ("城厢镇", "新华村", XINHUA_OF_CHENGGUAN),
        ("石桥镇", "新华村", XINHUA_OF_SHIQIAO),
        ("石桥镇人民政府", "新华村", XINHUA_OF_SHIQIAO),
        ("", "石桥镇新华村", XINHUA_OF_SHIQIAO),
    ],
)
def test_a_name_in_two_townships_is_settled_by_the_township(township: str, village: str, found: str) -> None:
    assert make_areas().resolve(township, village, "", COUNTY) == Resolved(found, "")


@pytest.mark.parametrize(
    ("within", "found"), [(CHENGGUAN, XINHUA_OF_CHENGGUAN), (SHIQIAO, XINHUA_OF_SHIQIAO), (XINHUA_OF_SHIQIAO,) * 2]
)
def test_a_name_in_two_townships_is_settled_by_the_unit_s_area(within: str, found: str) -> None:
    assert make_areas().resolve("", "新华村二组", "", within) == Resolved(found, "二组")


@pytest.mark.parametrize(
    ("township", "village", "group", "within", "problem"),
    [
        ("城关镇", "", "", COUNTY, "area.empty"),
        ("", " \u200b", "", COUNTY, "area.empty"),
        ("", "赵村", "", COUNTY, "area.unknown"),
        ("", "小王村", "", COUNTY, "area.unknown"),
        ("", "", "三组", COUNTY, "area.unknown"),
        ("", "城关镇", "", COUNTY, "area.unknown"),
        ("", "新华村", "", COUNTY, "area.ambiguous"),
        ("", "新华村三组", "", COUNTY, "area.ambiguous"),
        ("石桥镇", "王村", "", COUNTY, "area.mismatch"),
        ("没有的镇", "王村", "", COUNTY, "area.mismatch"),
        ("", "王村", "", SHIQIAO, "area.mismatch"),
        ("城关镇", "新华村", "", SHIQIAO, "area.mismatch"),
    ],
)
def test_a_place_that_cannot_be_told_says_why_and_names_no_village(
    township: str, village: str, group: str, within: str, problem: str
) -> None:
    found = make_areas().resolve(township, village, group, within)
    assert (found.village, found.problem) == ("", problem)


def test_a_full_name_goes_before_another_village_s_short_one() -> None:
    areas = make_areas()
    areas.learn("王村", LIJIAWAN)
    assert areas.resolve("", "王村", "", COUNTY) == Resolved(WANGCUN, "")


def test_a_learned_name_is_known_from_then_on_with_its_groups() -> None:
    areas = make_areas()
    assert areas.resolve("", "老李湾", "", COUNTY).problem == "area.unknown"
    areas.learn(" 老李湾 ", LIJIAWAN)
    assert areas.resolve("", "老李湾", "", COUNTY) == Resolved(LIJIAWAN, "")
    assert areas.resolve("", "石桥镇老李湾3组", "", COUNTY) == Resolved(LIJIAWAN, "三组")


def test_the_villages_under_an_area_are_those_of_its_code() -> None:
    areas = make_areas()
    assert areas.under(CHENGGUAN) == {WANGCUN, XINHUA_OF_CHENGGUAN, EAST_STREET}
    assert areas.under(WANGCUN) == {WANGCUN}
    assert len(areas.under(COUNTY)) == len(areas.villages) == 6


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("3", "三组"),
        ("03组", "三组"),
        ("３ 组", "三组"),
        ("第三村民小组", "三组"),
        ("三小组", "三组"),
        ("10组", "十组"),
        ("12社", "十二社"),
        ("20队", "二十队"),
        ("35组", "三十五组"),
        ("上屋湾", "上屋湾"),
        ("王村三组", "王村三组"),
        ("", ""),
    ],
)
def test_a_group_is_written_one_way(written: str, shown: str) -> None:
    assert normal_group(written) == shown


@pytest.mark.parametrize(
    ("text", "answer"), [("三组", True), ("第3村民小组", True), ("3", True), ("王村三组", False), ("王村", False)]
)
def test_a_group_by_itself_is_told_from_a_village_s(text: str, answer: bool) -> None:
    assert is_group(text) is answer


@pytest.mark.parametrize(
    "text", ["9" * 5000, "9" * 5000 + "组", "王村" + "9" * 5000 + "组", "组", "第组", "²组", "٣组"]
)
def test_odd_numbers_of_groups_break_nothing(text: str) -> None:
    assert make_areas().resolve("", text, text, COUNTY).village in ("", WANGCUN)
    assert isinstance(normal_group(text), str)


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_whatever_is_written_either_a_village_or_a_problem_comes_back(township: str, village: str, group: str) -> None:
    found = make_areas().resolve(township, village, group, COUNTY)
    assert bool(found.village) != bool(found.problem)
    assert clean_area(found.group) == found.group
