"""What somebody tries at the roll desk who may be there, and wants more than is theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from flask import Flask

from portal.actions.corrections import import_corrections, write_template
from portal.actions.held_rows import Decision, settle_rows
from portal.actions.leads import settle_lead
from portal.actions.objections import HeardObjection, note_objection
from portal.actions.policies import approve_policies, import_policies, start_list
from portal.actions.staff import add_staff
from portal.actions.withdrawals import withdraw
from portal.domain.batches import Actor
from portal.domain.findings import Refused
from portal.domain.units import Unit
from portal.ledger import batches, registers, settlements
from portal.office import Office
from portal.queries.leads import lead_lines
from portal.queries.withdrawals import withdrawn_batches
from tests.county import (
    COUNTY,
    LAND,
    POLICIES,
    WANGCUN,
    XISHAN,
    give_feedback,
    make_batch,
    make_site,
    noticed_batch,
    office_in,
    published_batch,
    step,
    write_policies,
)
from tests.desk_cases import entered
from tests.ledger_dump import bytes_of, dump
from tests.people import make_account, make_id
from tests.portal.desk.test_batches import send, take
from tests.service import make_app
from tests.staff import Visitor, said
from tests.workbooks import people, write_roll

pytestmark = pytest.mark.slow  # people sign in, and passwords are slow on purpose
SECOND = Actor("second", "second", "department", "nyj")
AUDITOR = Actor("auditor", "auditor", "audit", "czj")
INSPECTOR = Actor("inspector", "inspector", "discipline", "czj")
ID = make_id("19600101", 79)


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


def test_a_review_decides_one_of_three_things_and_nothing_else_is_kept(desk: Desk, tmp_path: Path) -> None:
    number = make_batch(desk.office, tmp_path, people(6, start=200), period="2025+1").batch or ""
    answer = take(desk.person("reviewer"), number, "review", attribute=f"主动公开 {ID}")
    assert (answer.status_code, "公开属性只能选" in said(answer)) == (422, True)
    assert ID not in str(dump(desk.office.ledger))


def test_nobody_reviews_again_what_is_public(desk: Desk, tmp_path: Path) -> None:
    """Of a policy without a notice too."""
    plain = [{**POLICIES[0], "公示天数": "0"}, *POLICIES[1:]]
    with office_in(tmp_path / "office") as office:
        import_policies(
            office, write_policies(tmp_path / "plain.csv", plain), 2025, "accountant", date(2025, 1, 8), "x"
        )
        approve_policies(office, 2025, "enterer", date(2025, 1, 9))
        roll = people(6)
        number = make_batch(office, tmp_path, roll).batch or ""
        step(office, number, "review", "reviewer", 3)
        step(office, number, "credit", "accountant", 12)
        give_feedback(office, tmp_path, number, roll)
        step(office, number, "disclosure", "discloser", 16)
        with pytest.raises(Refused, match="不能重新审查"):
            step(office, number, "review", "reviewer", 17, attribute="不予公开")


def test_a_notice_at_the_desk_begins_today(desk: Desk, tmp_path: Path) -> None:
    """Dated back it would be over before anybody could read it."""
    number = make_batch(desk.office, tmp_path, people(6, start=220), period="2025+2").batch or ""
    step(desk.office, number, "review", "reviewer", 3)
    answer = take(desk.person("enterer"), number, "notice", day="2025-06-04")
    assert (answer.status_code, "只能从今天算起" in said(answer)) == (422, True)
    assert take(desk.person("enterer"), number, "notice", day="2025-06-30").status_code == 303


def test_a_form_sent_twice_takes_a_step_once(desk: Desk, tmp_path: Path) -> None:
    """A second disclosure would publish corrections of nothing."""
    number = published_batch(desk.office, tmp_path, people(6, start=360), period="2025-01")
    before = dump(desk.office.ledger)
    for name, code in (("discloser", "disclosure"), ("accountant", "credit")):
        answer = desk.person(name).post(f"batches/{number}/steps/{code}", f"batches/{number}")
        assert (answer.status_code, "没有重复登记" in said(answer)) == (422, True)
    after = dump(desk.office.ledger)
    assert (after["postings"], after["steps"]) == (before["postings"], before["steps"])


def test_who_entered_a_roll_puts_nobody_into_a_reviewed_list(desk: Desk, tmp_path: Path) -> None:
    roll = [replace(people(1, start=240)[0], id="12"), *people(6, start=241)]
    number = make_batch(desk.office, tmp_path, roll, period="2025+3").batch or ""
    write_template(desk.office, number, tmp_path / "template.xlsx", "enterer")
    file = filled_in(tmp_path / "template.xlsx")
    step(desk.office, number, "review", "reviewer", 3)
    with pytest.raises(Refused, match="没有被银行退回"):
        write_template(desk.office, number, tmp_path / "template.xlsx", "enterer")
    done = import_corrections(desk.office, file, number, "enterer", date(2025, 6, 4))
    assert done.corrected == 0
    assert import_corrections(desk.office, file, number, "second", date(2025, 6, 4)).corrected == 1


def filled_in(path: Path) -> Path:
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet is not None
    for column, value in ((9, "赵小明"), (10, make_id("19600101", 7)), (11, make_account(70_007))):
        sheet.cell(2, column).value = value
    book.save(path)
    return path


def test_withdrawing_erases_the_names_of_returned_revisions(desk: Desk, tmp_path: Path) -> None:
    roll = [replace(people(1, start=260)[0], name="司马小霞"), *people(6, start=261)]
    first = noticed_batch(desk.office, tmp_path, roll, period="2025+4")
    step(desk.office, first, "return", "reviewer", 5, reason="名单要改")
    second = noticed_batch(desk.office, tmp_path, [*roll, *people(1, start=280)], period="2025+4")
    assert "司**霞" in str(dump(desk.office.ledger))
    withdraw(desk.office, second, "reviewer", "公开错了")
    assert "司**霞" not in str(dump(desk.office.ledger))
    assert {first, second} <= set(withdrawn_batches(desk.office))  # what a backup of before has is taken down again
    assert [name for name, data in bytes_of(desk.folder) if "司**霞".encode() in data] == []


def test_a_policy_list_with_an_id_number_is_refused_without_repeating_it(desk: Desk, tmp_path: Path) -> None:
    for column in ("补贴标准", "政策级次", "咨询电话", "补贴对象"):
        wrong = [{**POLICIES[0], column: f"{ID}"}, *POLICIES[1:]]
        with pytest.raises(Refused, match="疑似身份证号") as refused:
            import_policies(
                desk.office, write_policies(tmp_path / "list.csv", wrong), 2026, "accountant", date(2025, 6, 6)
            )
        assert ID not in repr(refused.value.findings)
    assert ID not in str(dump(desk.office.ledger))


def test_who_brings_the_same_policy_file_once_more_does_not_approve_it(desk: Desk, tmp_path: Path) -> None:
    file, day = write_policies(tmp_path / "2024.csv"), date(2025, 6, 6)
    import_policies(desk.office, file, 2024, "second", day)
    assert import_policies(desk.office, file, 2024, "enterer", day).already
    for name in ("second", "enterer"):
        with pytest.raises(Refused, match="不能自己批准"):
            approve_policies(desk.office, 2024, name, day)
    assert approve_policies(desk.office, 2024, "accountant", day).version == 1


def test_that_auditors_look_into_a_lead_is_not_in_the_administrators_journal(desk: Desk) -> None:
    lead = lead_lines(desk.office, AUDITOR)[0].lead
    settle_lead(desk.office, AUDITOR, lead, "true", "查过")
    settle_lead(desk.office, INSPECTOR, lead, "referred", "转办")
    seen = {name: desk.person(name).get("journal.jsonl").get_data(True) for name in ("chief", "auditor")}
    assert "lead.settle" not in seen["chief"] + said(desk.person("chief").get("journal?act=lead.settle"))
    assert (seen["auditor"].count("lead.settle") > 0, "referred" in seen["auditor"]) == (True, False)


def test_a_village_hands_in_for_nobody_else_and_replaces_nothing_of_others(desk: Desk, tmp_path: Path) -> None:
    clerk, file = desk.person("village-clerk"), write_roll(tmp_path / "roll.xlsx", people(6, start=300))
    answer = send(clerk, "rolls", file, policy=LAND, year="2025", part="Q1", unit="xs")
    assert (answer.status_code, "不归您的单位上传" in said(answer)) == (422, True)
    number = make_batch(desk.office, tmp_path, people(6, start=320), period="2025Q2").batch or ""
    step(desk.office, number, "return", "reviewer", 5, reason="名单要改")
    answer = send(clerk, "rolls", file, policy=LAND, year="2025", part="Q2", unit="nyj")
    assert (answer.status_code, "您的单位不能代替" in said(answer)) == (422, True)
    assert send(clerk, "rolls", file, policy=LAND, year="2025", part="Q3", unit="nyj").status_code == 303
    assert send(clerk, "rolls", file, policy=LAND, year="next", part="Q3").status_code == 422


def test_somebodys_number_is_refused_in_every_field_neither_kept_nor_shown_again(desk: Desk, tmp_path: Path) -> None:
    roll = [replace(people(1, start=340)[0], amount="180"), *people(6, start=341)]
    number = make_batch(desk.office, tmp_path, roll, period="2025H2").batch or ""
    with desk.office.ledger.read() as connection:
        batch = batches.find_batch(connection, number)
        assert batch is not None
        held = settlements.held_of(connection, batch.id)[0][0].id
    lead = lead_lines(desk.office, AUDITOR)[0].lead.name
    page, policy = f"batches/{number}", f"policies/2025/policies/{LAND}"
    heard = {"village": WANGCUN, "day": "2025-06-05", "channel": "oral", "count": "1"}
    objections = f"batches/{desk.batch}/objections"
    start_list(desk.office, 2025, "accountant", date(2025, 6, 30), "试试")
    tried = [
        ("reviewer", f"{page}/steps/review", f"{page}/review", {"review-attribute": "主动公开", "review-document": ID}),
        ("reviewer", f"{page}/steps/return", page, {"return-reason": ID}),
        ("accountant", f"{page}/steps/allotment", page, {"allotment-amount": ID}),
        ("reviewer", f"withdraw/{desk.batch}", "", {"reason": ID}),
        ("second", f"{page}/held", "", {f"outcome-{held}": "dropped", f"reason-{held}": ID}),
        ("second", objections, "", {**heard, "about": ID}),
        ("second", f"{objections}/1", objections, {"1-outcome": ID}),
        ("accountant", "policies/start", "policies", {"start-year": "2026", "start-reason": ID}),
        *(("accountant", policy, "", {"name": "x", field: ID}) for field in ("hotline", "memo", "level", "guide")),
        ("auditor", f"warnings/{lead}", "", {"verdict": "true", "reason": ID}),
    ]
    for name, path, at, fields in tried:
        answer = desk.person(name).post(path, at or path, **fields)
        assert (answer.status_code, ID in answer.get_data(True)) == (422, False), (path, fields)
    assert ID not in str(dump(desk.office.ledger))
