"""The county's own lists are taken whole or refused with every mistake in them, each by column and row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from portal.domain.areas import Area
from portal.domain.findings import Refused
from portal.domain.policies import Policy
from portal.domain.units import Unit
from portal.intake.lists import read_areas, read_policies, read_units
from tests.builders import CHENGGUAN, CONTENT, COUNTY, WANGCUN, make_roll_file

AREAS = [
    ("code", "name", "aliases"),
    (COUNTY, "明白县", ""),
    (CHENGGUAN, "城关镇", "城厢镇；老城关"),
    (WANGCUN, "王村", None),
]
UNIT = ("nyncj", "明白县农业农村局", "department", COUNTY, "0999-5201010", "明德路1号", "2019-03-01", "", "")
UNIT_COLUMNS = ("code", "name", "kind", "area", "hotline", "address", "valid_from", "valid_to", "successor")
POLICY = {
    "项目编码": "gddlbh",
    "项目名称": "耕地地力保护补贴",
    "主管部门": "农业农村局、财政局",
    "政策级次": "中央",
    "发放渠道": "一卡通",
}


def read(tmp_path: Path, reader: Callable[[Path], Any], rows: Sequence[Sequence[Any]], kind: str = "csv") -> Any:
    return reader(make_roll_file(tmp_path / f"list.{kind}", rows, encoding="utf-8-sig"))


def complaints(tmp_path: Path, reader: Callable[[Path], Any], rows: Sequence[Sequence[Any]]) -> list[tuple[str, int]]:
    """(column, row) of each complaint; what it says is in plain words."""
    with pytest.raises(Refused) as refused:
        read(tmp_path, reader, rows)
    assert all(finding.level == "fatal" and finding.message for finding in refused.value.findings)
    return [(finding.column, finding.row) for finding in refused.value.findings]


def policy_rows(*changes: dict[str, Any]) -> list[list[Any]]:
    """A list of policies, each POLICY with its changes."""
    lines = [POLICY | change for change in changes]
    columns = list(dict.fromkeys(column for line in lines for column in line))
    return [columns, *[[line.get(column) for column in columns] for line in lines]]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "xls"])
def test_areas_are_read_with_their_aliases(tmp_path: Path, kind: str) -> None:
    rows = [*AREAS[:3], (int(WANGCUN), "王村", "王家庄|王庄")]
    assert read(tmp_path, read_areas, rows, kind)[2:] == [Area(WANGCUN, "王村", ("王家庄", "王庄"))]


def test_bad_areas_are_told_all_at_once(tmp_path: Path) -> None:
    rows = [*AREAS, ("99012110120", "短村", ""), ("990121101202", "", ""), ("村", "村", "")]
    assert complaints(tmp_path, read_areas, rows) == [("code", 5), ("name", 6), ("code", 7)]


@pytest.mark.parametrize(
    "rows",
    [
        [*AREAS, ("990121109201", "孤村", "")],
        [*AREAS, ("990122000000", "另一县", "")],
        [AREAS[0], *AREAS[2:]],
    ],
)
def test_a_village_without_a_township_and_more_or_less_than_one_county_are_refused(
    tmp_path: Path, rows: list[Sequence[Any]]
) -> None:
    with pytest.raises(Refused) as refused:
        read(tmp_path, read_areas, rows)
    assert refused.value.findings[0].code == "areas.tree"


def test_a_code_twice_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=WANGCUN):
        read(tmp_path, read_areas, [*AREAS, AREAS[-1]])


def test_units_are_read(tmp_path: Path) -> None:
    found = read(tmp_path, read_units, [UNIT_COLUMNS, UNIT])
    assert found == [
        Unit("nyncj", "明白县农业农村局", "department", COUNTY, "0999-5201010", "明德路1号", date(2019, 3, 1))
    ]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("code", ""),
        ("code", "农业局"),
        ("code", "NYNCJ"),
        ("name", " "),
        ("kind", "局"),
        ("area", None),
        ("valid_from", "2019.3.1"),
        ("valid_to", "去年"),
        ("valid_to", "2019-02-30"),
    ],
)
def test_a_bad_unit_is_told_by_column_and_row(tmp_path: Path, column: str, value: Any) -> None:
    bad = ["other" if name == "code" else cell for name, cell in zip(UNIT_COLUMNS, UNIT, strict=True)]
    bad[UNIT_COLUMNS.index(column)] = value
    assert (column, 4) in complaints(tmp_path, read_units, [["单位表"], UNIT_COLUMNS, UNIT, bad])


def test_a_policy_says_what_it_says_and_the_rest_is_the_cautious_default(tmp_path: Path) -> None:
    (policy,) = read(tmp_path, read_policies, policy_rows({}))
    assert policy == Policy("gddlbh", "耕地地力保护补贴", ("农业农村局", "财政局"), "central", "card", "person")
    assert {policy.web_before, policy.web_after, policy.board_before, policy.board_after} == {"totals"}


def test_a_policy_is_read_with_everything_in_it(tmp_path: Path) -> None:
    change = {
        "政策级次": "县",
        "补贴单位": "农户",
        "面向人群": "农民、种粮大户",
        "单价": "95；102.5",
        "依据文件": "财农〔2024〕1号;农计〔2024〕2号",
        "网站公示": "逐户",
        "村栏公示": "全名",
        "公示天数": 7,
        "公示天数类型": "工作日",
        "年龄下限": 0,
        "年龄上限": "99",
        "不可同享": "tghl",
        "公开期限月": "36",
        "办理流程": "unit-pays",
    }
    (policy,) = read(tmp_path, read_policies, policy_rows(change))
    assert (policy.level, policy.payee_unit, policy.audience) == ("county", "household", ("农民", "种粮大户"))
    assert policy.rates == (Decimal(95), Decimal("102.5"))
    assert policy.basis == ("财农〔2024〕1号", "农计〔2024〕2号")
    assert (policy.web_before, policy.board_before) == ("rows", "full_names")
    assert (policy.notice_days, policy.notice_day_kind, policy.retention_months) == (7, "working", 36)
    assert (policy.age_from, policy.age_to, policy.excludes, policy.flow) == (0, 99, ("tghl",), "unit-pays")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("项目编码", ""),
        ("项目编码", "耕地"),
        ("项目编码", "1abc"),
        ("项目名称", None),
        ("政策级次", ""),
        ("政策级次", "国家"),
        ("发放渠道", "现金"),
        ("补贴单位", "猪"),
        ("单价", "95元左右"),
        ("单价", "95；0"),
        ("单价", "-1"),
        ("网站公示", "公开"),
        ("网站公示", "全名"),
        ("网站公开", "full_names"),
        ("村栏公开", "不知道"),
        ("公示天数", "七天"),
        ("公示天数", "7.5"),
        ("公示天数", -7),
        ("公示天数类型", "交易日"),
        ("年龄下限", "六十"),
        ("年龄上限", "1E+30"),
        ("公开期限月", "长期"),
    ],
)
def test_a_bad_policy_is_told_by_column_and_row(tmp_path: Path, column: str, value: Any) -> None:
    rows = policy_rows({"项目编码": "first"}, {column: value})
    assert (column, 3) in complaints(tmp_path, read_policies, rows)


def test_all_mistakes_of_a_list_are_told_at_once(tmp_path: Path) -> None:
    rows = policy_rows({"政策级次": "国家", "单价": "x"}, {"项目名称": ""}, {"项目编码": "third"})
    assert complaints(tmp_path, read_policies, rows) == [("政策级次", 2), ("单价", 2), ("项目名称", 3), ("", 0)]


@pytest.mark.parametrize("mark", ["\u200b", "\u202e", "\u2066", "\u00ad", "\ufeff"])
def test_invisible_marks_never_get_out_of_a_list(tmp_path: Path, mark: str) -> None:
    (policy,) = read(
        tmp_path, read_policies, policy_rows({"项目名称": f"耕地{mark}补贴", "依据文件": f"财农{mark}1号"})
    )
    assert (policy.name, policy.basis) == ("耕地补贴", ("财农1号",))


@pytest.mark.parametrize("mark", ["\t", "\n", "\r\n", "\x07", "\u2028"])
def test_breaks_inside_a_cell_become_a_blank(tmp_path: Path, mark: str) -> None:
    (policy,) = read(tmp_path, read_policies, policy_rows({"补贴标准": f"每亩{mark}95元"}))
    assert policy.rate_text == "每亩 95元"


@pytest.mark.parametrize("reader", [read_areas, read_units, read_policies])
def test_a_file_that_is_no_such_list_says_what_columns_it_should_have(
    tmp_path: Path, reader: Callable[[Path], Any]
) -> None:
    with pytest.raises(Refused, match="没有找到表头") as refused:
        read(tmp_path, reader, [["姓名", "金额"], ["张三", 304]])
    assert refused.value.findings[0].code == "list.header"


def test_a_list_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="没有内容"):
        read(tmp_path, read_areas, [AREAS[0], ["", None, " "]])


def test_the_lists_that_come_with_the_program_are_right() -> None:
    areas = {area.code for area in read_areas(CONTENT / "areas.csv")}
    assert all(unit.area in areas for unit in read_units(CONTENT / "units.csv"))
    for path in (CONTENT / "policies").glob("*.csv"):
        assert read_policies(path)
