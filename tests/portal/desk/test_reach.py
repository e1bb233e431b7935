"""Whose batches and rows somebody meets at the desk: what is another's is not there, in lists, pages, files and steps."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from flask import Flask

from portal.actions.staff import add_staff
from portal.domain.batches import Actor, Batch
from portal.domain.reach import Reach, reach_of
from portal.domain.units import Unit
from portal.ledger import registers
from portal.office import Office
from tests.county import COUNTY, LAND, WANGCUN, XISHAN, give_feedback, make_batch, make_site, office_in, step
from tests.desk_cases import entered
from tests.service import make_app
from tests.staff import Visitor, said
from tests.workbooks import people

UNITS = {
    unit.code: unit
    for unit in (
        Unit("nyj", "农业农村局", "department", COUNTY),
        Unit("fpb", "扶贫办", "department", COUNTY, successor="nyj"),
        Unit("jyj", "教育局", "department", COUNTY),
        Unit("xs", "西山乡财政所", "township_finance", XISHAN),
        Unit("wc", "王村村委会", "village", WANGCUN),
    )
}


def batch_of(unit: str, entered_by: str = "somebody") -> Batch:
    return Batch(1, "2025-0001", LAND, 2025, "2025", unit, 1, "county-finance", entered_by, False, ())


def reach(role: str, unit: str) -> Reach:
    return reach_of(Actor("me", "我", role, unit), UNITS)


def test_the_rule_by_role_and_unit() -> None:
    for role in ("finance", "treasury", "bank", "disclosure", "audit", "admin"):
        assert reach(role, "nyj").has_all_of(batch_of("xs"), ())
    department = reach("department", "nyj")
    assert department.has_all_of(batch_of("xs"), ["农业农村局"])
    assert department.has_all_of(batch_of("xs"), ["扶贫办"])  # whose work it took over
    assert department.has_all_of(batch_of("nyj"), ["教育局"])
    assert not department.has_all_of(batch_of("xs"), ["教育局"])
    assert not department.has_village("990199101201")
    town = reach("township_finance", "xs")
    assert town.has_all_of(batch_of("xs"), ())
    assert not town.has_all_of(batch_of("nyj"), ["农业农村局"])
    assert (town.has_village("990199102201"), town.has_village("990199101201"), town.has_village("")) == (
        True,
        False,
        False,
    )
    assert (reach("village", "wc").area, reach("station", "nyj").area) == ("990199101201", "")
    assert reach("complaints", "gone").has_all_of(batch_of("x", "me"), ())
    assert not reach("discipline", "jyj").has_all_of(batch_of("nyj"), [])


@dataclass
class Desk:
    app: Flask
    office: Office
    folder: Path
    county: str
    elsewhere: str
    """A batch of people in 王村 alone."""

    def person(self, name: str) -> Visitor:
        return entered(self.app, self.office, self.folder, name)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("reach")
    with office_in(folder) as office:
        with office.ledger.write() as connection:
            registers.save_units(
                connection,
                [
                    Unit("xs", "西山乡财政所", "township_finance", XISHAN),
                    Unit("jyj", "小明县教育局", "department", COUNTY),
                ],
            )
        add_staff(office, "town", "西山乡经办", "township_finance", "xs")
        add_staff(office, "teacher", "教育局经办", "department", "jyj")
        everybody = [*people(6), *people(7, start=100, village="赵庄")]
        county = make_batch(office, folder, everybody).batch or ""
        elsewhere = make_batch(office, folder, people(6, start=300), period="2025+1").batch or ""
        step(office, county, "review", "reviewer", 3)
        step(office, county, "notice", "enterer", 4)
        step(office, county, "credit", "accountant", 12)
        give_feedback(office, folder, county, everybody, {0: "户名不符", 101: "户名不符", 102: "户名不符"})
        site = make_site(office, folder)
        yield Desk(make_app(office, site, folder), office, folder, county, elsewhere)


@pytest.mark.slow
def test_a_township_meets_its_own_rows_and_no_others(desk: Desk) -> None:
    town = desk.person("town")
    batches = said(town.get("batches"))
    assert desk.county in batches
    assert desk.elsewhere not in batches + said(town.get(""))
    assert "1,330.00" in batches  # seven rows of 190 yuan
    assert "银行退回2笔" in said(town.get(""))
    page = said(town.get(f"batches/{desk.county}"))
    assert "不是您这里发的" in page
    assert "7行" in page
    assert "13行" not in page
    assert "赵庄" in town.text(f"batches/{desk.county}/review")
    assert "王村" not in town.text(f"batches/{desk.county}/review")
    book = openpyxl.load_workbook(io.BytesIO(town.get(f"batches/{desk.county}/corrections.xlsx").data))
    assert book.active is not None
    villages = {row[1] for row in book.active.iter_rows(min_row=2, values_only=True)}
    assert villages == {"990199102201"}
    assert "撤下" not in page
    assert "退回修改" not in page
    for whole in ("return", "notice", "disclosure"):
        refused = town.post(
            f"batches/{desk.county}/steps/{whole}", f"batches/{desk.county}", **{f"{whole}-reason": "x"}
        )
        assert (refused.status_code, "只有一部分是您这里的" in said(refused)) == (409, True)
    answer = town.get(f"batches/{desk.county}/feedback")
    assert (answer.status_code, "只有一部分是您这里的" in said(answer)) == (409, True)


@pytest.mark.slow
def test_what_is_anothers_answers_as_what_is_not_there(desk: Desk) -> None:
    nobodys = "2025-0999"
    for name, number in (("town", desk.elsewhere), ("teacher", desk.county)):
        person = desk.person(name)
        for path in ("batches/{}", "batches/{}/review", "batches/{}/feedback", "batches/{}/corrections"):
            answers = [person.get(path.format(each)) for each in (number, nobodys)]
            assert answers[0].status_code == answers[1].status_code, (name, path)
            assert said(answers[0]).replace(number, nobodys) == said(answers[1])
            assert answers[0].status_code in (403, 409)
        taken = person.post(f"batches/{number}/steps/report", "")
        assert (taken.status_code, "没有批次" in said(taken)) == (409, True)
    assert "还没有批次" in said(desk.person("teacher").get("batches"))
    assert desk.elsewhere in said(desk.person("village-clerk").get("batches"))
    assert desk.elsewhere in said(desk.person("accountant").get("batches"))
