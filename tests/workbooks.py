"""People who do not exist, and the files that offices make of them: payment rolls and bank lists, as real workbooks."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from tests.people import make_account, make_id

_SURNAMES = "张王李赵刘陈杨黄周吴徐孙马朱胡郭何高林罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂英华玉兰"
SPECIAL_NAMES = ("欧阳小娜", "买买提·艾力", "𠮷田贵")


@dataclass(frozen=True)
class Person:
    """A beneficiary as a clerk writes the row; who they are follows from `number`. `amount` is in yuan."""

    number: int
    village: str = "王村"
    group: str = ""
    quantity: Decimal | None = Decimal(2)
    amount: str = "190"
    name: str = ""
    id: str = ""
    account: str = ""
    remark: str = ""

    def filled(self) -> Person:
        """With the name, ID and account that go with the number, where none are given."""
        first, rest = _SURNAMES[self.number % 20], self.number // 20
        special = SPECIAL_NAMES[self.number % 7] if self.number % 7 < len(SPECIAL_NAMES) else ""
        return replace(
            self,
            name=self.name or special or first + _GIVEN[rest % 25] + _GIVEN[(rest // 25 + self.number) % 25],
            id=self.id or make_id(f"19{50 + self.number % 45}0{1 + self.number % 9}15", self.number % 1000),
            account=self.account or make_account(88_000 + self.number),
        )


def people(count: int, start: int = 0, **same: Any) -> list[Person]:
    """`count` different people, alike in all that is named."""
    return [Person(number, **same).filled() for number in range(start, start + count)]


def write_sheet(path: Path, rows: Iterable[Sequence[object]], sheet: str = "清册") -> Path:
    """A real .xlsx whose texts stay texts."""
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False, "strings_to_formulas": False}) as book:
        page = book.add_worksheet(sheet)
        for index, row in enumerate(rows):
            page.write_row(index, 0, row)
    return path


def write_roll(path: Path, people: Sequence[Person], *, total: str = "", sheet: str = "清册") -> Path:
    """A payment roll; the columns of area and rate stand in it where anybody has a quantity. `total` adds a last line
    that says so."""
    filled = [person.filled() for person in people]
    measured = any(person.quantity is not None for person in filled)
    header = ["序号", "村", "组", "姓名", "身份证号", "一卡通账号", *(["面积（亩）", "补贴标准（元/亩）"] * measured)]
    rows: list[list[object]] = [["小明县补贴资金发放清册"], [*header, "补贴金额（元）", "备注"]]
    for number, person in enumerate(filled, start=1):
        amounts = [float(person.quantity or 0), 95] if measured else []
        who = [number, person.village, person.group, person.name, person.id, person.account]
        rows.append([*who, *amounts, float(person.amount), person.remark])
    if total:
        rows.append(["合计", *[""] * (len(header) - 1), float(total)])
    return write_sheet(path, rows, sheet)


def write_feedback(path: Path, people: Sequence[Person], returned: dict[int, str] | None = None) -> Path:
    """The bank's list of them all; `returned` maps a person's number to the bank's words."""
    returned = returned or {}
    rows: list[Sequence[object]] = [["户名", "账号", "金额", "状态", "失败原因"]]
    for person in (person.filled() for person in people):
        failed = returned.get(person.number, "")
        rows.append([person.name, person.account, float(person.amount), "失败" if failed else "成功", failed])
    return write_sheet(path, rows)


def write_list(path: Path, rows: Iterable[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    return path
