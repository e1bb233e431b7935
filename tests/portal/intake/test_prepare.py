"""A roll becomes masked, keyed rows, of whatever kind the file is; what refuses it whole is told, nothing raw is kept."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from portal.domain.masking import UNVERIFIED_NAME
from portal.intake.prepare import prepare
from tests.builders import (
    HEADER,
    WANGCUN,
    make_context,
    make_digester,
    make_person,
    make_policy,
    make_roll_file,
    make_row,
    make_workbook,
)
from tests.portal.intake.conftest import PrepareRoll
from tests.portal.intake.findings import codes, finding

KINDS = ("xlsx", "xls", "csv")


@pytest.mark.parametrize("kind", KINDS)
def test_a_clean_roll_of_every_kind_is_read_whole_and_without_a_word(roll: PrepareRoll, kind: str) -> None:
    people = [make_row(number) for number in range(5)]
    total = ["合计", None, None, None, 16, None, 1520, None]
    found = roll(*people, total, ["制表人：李小红"], kind=kind)
    assert [row.name for row in found.rows] == ["张*三", "李*", "欧**娜", "买**力", "王*"]
    assert {(row.village, str(row.quantity.normalize()), str(row.rate.normalize()), row.fen) for row in found.rows} == {
        (WANGCUN, "3.2", "95", 30400)
    }
    assert (found.fen, found.held, found.findings) == (152000, [], ())
    assert found.columns["amount"] == "补贴金额"


@pytest.mark.parametrize("kind", KINDS)
def test_rows_are_keyed_by_what_they_hold_however_the_file_holds_it(roll: PrepareRoll, kind: str) -> None:
    digester, person = make_digester(), make_person(0)
    (row,) = roll(make_row(0, id=f" {person.id_number.lower()} ", name="张 小三"), kind=kind).rows
    assert row.person == digester.person(person.id_number)
    assert row.proof == digester.proof(person.id_number, person.name)
    assert row.account == digester.account(person.account)
    assert row.tail == digester.tail(person.id_number, person.name, person.account)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_is_read_in_every_encoding_that_offices_use(tmp_path: Path, encoding: str) -> None:
    path = make_roll_file(tmp_path / "roll.csv", [HEADER, make_row(0)], encoding=encoding)
    assert [row.name for row in prepare(path, make_context()).rows] == ["张*三"]


def test_ids_with_apostrophes_in_a_csv_are_read(roll: PrepareRoll) -> None:
    found = roll(
        make_row(0, id=f"'{make_person(0).id_number}"), make_row(1, id=f'="{make_person(1).id_number}"'), kind="csv"
    )
    assert found.held == []


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_a_header_over_two_rows_and_a_rate_merged_over_many_are_read(tmp_path: Path, kind: str) -> None:
    top = ["序号", "村名", "姓名", "身份证号", "耕地补贴", None, None, "账号"]
    below = [None, None, None, None, "面积（亩）", "标准", "金额（元）", None]
    rows = [make_row(0), make_row(1, rate=None), make_row(2, rate=None)]
    merged = [(2, i, 3, i) for i in (0, 1, 2, 3, 7)] + [(2, 4, 2, 6), (4, 5, 6, 5), (0, 0, 0, 7)]
    table = [["2025年耕地补贴清册"], ["单位：亩、元"], top, below, *rows]
    path = make_roll_file(tmp_path / f"roll.{kind}", table, merged=merged)
    found = prepare(path, make_context(policy=make_policy(rates=())))
    assert [(row.row, row.rate) for row in found.rows] == [(5, 95), (6, 95), (7, 95)]
    assert found.findings == ()


def test_a_file_without_an_amount_says_what_was_looked_for_and_what_there_is(roll: PrepareRoll) -> None:
    found = roll(["张小三", make_person(0).id_number, 304], header=("姓名", "身份证号", "钱数"))
    assert found.is_refused
    assert all(word in finding(found, "column.missing").message for word in ("补贴金额", "钱数"))
    assert not roll(
        ["王村", "张小三", make_person(0).id_number, 304],
        header=("村", "姓名", "身份证号", "钱数"),
        named_columns={"amount": "钱数"},
    ).is_refused


def test_two_amounts_are_refused_with_both_named(roll: PrepareRoll) -> None:
    found = roll(["张小三", make_person(0).id_number, 304, 304], header=("姓名", "身份证号", "应发金额", "实发金额"))
    assert found.is_refused
    assert all(word in finding(found, "column.ambiguous").message for word in ("应发金额", "实发金额"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_roll_without_a_header_is_refused_without_repeating_a_row(roll: PrepareRoll, kind: str) -> None:
    found = roll(make_row(1), header=make_row(0), kind=kind)
    assert found.is_refused
    assert "没有表头" in finding(found, "header.unknown").message


def test_an_unknown_first_line_is_repeated_but_not_when_it_may_be_people(tmp_path: Path) -> None:
    sheets = {
        "清册": [HEADER, make_row(0)],
        "汇总": [["村名", "合计金额"]],
        "名单": [["张小三", "王村"]],
        "号码": [["13912345678"]],
    }
    found = prepare(make_workbook(tmp_path / "roll.xlsx", sheets), make_context())
    said = {f.sheet: f.message for f in found.findings if f.code == "header.unknown"}
    assert "村名、合计金额" in said["汇总"]
    assert not any(word in said["名单"] + said["号码"] for word in ("张小三", "13912345678"))
    assert codes(found, "warning") == ["header.unknown"] * 3


def test_a_header_with_nothing_under_it_is_refused(roll: PrepareRoll) -> None:
    assert codes(roll(), "fatal") == ["roll.empty"]
    assert codes(roll(["合计", None, None, None, None, None, 0, None]), "fatal") == ["roll.empty"]


def test_ids_phones_and_dates_in_the_columns_of_figures_are_held_and_never_kept(roll: PrepareRoll) -> None:
    number = make_person(9).id_number
    found = roll(
        make_row(0, rate=number),
        make_row(1, area=int(number[:15])),
        make_row(2, amount=13812345678),
        make_row(3, area="19500312", rate=None),
        make_row(4, rate=-95, area=-3.2),
    )
    assert [row.held for row in found.rows] == [
        "rate.implausible",
        "quantity.implausible",
        "amount.unreadable",
        "quantity.implausible",
        "quantity.implausible",
    ]
    assert not any(word in repr(found) for word in (number, number[:15], "13812345678", "13,812,345,678", "19500312"))


ODD_CELLS = [
    True,
    False,
    datetime.date(2025, 6, 30),
    datetime.time(8, 30),
    1e300,
    -1e300,
    1e-300,
    10**14,
    0.1 + 0.2,
    -1,
    0,
    "#N/A",
    "#DIV/0!",
    "9" * 5000,
    "=1+1",
    "\u202e",
    "NaN",
    "1E+999",
    "无",
    "🙂" * 50,
]


@pytest.mark.parametrize("field", ["seq", "village", "name", "id", "area", "rate", "amount", "account"])
def test_an_odd_cell_anywhere_breaks_nothing_and_no_other_row(roll: PrepareRoll, field: str) -> None:
    rows = [make_row(number, **{field: value}) for number, value in enumerate(ODD_CELLS)]
    found = roll(*rows, make_row(len(ODD_CELLS)))
    assert [row.row for row in found.rows] == list(range(2, len(rows) + 3))
    assert found.rows[-1].held == ""
    if field in ("village", "name", "id", "amount"):
        assert all(row.held for row in found.rows[:-1])
    assert all(len(f.message) < 300 for f in found.findings)


def test_hidden_sheets_are_left_out_and_said_and_read_when_named(tmp_path: Path) -> None:
    sheets = {"清册": [HEADER, make_row(0)], "底稿": [HEADER, make_row(1)]}
    path = make_workbook(tmp_path / "roll.xlsx", sheets, hidden_sheets=["底稿"], hidden_rows=[1])
    found = prepare(path, make_context())
    assert [row.sheet for row in found.rows] == ["清册"]
    assert sorted(codes(found, "warning")) == ["rows.hidden", "sheet.hidden"]
    assert [row.sheet for row in prepare(path, make_context(sheets=["底稿"])).rows] == ["底稿"]


def test_without_accounts_the_roll_is_taken_and_somebody_told(roll: PrepareRoll) -> None:
    found = roll(["王村", "张小三", make_person(0).id_number, 304], header=("村", "姓名", "身份证号", "金额"))
    assert codes(found, "warning") == ["account.column"]
    assert found.rows[0].account is None
    masked = roll(make_row(0, account="6217********1234"), make_row(1, account=make_person(1).account))
    assert codes(masked, "note") == ["account.unreadable"]


def test_a_name_that_is_none_is_never_shown(roll: PrepareRoll) -> None:
    found = roll(make_row(0, name=make_person(1).id_number), make_row(1, name="张三（户主）"))
    assert [row.name for row in found.rows] == [UNVERIFIED_NAME] * 2
    assert [row.proof for row in found.rows] == [None] * 2
