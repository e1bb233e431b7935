"""Below the header, rows of people are told apart from totals, signatures, repeated headers and blank lines."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from portal.intake.headers import find_header
from portal.intake.rows import SheetRows, read_rows
from portal.intake.workbook import Sheet
from tests.builders import HEADER, make_row, rules

TOTAL: list[Any] = ["合计", None, None, None, 6.4, None, 608, None]


def as_cell(value: Any) -> Any:
    """As the reader hands it on: fractions are Decimal."""
    return Decimal(str(value)) if isinstance(value, float) else value


def read(*below: Sequence[Any], above: Sequence[Sequence[Any]] = (), earlier_fen: int = 0, **changes: Any) -> SheetRows:
    """Read a sheet with HEADER under `above` and over `below`."""
    rows = [list(map(as_cell, row)) for row in (*above, HEADER, *below)]
    values = {"hidden_rows": frozenset(), "hidden_columns": frozenset(), "merged": ()} | changes
    sheet = Sheet("王村", True, rows, **values)
    header, findings = find_header(sheet, rules().header_map, ("name", "id", "amount"), {})
    assert header is not None, findings
    return read_rows(sheet, header, rules().header_map, earlier_fen)


def row_numbers(found: SheetRows) -> list[int]:
    return [raw.row for raw in found.rows]


def make_total(word: str, yuan: Any, *, column: int = 0) -> list[Any]:
    row: list[Any] = [None] * len(HEADER)
    row[column], row[6] = word, yuan
    return row


def test_rows_keep_the_numbers_that_excel_shows() -> None:
    found = read(make_row(0), [], [None, "  "], make_row(1), above=[["清册"], []])
    assert row_numbers(found) == [4, 7]
    assert found.findings == []


def test_a_row_shorter_than_the_header_is_read_as_far_as_it_goes() -> None:
    (raw,) = read(make_row(0)[:7]).rows
    assert raw.text("amount") == "304"
    assert raw.text("account") == ""


@pytest.mark.parametrize(
    "word", ["合计", "合 计：", "总计", "小计", "本页小计", "王村小计", "【合计】", "（共计）", "累计", "过次页"]
)
@pytest.mark.parametrize("column", [0, 1, 2])
def test_a_total_row_is_checked_and_left_out(word: str, column: int) -> None:
    right = read(make_row(0), make_row(1), make_total(word, 608, column=column))
    assert (row_numbers(right), right.findings) == ([2, 3], [])
    wrong = read(make_row(0), make_row(1), make_total(word, 609, column=column))
    assert [(finding.level, finding.code, finding.row) for finding in wrong.findings] == [
        ("fatal", "total.mismatch", 4)
    ]


def test_a_wrong_total_says_both_figures_and_the_difference() -> None:
    (finding,) = read(make_row(0), make_row(1), make_total("合计", "1,608.50")).findings
    assert all(figure in finding.message for figure in ("1,608.50", "608.00", "1,000.50"))
    assert finding.column == "补贴金额"


def test_subtotals_and_the_totals_over_them_nest() -> None:
    village = [make_row(0), make_row(1), make_total("小计", 608)]
    town = [*village, *village, make_total("石桥镇合计", 1216)]
    assert read(*town, *village, make_total("总计", 1824)).findings == []
    (finding,) = read(*village, make_row(2), make_total("小计", 608), make_total("总计", 912)).findings
    assert (finding.row, "304.00" in finding.message) == (6, True)


def test_a_total_may_stand_above_what_it_adds_up() -> None:
    village = [make_total("小计", 608), make_row(0), make_row(1)]
    assert read(make_total("合计", 1216), *village, *village).findings == []
    (finding,) = read(make_total("合计", 1217), *village, *village).findings
    assert (finding.row, "1,216.00" in finding.message) == (2, True)


def test_what_is_carried_from_page_to_page_is_no_row() -> None:
    pages = [make_row(0), make_total("过次页", 304), make_total("承前页", 304), make_row(1), make_total("合计", 608)]
    found = read(*pages)
    assert (row_numbers(found), found.findings) == ([2, 5], [])


def test_the_last_sheet_s_total_may_be_that_of_all_sheets() -> None:
    assert read(make_row(0), make_total("总计", 1304), earlier_fen=100_000).findings == []
    assert read(make_row(0), make_total("合计", 304), earlier_fen=100_000).findings == []
    assert read(make_row(0), make_total("总计", 1305), earlier_fen=100_000).findings != []


def test_a_total_without_a_figure_is_left_out_unchecked() -> None:
    found = read(make_row(0), ["合计：壹人，叁佰零肆元整"])
    assert (row_numbers(found), found.findings) == ([2], [])


def test_somebody_with_an_id_is_a_person_whatever_else_the_row_says() -> None:
    assert row_numbers(read(make_row(0, village="合计"), make_row(1, name="共计"))) == [2, 3]


@pytest.mark.parametrize(
    "line",
    [
        ["制表人：李小红", None, "审核：赵六", None, "2025年6月30日"],
        [None, None, "负责人（签字）：", "经办人：李小红"],
        ["村委会（章）"],
        ["备注：本表一式三份"],
        ["监督电话：0999-5201001"],
        [None, "公示时间：2025年6月1日至7日"],
        ["大写：叁佰零肆元整"],
        ["填报单位：王村", None, None, None, None, None, "领导签字："],
    ],
)
def test_signatures_and_remarks_are_no_rows(line: list[Any]) -> None:
    found = read(make_row(0), line)
    assert (row_numbers(found), found.findings) == ([2], [])


def test_a_person_with_a_word_of_the_signatures_in_a_remark_stays() -> None:
    assert row_numbers(read(make_row(0, account="经办人代领"), make_row(1, amount="待审核"))) == [2, 3]


def test_the_header_and_the_title_printed_again_on_each_page_are_no_rows() -> None:
    title = ["2025年补贴清册"]
    found = read(make_row(0), title, HEADER, make_row(1), above=[title])
    assert (row_numbers(found), found.findings) == ([3, 6], [])


def test_a_header_of_two_rows_printed_again_is_no_row() -> None:
    top = ["姓名", "身份证号", "耕地补贴", None, None]
    below = [None, None, "面积", "标准", "金额"]
    one = [as_cell(make_row(0)[i]) for i in (2, 3, 4, 5, 6)]
    rows = [top, below, one, top, below, one]
    sheet = Sheet("", True, rows, frozenset(), frozenset(), ((0, 2, 0, 4), (3, 2, 3, 4)))
    header, _ = find_header(sheet, rules().header_map, ("name", "id", "amount"), {})
    assert header is not None
    assert row_numbers(read_rows(sheet, header, rules().header_map)) == [3, 6]


@pytest.mark.parametrize(
    "line", [[1, 2, 3, 4, 5, 6, "7=5×6", 8], ["栏次", "甲", "乙", "丙", "1", "2", "3=1×2", "4"], list("ABCDEFGH")]
)
def test_the_line_that_numbers_the_columns_is_no_row(line: list[Any]) -> None:
    found = read(line, make_row(0), make_total("合计", 304))
    assert (row_numbers(found), found.findings) == ([3], [])


def test_a_line_with_neither_name_id_nor_amount_is_left_out_and_said() -> None:
    found = read(make_row(0), [None, "李家湾村"])
    assert row_numbers(found) == [2]
    assert [(finding.level, finding.code, finding.row) for finding in found.findings] == [("note", "row.skipped", 3)]


def test_a_row_that_lacks_its_name_or_id_is_kept_for_the_checks() -> None:
    assert row_numbers(read(make_row(0, name=None), make_row(1, id=None), make_row(2, amount=None))) == [2, 3, 4]


def test_what_is_merged_over_many_rows_is_filled_down_for_rates_and_places_alone() -> None:
    rows = [make_row(0), make_row(1, village=None, rate=None, amount=None), make_row(2, village=None, rate=None)]
    merged = ((1, 1, 2, 1), (1, 5, 3, 5), (1, 6, 2, 6))  # village over two rows, rate over three, amount over two
    one, two, three = read(*rows, merged=merged).rows
    assert (two.cells["village"], two.cells["rate"], two.cells["amount"]) == ("王村", 95, None)
    assert (three.cells["village"], three.cells["rate"]) == (None, 95)
    assert one.cells["amount"] == 304


def test_what_stands_in_a_cell_goes_before_what_a_merge_would_fill_in() -> None:
    rows = [make_row(0), make_row(1, rate=100)]
    assert read(*rows, merged=((1, 5, 2, 5),)).rows[1].cells["rate"] == 100


def test_amounts_in_ten_thousands_are_added_up_as_yuan() -> None:
    sheet = Sheet(
        "",
        True,
        [["姓名", "身份证号", "金额（万元）"], ["张三", "x", "0.0304"], ["合计", None, "0.0304"]],
        frozenset(),
        frozenset(),
        (),
    )
    header, _ = find_header(sheet, rules().header_map, ("name", "id", "amount"), {})
    assert header is not None
    assert read_rows(sheet, header, rules().header_map).findings == []
