"""Rows find their village by their own cells, by the sheet's name or by the title above, or are held."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from portal.domain.areas import Area, AreaBook
from portal.intake.prepare import prepare
from tests.builders import (
    HEADER,
    SHIQIAO,
    WANGCUN,
    make_areas,
    make_context,
    make_person,
    make_roll_file,
    make_row,
    make_workbook,
)
from tests.portal.intake.conftest import PrepareRoll
from tests.portal.intake.findings import codes


def test_groups_are_written_one_way_and_odd_ones_left_out(roll: PrepareRoll) -> None:
    header = [*HEADER, "组别"]
    found = roll(
        *[
            [*make_row(number), group]
            for number, group in enumerate(["3", "第三村民小组", "上屋", "三组<b>", "1381234567"])
        ],
        header=header,
    )
    assert [row.group for row in found.rows] == ["三组", "三组", "上屋", "", ""]
    assert Counter(codes(found, "note")) == {"group.dropped": 1}


NO_VILLAGE = ("组别", "姓名", "身份证号", "金额", "账号")


def without_village(number: int) -> list[Any]:
    person = make_person(number)
    return ["三组", person.name, person.id_number, 304, person.account]


@pytest.mark.parametrize(
    ("title", "village"),
    [
        ("2025年王村耕地补贴清册", "990121101201"),
        ("明白县城关镇新华村补贴清册", "990121101202"),
        ("石桥镇新华村补贴清册", "990121102202"),
        ("大王村补贴清册", "990121102203"),
        ("单位：王 村", "990121101201"),
        ("小王村补贴清册", ""),
        ("新华村补贴清册", ""),
        ("王村、李家湾村补贴清册", ""),
        ("大王村、王村补贴清册", ""),
        ("补贴清册", ""),
    ],
)
def test_without_a_village_column_the_title_says_which_if_it_names_just_one(
    tmp_path: Path, title: str, village: str
) -> None:
    rows = [[title], NO_VILLAGE, without_village(0)]
    (row,) = prepare(make_roll_file(tmp_path / "roll.xlsx", rows), make_context()).rows
    assert (row.village, bool(row.held)) == (village, not village)


def test_a_village_is_not_found_inside_another_s_name(tmp_path: Path) -> None:
    areas = AreaBook.of([*make_areas().areas.values(), Area("990121102204", "镇东村"), Area("990121102205", "东村")])
    path = make_roll_file(tmp_path / "roll.xlsx", [["镇东村补贴清册"], NO_VILLAGE, without_village(0)])
    assert [row.village for row in prepare(path, make_context(areas=areas)).rows] == ["990121102204"]


def test_a_sheet_a_village_is_read_by_the_sheets_names(tmp_path: Path) -> None:
    sheets = {
        "城关镇王村": [NO_VILLAGE, without_village(0)],
        "李湾村": [NO_VILLAGE, without_village(1)],
        "Sheet3": [NO_VILLAGE, without_village(2)],
    }
    found = prepare(make_workbook(tmp_path / "roll.xlsx", sheets), make_context())
    assert [(row.sheet, row.village, row.held) for row in found.rows] == [
        ("城关镇王村", "990121101201", ""),
        ("李湾村", "990121102201", ""),
        ("Sheet3", "", "area.unknown"),
    ]


def test_a_column_of_villages_that_holds_only_groups_is_read_with_the_title(tmp_path: Path) -> None:
    header = ("村组", *NO_VILLAGE[1:])
    path = make_roll_file(tmp_path / "roll.xlsx", [["王村清册"], header, without_village(0)])
    (row,) = prepare(path, make_context()).rows
    assert (row.village, row.group, row.held) == (WANGCUN, "三组", "")


def test_a_village_s_own_roll_needs_no_village_in_it(roll: PrepareRoll) -> None:
    (row,) = roll(without_village(0), header=NO_VILLAGE, unit_area=WANGCUN).rows
    assert (row.village, row.group) == (WANGCUN, "三组")


def test_a_village_outside_the_unit_s_area_is_held(roll: PrepareRoll) -> None:
    assert [row.held for row in roll(make_row(0), make_row(1, village="新华村"), unit_area=SHIQIAO).rows] == [
        "area.mismatch",
        "",
    ]
