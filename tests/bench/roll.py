"""Importing a large roll, against the bare reading of its file."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import python_calamine
import xlsxwriter

from portal.actions.rolls import RollRequest, import_roll
from portal.domain.policies import Policy
from portal.intake.checks import History
from portal.intake.prepare import RollContext, prepare
from portal.intake.workbook import read_workbook
from portal.ledger import policies, registers
from tests.bench.county import CLERK, COUNTY, UNIT, Instance, make_registers, village_areas
from tests.people import make_account, make_id

VILLAGES = 300
HEADER = (
    "序号",
    "村名",
    "组别",
    "姓名",
    "身份证号",
    "种植面积（亩）",
    "补贴标准（元/亩）",
    "补贴金额（元）",
    "一卡通账号",
)
_FAMILIES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国"


def write_roll(path: Path, rows: int) -> None:
    """A roll as a station sends it: a title, a header, a row a person, a total."""
    chance = random.Random(rows)
    villages = [area.name for area in village_areas(VILLAGES)]
    total = 0
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("种植面积补贴")
        sheet.write(0, 0, "2025年种植面积补贴发放清册")
        sheet.write_row(1, 0, HEADER)
        for number in range(rows):
            tenths = chance.randint(5, 120)
            total += tenths * 1042
            name = chance.choice(_FAMILIES) + chance.choice(_GIVEN) + chance.choice(("", *_GIVEN))
            identity = make_id(f"{1945 + number // 1000 % 60}{number // 60000 % 12 + 1:02d}12", number % 1000)
            village, group = villages[number * len(villages) // rows], f"{'一二三四五六'[number % 6]}组"
            cells = (number + 1, village, group, name, identity, tenths / 10, 104.2, tenths * 10.42)
            sheet.write_row(number + 2, 0, (*cells[:7], round(cells[7], 2), make_account(number)))
        sheet.write_row(rows + 2, 0, ("合计", "", "", "", "", "", "", total / 100))


def make_office(folder: Path) -> Instance:
    """An installation that knows the roll's villages and policy and holds no payment."""
    return make_registers(folder, VILLAGES)


def bare_read(path: Path) -> int:
    """What calamine alone takes to hand over every cell."""
    book = python_calamine.CalamineWorkbook.from_path(path)
    return sum(1 for name in book.sheet_names for _ in book.get_sheet_by_name(name).iter_rows())


def read(path: Path) -> int:
    return sum(len(sheet.rows) for sheet in read_workbook(path).sheets)


def prepare_only(path: Path, instance: Instance) -> int:
    """All checks, digests and masking; nothing stored."""
    with instance.ledger.read() as connection:
        policy: Policy = policies.policies_of(connection, policies.lists(connection)[0].id)[0]
        book = registers.area_book(connection)
    context = RollContext(
        policy, date(2025, 3, 3), COUNTY, book, instance.rules.header_map, instance.office.digester(), History(), {}
    )
    return len(prepare(path, context).rows)


def import_whole(path: Path, instance: Instance) -> int:
    """The import itself, journal included."""
    request = RollRequest(path, "p000", "2025", UNIT, CLERK.name, date(2025, 3, 3))
    done = import_roll(instance.office, request)
    assert done.batch is not None, done.findings[:3]
    return done.rows
