"""Headers as offices write them are understood by the map; what is not sure is asked, with the columns named."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from portal.domain.findings import Finding
from portal.intake.header_map import clean_header
from portal.intake.headers import Header, find_header
from portal.intake.workbook import Sheet
from tests.builders import make_person, rules

REQUIRED = ("name", "id", "amount")
PERSON = make_person(0)


def make_sheet(*rows: Sequence[Any], merged: Sequence[tuple[int, int, int, int]] = ()) -> Sheet:
    return Sheet("王村", True, [list(row) for row in rows], frozenset(), frozenset(), tuple(merged))


def read(sheet: Sheet, **named: str) -> tuple[Header | None, list[Finding]]:
    return find_header(sheet, rules().header_map, REQUIRED, named)


def header_of(sheet: Sheet, **named: str) -> Header:
    header, findings = read(sheet, **named)
    assert header is not None, findings
    return header


def columns_of(*rows: Sequence[Any], merged: Sequence[tuple[int, int, int, int]] = (), **named: str) -> dict[str, int]:
    return dict(header_of(make_sheet(*rows, merged=merged), **named).columns)


def refusal(sheet: Sheet, **named: str) -> Finding:
    header, findings = read(sheet, **named)
    assert header is None
    (fatal,) = [finding for finding in findings if finding.level == "fatal"]
    return fatal


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("补贴 面积（亩）", ("补贴面积", "亩")),
        ("姓\u3000\u3000名", ("姓名", "")),
        ("金额(元)", ("金额", "元")),
        ("金 额\n【万元】", ("金额", "万元")),
        ("姓名：", ("姓名", "")),
        ("*姓名", ("姓名", "")),
        ("（元）", ("(元)", "")),
        ("村（社区）名", ("村(社区)名", "")),
        ("金额（大写）", ("金额(大写)", "")),
    ],
)
def test_a_header_loses_its_blanks_and_its_unit(text: str, cleaned: tuple[str, str]) -> None:
    assert clean_header(text) == cleaned


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("乡 镇", "township"),
        ("村（社区）", "village"),
        ("村民小组", "group"),
        ("户主姓名", "name"),
        ("购买者姓名", "name"),
        ("公民身份号码", "id"),
        ("证件号码", "id"),
        ("计补面积（亩）", "quantity"),
        ("单台补贴额", "rate"),
        ("标准（元/亩）", "rate"),
        ("社保卡号", "account"),
        ("开户行", "bank"),
        ("备 注", "remark"),
        ("到账日期", "date"),
        ("2025年核定面积", "quantity"),
        ("每人每月标准", "rate"),
    ],
)
def test_a_column_is_known_by_the_words_that_offices_use(header: str, field: str) -> None:
    others = [word for code, word in {"name": "姓名", "id": "身份证号", "amount": "金额"}.items() if code != field]
    assert columns_of([header, *others])[field] == 0


@pytest.mark.parametrize(
    "header",
    ["代领人姓名", "监护人身份证号", "金额（大写）", "累计金额", "上年金额", "残疾证号", "联系人电话", "付款账号"],
)
def test_a_column_about_somebody_or_something_else_is_none_of_the_roll_s_own(header: str) -> None:
    columns = columns_of([header, "姓名", "身份证号", "金额", "账号"])
    assert {code: columns.get(code) for code in ("name", "id", "amount", "account")} == {
        "name": 1,
        "id": 2,
        "amount": 3,
        "account": 4,
    }


def test_titles_above_are_passed_over_and_kept() -> None:
    sheet = make_sheet(
        ["城关镇王村2025年清册"], [None, "单位：亩、元"], [], ["姓 名", "身份证号", "金额（元）"], ["张三"]
    )
    header = header_of(sheet)
    assert header.first_row == 4
    assert header.above == "城关镇王村2025年清册\n单位：亩、元"
    assert header.title("amount") == "金额"


def test_a_header_over_two_rows_with_merged_cells_is_read_as_one() -> None:
    top = ["序号", "姓名", "身份证号", "耕地补贴", None, None, "账号"]
    below = [None, None, None, "面积（亩）", "标准", "金额（元）", None]
    merged = [(0, i, 1, i) for i in (0, 1, 2, 6)] + [(0, 3, 0, 5)]
    header = header_of(make_sheet(top, below, [1, "张三", "x"], merged=merged))
    assert header.columns == {"seq": 0, "name": 1, "id": 2, "quantity": 3, "rate": 4, "amount": 5, "account": 6}
    assert header.first_row == 2
    assert header.title("amount") == "耕地补贴金额"


def test_units_in_a_row_of_their_own_do_not_hide_the_words_above() -> None:
    columns = columns_of(
        ["姓名", "身份证号", "补贴面积", "标准", "补贴金额"], [None, None, "（亩）", "（元/亩）", "（元）"]
    )
    assert columns == {"name": 0, "id": 1, "quantity": 2, "rate": 3, "amount": 4}


def test_under_a_parent_over_several_columns_only_its_total_carries_the_parent_s_meaning() -> None:
    top = ["姓名", "身份证号", "补贴金额", None, None]
    below = [None, None, "中央", "省级", "合计"]
    merged = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 4)]
    assert columns_of(top, below, merged=merged) == {"name": 0, "id": 1, "amount": 4}


def test_a_total_under_a_parent_is_one_of_what_the_parent_says() -> None:
    top = ["姓名", "身份证号", "补贴面积（亩）", None, None, "补贴金额"]
    below = [None, None, "水田", "旱地", "合计", None]
    merged = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 4), (0, 5, 1, 5)]
    assert columns_of(top, below, merged=merged) == {"name": 0, "id": 1, "quantity": 4, "amount": 5}


def test_ten_thousands_are_said_in_the_header_or_above_it() -> None:
    row = ["姓名", "身份证号", "金额"]
    assert header_of(make_sheet(["姓名", "身份证号", "金额（万元）"])).scale == 10_000
    assert header_of(make_sheet(["清册"], [None, "单位：亩、万 元"], row)).scale == 10_000
    assert header_of(make_sheet(["清册"], ["金额单位：万元"], ["姓名", "身份证号", "金额（元）"])).scale == 1
    assert header_of(make_sheet(["清册"], ["单位：元"], row)).scale == Decimal(1)


def test_two_amounts_are_refused_with_both_named_by_word_and_place() -> None:
    sheet = make_sheet(["姓名", "身份证号", "应发金额", "实发金额"])
    finding = refusal(sheet)
    assert (finding.code, finding.sheet) == ("column.ambiguous", "王村")
    assert "“应发金额”（第 3 列）、“实发金额”（第 4 列）" in finding.message
    assert finding.console == "--column amount=实发金额"
    assert header_of(sheet, amount="应发金额（元）").columns["amount"] == 2
    assert header_of(sheet, amount="实发金额").columns["amount"] == 3


def test_the_same_header_twice_is_refused_and_can_be_named_by_its_place() -> None:
    sheet = make_sheet(["姓名", "身份证号", "金额", "金额"])
    assert refusal(sheet).console == "--column amount=第4列"
    assert refusal(sheet, amount="金额").code == "column.ambiguous"
    assert header_of(sheet, amount="第4列").columns["amount"] == 3


@pytest.mark.parametrize(("word", "code"), [("姓名", "name"), ("身份证号", "id")])
def test_two_names_or_two_ids_are_refused(word: str, code: str) -> None:
    assert refusal(make_sheet(["姓名", "身份证号", "金额", word])).console == f"--column {code}=第4列"


def test_of_two_quantities_the_likelier_is_taken_and_said() -> None:
    header, findings = read(make_sheet(["姓名", "身份证号", "确权面积", "计补面积", "金额"]))
    assert header is not None
    assert header.columns["quantity"] == 3
    assert [(finding.level, finding.code) for finding in findings] == [("warning", "column.ambiguous")]


@pytest.mark.parametrize("word", ["面积", "标准", "账号", "村名"])
def test_of_two_alike_none_is_taken_and_that_is_said(word: str) -> None:
    header, findings = read(make_sheet(["姓名", "身份证号", "金额", word, word]))
    assert header is not None
    assert header.columns == {"name": 0, "id": 1, "amount": 2}
    assert [(finding.level, finding.code) for finding in findings] == [("warning", "column.ambiguous")]


def test_several_crops_that_make_one_amount_give_no_quantity_and_no_rate() -> None:
    top = ["姓名", "身份证号", "水稻", None, "玉米", None, "合计金额"]
    below = [None, None, "面积", "标准", "面积", "标准", None]
    merged = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 6, 1, 6), (0, 2, 0, 3), (0, 4, 0, 5)]
    assert columns_of(top, below, merged=merged) == {"name": 0, "id": 1, "amount": 6}


def test_a_missing_amount_lists_what_was_looked_for_and_the_headers_seen() -> None:
    finding = refusal(make_sheet(["清册"], ["姓名", "身份证号", "钱数"], ["张三", PERSON.id_number, 304]))
    assert finding.code == "column.missing"
    assert "找过：补贴金额、发放金额" in finding.message
    assert "表头里有：姓名、身份证号、钱数" in finding.message
    assert finding.console == "--column amount=列名"
    assert PERSON.id_number not in finding.message


def test_a_column_that_a_person_named_is_taken_whatever_its_word() -> None:
    assert columns_of(["姓名", "身份证号", "钱数", "金额"], amount="钱 数（元）")["amount"] == 2


def test_a_named_column_that_is_not_there_is_refused() -> None:
    assert refusal(make_sheet(["姓名", "身份证号", "金额"]), account="卡号").code == "column.missing"


def test_an_exact_word_goes_before_one_that_only_resembles() -> None:
    assert columns_of(["原名单姓名", "姓名", "身份证号", "金额"])["name"] == 1


@pytest.mark.parametrize(
    "rows",
    [
        [["村名", "户数", "面积"], ["王村", 12, 40]],
        [["说明"], ["本表由财政所填报"]],
        [["张三", PERSON.id_number, 304]],
        [[None, None]],
        [],
    ],
)
def test_a_sheet_without_a_column_of_people_is_no_list_and_nothing_is_said(rows: list[list[Any]]) -> None:
    assert read(make_sheet(*rows)) == (None, [])


def test_a_row_of_data_is_no_part_of_a_header() -> None:
    assert header_of(make_sheet(["姓名", "身份证号", "金额"], ["金额", PERSON.id_number, "标准"])).first_row == 1
    spaced = f"{PERSON.id_number[:6]} {PERSON.id_number[6:14]} {PERSON.id_number[14:]}"
    for row in (["张三", spaced, "三百", "社区"], ["张三", "3.2", "304", "社区"]):  # 社区 is a header elsewhere
        assert header_of(make_sheet(["姓名", "身份证号", "金额", "地方"], row)).first_row == 1


def test_the_map_has_no_word_under_two_fields() -> None:
    seen: dict[str, str] = {}
    for field in rules().header_map.fields:
        for name in field.names:
            assert seen.setdefault(name, field.code) == field.code, name
