"""A policy of which the village board takes full names before payment and masked rows after it, totals on the web."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from portal.actions.policies import approve_policies, import_policies
from portal.actions.staff import add_staff
from portal.office import Office
from tests.county import POLICIES, make_batch, step, write_policies
from tests.people import make_id
from tests.workbooks import Person

SUPPORT = "ncdb"
SUPPORT_POLICY = POLICIES[1] | {"项目编码": SUPPORT, "项目名称": "农村低保", "村栏公示": "全名", "村栏公开": "逐户"}
VILLAGES = ("王村", "李家湾", "林溪村", "赵庄", "新华村")
_NAMES = ("慕容清秋", "诸葛一鸣", "欧阳小娜", "上官小婉", "独孤小曼", "宇文长庆", "令狐春生", "端木西平")
CHILD = "公孙小满"


def with_support(office: Office, folder: Path) -> None:
    """The county's list with this policy on it, and a township's clerk."""
    path = write_policies(folder / "with-support.csv", [*POLICIES, SUPPORT_POLICY])
    import_policies(office, path, 2025, "accountant", date(2025, 2, 3))
    approve_policies(office, 2025, "enterer", date(2025, 2, 4))
    add_staff(office, "township-clerk", "东河镇财政所", "township_finance", "dh")


def recipients() -> list[Person]:
    """Eight in 王村, a child among them; two in 李家湾 and three in 林溪村, too few to be counted alone on the web; six in
    each village of 西山乡. Everybody's name is another."""
    counts = dict(zip(VILLAGES, (8, 2, 3, 6, 6), strict=True))
    places = [village for village, count in counts.items() for _ in range(count)]
    made = [
        Person(600 + at, village, quantity=None, amount=str(300 + at), name=_NAMES[at % 8] if at < 8 else _name(at))
        for at, village in enumerate(places)
    ]
    made[7] = replace(made[7], name=CHILD, id=make_id("20150401", 77))
    return [person.filled() for person in made]


def names_in(village: str) -> list[str]:
    return [person.name for person in recipients() if person.village == village]


def reviewed_batch(office: Office, folder: Path) -> str:
    number = make_batch(office, folder, recipients(), SUPPORT).batch
    assert number is not None
    step(office, number, "review", "reviewer", 3)
    return number


def noticed_names(office: Office, folder: Path) -> str:
    """On notice from the 4th to the 10th of June 2025; returns its number."""
    number = reviewed_batch(office, folder)
    step(office, number, "notice", "enterer", 4)
    return number


def _name(at: int) -> str:
    return "申屠" + "东南西北中前后左右里外上下春夏秋冬"[at - 8] + "民"
