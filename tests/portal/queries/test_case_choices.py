"""What the complaint form offers, and what a row of a posting stands for."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from portal.domain.payment_refs import PaymentRef, read_reference
from portal.domain.units import Unit
from portal.ledger import registers
from portal.office import Office
from portal.queries.case_choices import about_payment, case_choices
from tests.cases import open_desk
from tests.county import COUNTY, DONGHE, LAND, POLICIES, WANGCUN, XISHAN, published_batch
from tests.workbooks import people


def test_places_by_township_units_that_work_today_and_this_years_policies(office: Office, tmp_path: Path) -> None:
    open_desk(office, tmp_path / "office")
    gone = Unit("old", "旧局", "department", COUNTY, valid_to=office.today - timedelta(days=1), successor="nyj")
    leaders = Unit("xzf", "县政府", "county", COUNTY)
    with office.ledger.write() as connection:
        registers.save_units(connection, [gone, leaders])
    found = case_choices(office)
    assert [township.code for township, _ in found.townships] == [DONGHE, XISHAN]
    assert [len(villages) for _, villages in found.townships] == [3, 2]
    departments = {unit.code for unit in found.departments}
    assert departments >= {"nyj", "czj", "gkb", "xfj", "sjj"}
    assert not departments & {"old", "xzf", "wc", "dh", "yh"}
    assert [unit.code for unit in found.banks] == ["yh"]
    assert found.policies == {policy["项目编码"]: policy["项目名称"] for policy in POLICIES}
    assert found.desk_units == {"xfj"}
    assert (found.place(WANGCUN), found.place(DONGHE), found.place("x")) == ("东河镇王村", "东河镇", "")


def test_a_row_is_known_by_batch_village_and_code(office: Office, tmp_path: Path) -> None:
    batch = published_batch(office, tmp_path, people(2))
    with office.ledger.read() as connection:
        code = connection.exec_driver_sql("SELECT row_code FROM payments LIMIT 1").scalar_one()
    found = about_payment(office, PaymentRef(batch, WANGCUN, code))
    assert found is not None
    assert found[1] == LAND
    for wrong in (f"{batch}/{WANGCUN}/ZZZZ", f"{batch}/990199101202/{code}", f"2024-0001/{WANGCUN}/{code}"):
        reference = read_reference(wrong)
        assert reference is not None
        assert about_payment(office, reference) is None
