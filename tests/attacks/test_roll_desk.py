"""What somebody tries at the roll desk who may be there, and wants more than is theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from portal.actions.held_rows import Decision, settle_rows
from portal.actions.objections import HeardObjection, note_objection
from portal.actions.staff import add_staff
from portal.domain.batches import Actor
from portal.domain.units import Unit
from portal.ledger import registers
from portal.office import Office
from tests.county import COUNTY, WANGCUN, XISHAN, make_batch, make_site, office_in, step
from tests.desk_cases import entered
from tests.service import make_app
from tests.staff import Visitor
from tests.workbooks import people

SECOND = Actor("second", "second", "department", "nyj")


@dataclass
class Desk:
    app: Flask
    office: Office
    folder: Path
    batch: str
    """On notice from the 4th of June in 王村 and 赵庄; one held row of 王村 was dropped, one objection noted there."""
    inside: dict[str, Visitor] = field(default_factory=dict)

    def person(self, name: str) -> Visitor:
        if name not in self.inside:
            self.inside[name] = entered(self.app, self.office, self.folder, name)
        return self.inside[name]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("roll-desk")
    with office_in(folder) as office:
        with office.ledger.write() as connection:
            units = (("xs", "西山乡财政所", "township_finance", XISHAN), ("jyj", "教育局", "department", COUNTY))
            registers.save_units(connection, [Unit(*unit) for unit in units])
        for name, role, unit in (("town", "township_finance", "xs"), ("auditor", "audit", "czj")):
            add_staff(office, name, name, role, unit)
        roll = [replace(people(1)[0], amount="180"), *people(8, start=1), *people(7, start=100, village="赵庄")]
        batch = make_batch(office, folder, roll).batch or ""
        settle_rows(office, SECOND, batch, [Decision(1, "dropped", "王村查无此人")])
        step(office, batch, "review", "reviewer", 3)
        step(office, batch, "notice", "enterer", 4)
        note_objection(office, SECOND, HeardObjection(batch, WANGCUN, date(2025, 6, 5), "oral", 2, "王村有一户多报"))
        yield Desk(make_app(office, make_site(office, folder), folder), office, folder, batch)


def test_another_townships_settled_rows_and_objections_are_not_told(desk: Desk) -> None:
    town, second = desk.person("town"), desk.person("second")
    for page, words in (("held", "王村查无此人"), ("objections", "王村有一户多报")):
        assert words in second.text(f"batches/{desk.batch}/{page}")
        assert "王村" not in town.text(f"batches/{desk.batch}/{page}")


def test_a_number_of_five_thousand_digits_breaks_no_page(desk: Desk) -> None:
    long = "9" * 5000
    for page in ("batches?year=", "policies/2025?version=", "warnings?page=", "policies/"):
        assert desk.person("accountant").get(page + long).status_code in (200, 404, 409), page
    held, lines = f"batches/{desk.batch}/held", f"batches/{desk.batch}/feedback/lines"
    words = {f"outcome-{long}": "dropped", f"line-{long}": "none", f"line-1{long}": long}
    assert desk.person("second").post(held, "password", **words).status_code == 422
    assert desk.person("second").post(lines, "password", **words).status_code == 422
