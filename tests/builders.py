"""Small makers of what tests need: people, places, a policy, and roll files in every kind that offices send."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import xlsxwriter
import xlwt

from portal.domain.areas import Area, AreaBook
from portal.domain.identity import DIGEST_KINDS, Digester
from portal.domain.policies import Policy
from portal.intake.checks import History
from portal.intake.prepare import RollContext
from portal.rules import Rules, load_rules
from tests.people import make_account, make_id

CONTENT = Path(__file__).parents[1] / "content"
COUNTY, CHENGGUAN, SHIQIAO = "990121000000", "990121101000", "990121102000"
WANGCUN, XINHUA_OF_CHENGGUAN, EAST_STREET = "990121101201", "990121101202", "990121101203"
LIJIAWAN, XINHUA_OF_SHIQIAO, DAWANGCUN = "990121102201", "990121102202", "990121102203"

HEADER = ("序号", "村名", "姓名", "身份证号", "补贴面积（亩）", "补贴标准（元/亩）", "补贴金额（元）", "一卡通账号")
_NAMES = ("张小三", "李四", "欧阳娜娜", "买买提·艾力", "王芳", "赵大有", "钱多多", "孙二娘", "周公旦", "吴用")


@dataclass(frozen=True)
class Person:
    """Somebody who does not exist."""

    name: str
    id_number: str
    account: str


def make_person(number: int) -> Person:
    """The same person for the same number."""
    name = (
        _NAMES[number]
        if number < len(_NAMES)
        else "陈" + "一二三四五六七八九十"[number % 10] + "甲乙丙丁戊"[number // 10 % 5]
    )
    return Person(name, make_id(f"19{50 + number % 50}0312", number % 1000), make_account(1000 + number))


def make_row(number: int, village: str = "王村", **changes: Any) -> list[Any]:
    """A roll's row under HEADER: 3.2 mu × 95 yuan = 304 yuan. `changes` by field: name, id, area, rate, amount, account."""
    person = make_person(number)
    cells = {
        "seq": number + 1,
        "village": village,
        "name": person.name,
        "id": person.id_number,
        "area": 3.2,
        "rate": 95,
        "amount": 304,
        "account": person.account,
    }
    assert changes.keys() <= cells.keys()
    return list((cells | changes).values())


def make_areas() -> AreaBook:
    """Two townships with a 新华村 each; 大王村 holds the name of 王村 in its own."""
    return AreaBook.of(
        [
            Area(COUNTY, "明白县", ("明白",)),
            Area(CHENGGUAN, "城关镇", ("城厢镇",)),
            Area(WANGCUN, "王村", ("王家庄",)),
            Area(XINHUA_OF_CHENGGUAN, "新华村"),
            Area(EAST_STREET, "东街社区", ("东街居委会",)),
            Area(SHIQIAO, "石桥镇"),
            Area(LIJIAWAN, "李家湾村", ("李湾村",)),
            Area(XINHUA_OF_SHIQIAO, "新华村"),
            Area(DAWANGCUN, "大王村"),
        ]
    )


def make_policy(**changes: Any) -> Policy:
    """耕地地力保护补贴: 95 yuan a mu, to persons, in rows, after seven working days of notice."""
    policy = Policy(
        code="gddlbh",
        name="耕地地力保护补贴",
        departments=("明白县农业农村局",),
        level="central",
        channel="card",
        payee_unit="person",
        rates=(Decimal(95),),
        quantity_unit="亩",
        web_before="rows",
        web_after="rows",
        notice_days=7,
        notice_day_kind="working",
    )
    return replace(policy, **changes)


def make_digester() -> Digester:
    return Digester("test", {kind: kind.encode() * 8 for kind in DIGEST_KINDS})


@cache
def rules() -> Rules:
    """The rules as they stand in content/."""
    return load_rules(CONTENT)


def make_context(**changes: Any) -> RollContext:
    """A roll of the whole county, paid in mid-2025."""
    context = RollContext(
        policy=make_policy(),
        paid_on=date(2025, 6, 30),
        unit_area=COUNTY,
        areas=make_areas(),
        header_map=rules().header_map,
        digester=make_digester(),
        history=History(),
        named_columns={},
    )
    return replace(context, **changes)


def make_roll_file(
    path: Path,
    rows: Iterable[Sequence[Any]],
    *,
    sheet: str = "Sheet1",
    merged: Sequence[tuple[int, int, int, int]] = (),
    encoding: str = "gb18030",
) -> Path:
    """A file of one sheet, of the kind its suffix says (.xlsx, .xls, .csv). `merged` ranges are (top, left, bottom,
    right) from 0 and show the value of their first cell."""
    if path.suffix == ".xlsx":
        return make_workbook(path, {sheet: rows}, merged={sheet: merged})
    if path.suffix == ".xls":
        return _make_xls(path, rows, sheet, merged)
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def make_workbook(
    path: Path,
    sheets: Mapping[str, Iterable[Sequence[Any]]],
    *,
    merged: Mapping[str, Sequence[tuple[int, int, int, int]]] | None = None,
    hidden_sheets: Sequence[str] = (),
    hidden_rows: Sequence[int] = (),
) -> Path:
    """An .xlsx with several sheets; numbers as numbers, text as text. `hidden_rows` (from 0) are hidden in each."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for place in (merged or {}).get(name, ()):
                sheet.merge_range(*(place[i] for i in (0, 1, 2, 3)), "")
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if value is not None:
                        sheet.write(number, column, value)
            for number in hidden_rows:
                sheet.set_row(number, None, None, {"hidden": True})
            if name in hidden_sheets:
                sheet.hide()
    return path


def _make_xls(
    path: Path, rows: Iterable[Sequence[Any]], name: str, merged: Sequence[tuple[int, int, int, int]]
) -> Path:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet(name)
    inside = set()
    for top, left, bottom, right in merged:
        sheet.merge(top, bottom, left, right)
        inside |= {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)} - {(top, left)}
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None and (number, column) not in inside:
                sheet.write(number, column, value)
    book.save(str(path))
    return path
