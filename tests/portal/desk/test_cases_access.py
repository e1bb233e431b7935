"""Who sees what of cases: every role against every page, and whom a case concerns."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from flask import Flask

from portal.actions import staff
from portal.actions.case_relations import declare_relation
from portal.domain.batches import ROLES
from portal.domain.case_access import ENTRY_ROLES, UNIT_ROLES
from portal.office import Office
from portal.security.case_keys import CaseKeys
from tests.cases import DEPARTMENT, DESK_A, DESK_B
from tests.desk_cases import NAME, PHONE, STORY, SUMMARY, TITLE, assigned, entered, send
from tests.ledger_dump import dump
from tests.staff import said, visitor

pytestmark = pytest.mark.slow  # signing in, unlocking and receipts are slow on purpose


QUEUE = {"complaints", "audit", *UNIT_ROLES}
PAGES: Mapping[str, set[str]] = {
    "cases": QUEUE,
    "cases/{number}": QUEUE,
    "cases/enter": set(ENTRY_ROLES),
    "cases/slips": set(ENTRY_ROLES),
    "cases/register": {"complaints", "audit"},
    "cases/register.xlsx": {"complaints", "audit"},
    "cases/statistics": {"complaints", "audit", "discipline"},
    "cases/{number}/files/1": {"complaints"},
    "unlock": {"complaints"},
    "handovers": {"discipline"},
    "handovers/{number}": {"discipline"},
    "relations": set(ROLES),
}
"""Who may open what; whether there is anything for them is another question. The administrator is nowhere but on the last."""


@pytest.mark.parametrize("role", ROLES)
def test_every_role_against_every_page(
    office: Office, case_desk: CaseKeys, app: Flask, tmp_path: Path, role: str
) -> None:
    number = send(office, case_desk).number
    staff.change_staff(office, staff.CONSOLE, "banker", "某人", role, "yh")
    person = entered(app, office, tmp_path, "banker")
    answers = {path: person.get(path.format(number=number)) for path in PAGES}
    open_to = {path for path, answer in answers.items() if answer.status_code != 403}
    assert open_to == {path for path, roles in PAGES.items() if role in roles}
    texts = " ".join(said(answer) for path, answer in answers.items() if path != "cases/register.xlsx")
    assert all(words not in texts for words in (STORY, NAME, PHONE))
    assert (number in texts) is (role in ("complaints", "audit"))


def test_the_administrator_has_no_door_to_cases(
    office: Office, case_desk: CaseKeys, app: Flask, tmp_path: Path
) -> None:
    front = said(entered(app, office, tmp_path, "chief").get(""))
    assert "工作人员账号" in front
    assert all(door not in front for door in ("投诉件", "替人登记", "移交件", "意见单"))


def test_a_unit_sees_title_paraphrase_kind_and_day_and_no_more(
    office: Office, case_desk: CaseKeys, app: Flask, tmp_path: Path
) -> None:
    number = assigned(office, case_desk, whom="village", area="990199101201", policy="gddlbhbt", source="kiosk")
    unit = entered(app, office, tmp_path, DEPARTMENT)
    pages = said(unit.get(f"cases/{number}")) + said(unit.get("cases"))
    for words in (TITLE, SUMMARY, "投诉求决", "2025年7月14日"):
        assert words in pages
    for words in ("没收到钱", "王村", "自助机", "匿名", "耕地地力保护补贴", "原话、", "谁看过", "受理 2025"):
        assert words not in pages


def test_whom_a_case_concerns_meets_it_nowhere_and_no_count_moves(
    office: Office, case_desk: CaseKeys, app: Flask, tmp_path: Path
) -> None:
    assigned(office, case_desk)
    unit = entered(app, office, tmp_path, DEPARTMENT)
    before = {path: said(unit.get(path)) for path in ("", "cases", "cases?tab=all", "cases?tab=done")}
    about = send(office, case_desk, whom="department", unit="nyj").number
    assert {path: said(unit.get(path)) for path in before} == before
    unseen, unknown = unit.get(f"cases/{about}"), unit.get("cases/2025-99999")
    assert (unseen.status_code, said(unseen)) == (unknown.status_code, said(unknown))
    for act in ("report_back", "object", "open"):
        assert unit.post(f"cases/{about}/{act}", "password").status_code == 409
    first = entered(app, office, tmp_path, DESK_A)
    first.post(f"cases/{about}/describe", f"cases/{about}", title=TITLE, summary=SUMMARY)
    first.post(f"cases/{about}/accept", f"cases/{about}")
    page = first.text(f"cases/{about}")
    assert 'value="nyj"' not in page.partition('id="assign-unit"')[2].partition("</select>")[0]
    assert "回避" in said(first.post(f"cases/{about}/assign", f"cases/{about}", unit="nyj"))


def test_declared_relatives_keep_away_and_the_administrator_sees_who_declared(
    office: Office, case_desk: CaseKeys, app: Flask, tmp_path: Path
) -> None:
    number = send(office, case_desk, whom="department", unit="nyj").number
    second = entered(app, office, tmp_path, DESK_B)
    assert number in second.text("cases")
    assert "从名单里选" in said(second.post("relations", unit="nowhere"))
    assert second.post("relations", unit="nyj").status_code == 303
    assert number not in second.text("cases?tab=all")
    assert number not in second.text("cases/register")
    assert second.post("relations/end", "relations", name="desk-b", kind="unit", subject="nyj").status_code == 403
    chief = entered(app, office, tmp_path, "chief")
    page = said(chief.get("relations"))
    assert "受理员乙" in page
    assert number not in page
    chief.post("relations/end", "relations", name="desk-b", kind="unit", subject="nyj")
    assert number in second.text("cases")


def test_a_colleague_who_was_declared_hides_what_is_about_them(office: Office, case_desk: CaseKeys) -> None:
    from portal.queries.cases import case_page
    from tests.cases import do

    number = send(office, case_desk).number
    declare_relation(office, DESK_B, "person", "enterer")
    do(office, number, "recuse", note="enterer")
    assert case_page(office, DESK_B, number) is None
    assert case_page(office, DESK_A, number) is not None


def test_without_keys_the_pages_say_which_command_makes_them(office: Office, app: Flask, tmp_path: Path) -> None:
    staff.change_staff(office, staff.CONSOLE, "banker", "某人", "complaints", "yh")
    person = entered(app, office, tmp_path, "banker")
    for path in ("cases", "cases/enter", "unlock"):
        assert "mingbai keys seal desk" in said(person.get(path)), path


def test_an_act_that_the_table_does_not_know_is_no_page(
    office: Office, case_desk: CaseKeys, app: Flask, tmp_path: Path
) -> None:
    number = send(office, case_desk, "known").number
    before = dump(office.ledger)["case_events"]
    desk = entered(app, office, tmp_path, DESK_A)
    for act in ("close", "rate", "reopen", "withdraw", "sign_for", "conclude", "nothing"):
        assert desk.post(f"cases/{number}/{act}", "cases").status_code in (404, 405, 503)
    assert dump(office.ledger)["case_events"] == before


def test_signed_out_nobody_sees_anything(office: Office, case_desk: CaseKeys, app: Flask) -> None:
    number = send(office, case_desk).number
    guest = visitor(app)
    for path in PAGES:
        assert guest.get(path.format(number=number)).status_code == 303
