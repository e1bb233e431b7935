"""Objections while a list is on notice: clerks note what they hear, cases are counted for who may see them, and nothing
moves for whom they concern."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.actions.case_relations import declare_relation
from portal.actions.cases import describe_case
from portal.actions.objections import HeardObjection, note_objection, settle_objection
from portal.actions.staff import CONSOLE, add_staff, change_staff
from portal.domain.batches import ROLES, Actor
from portal.domain.findings import Refused
from portal.domain.objections import NOTE_ROLES
from portal.office import Office
from portal.queries.objections import Objections, objections_to
from portal.security.case_keys import CaseKeys
from tests.cases import AUDITOR, DEPARTMENT, DESK_A, DESK_B, VILLAGE, do, file_one
from tests.county import LAND, WANGCUN, ZHAOZHUANG, noticed_batch
from tests.desk_cases import entered
from tests.html import faults, parse_page
from tests.ledger_dump import dump
from tests.staff import said
from tests.workbooks import people

TOWNSHIP = Actor("town", "东河财政所", "township_finance", "dh")
REVIEWER = Actor("reviewer", "reviewer", "disclosure", "gkb")
CHIEF = Actor("chief", "chief", "admin", "czj")
ON_NOTICE = date(2025, 6, 5)


@pytest.fixture
def batch(office: Office, tmp_path: Path) -> str:
    """On notice from the 4th to the 10th of June, in 王村 and 赵庄."""
    add_staff(office, "town", "东河财政所", "township_finance", "dh")
    return noticed_batch(office, tmp_path, [*people(6), *people(6, start=100, village="赵庄")])


def heard(batch: str, **changes: Any) -> HeardObjection:
    values = {"village": WANGCUN, "day": ON_NOTICE, "channel": "oral", "count": 2, "about": "有一户面积多报了"}
    return HeardObjection(batch, **{**values, **changes})


def counts(found: Objections) -> tuple[int, int, int | None]:
    return found.count, found.open, found.all_cases


def file_about(office: Office, keys: CaseKeys, **facts: Any) -> str:
    """A complaint about the list, filed while it hung."""
    then = replace(office, today=ON_NOTICE)
    return file_one(then, keys, policy=LAND, area=WANGCUN, **facts).number


def test_what_was_heard_is_counted_until_it_is_answered(office: Office, batch: str) -> None:
    note_objection(office, VILLAGE, heard(batch))
    note_objection(office, TOWNSHIP, heard(batch, channel="paper", count=1, about="名单里少了一户"))
    found = objections_to(office, REVIEWER, batch)
    assert counts(found) == (3, 3, None)
    assert [(village.name, village.heard) for village in found.villages] == [("王村", 3)]
    settle_objection(office, TOWNSHIP, batch, found.noted[0].id, "重新量过，没有多报")
    assert counts(objections_to(office, REVIEWER, batch)) == (3, 1, None)
    with pytest.raises(Refused, match="已经有人处理"):
        settle_objection(office, VILLAGE, batch, found.noted[0].id, "再说一遍")
    acts = [str(row) for row in dump(office.ledger)["journal"] if row[2].startswith("objection.")]
    assert len(acts) == 3
    assert not any("多报" in act for act in acts)


def test_whose_villages_and_which_days(office: Office, batch: str) -> None:
    for actor, changes, words in (
        (VILLAGE, {"village": ZHAOZHUANG}, "由村里、乡镇"),
        (TOWNSHIP, {"village": ZHAOZHUANG}, "由村里、乡镇"),
        (Actor("accountant", "a", "finance", "czj"), {}, "由村里、乡镇"),
        (REVIEWER, {"village": "990199101202"}, "没有这个村"),
        (REVIEWER, {"day": date(2025, 6, 11)}, "不在公示期里"),
        (REVIEWER, {"count": 0}, "几个人说的"),
        (REVIEWER, {"about": ""}, "请写一句"),
        (REVIEWER, {"about": f"找他{13800138000}"}, "疑似"),
    ):
        with pytest.raises(Refused, match=words):
            note_objection(office, actor, heard(batch, **changes))
    assert dump(office.ledger)["objections"] == []


def test_cases_are_counted_for_who_sees_them(office: Office, case_desk: CaseKeys, batch: str) -> None:
    number = file_about(office, case_desk)
    file_one(replace(office, today=date(2025, 6, 20)), case_desk, policy=LAND, area=WANGCUN)  # after the notice
    file_one(replace(office, today=ON_NOTICE), case_desk, policy="lrbt", area=WANGCUN)  # of another policy
    assert counts(objections_to(office, DESK_A, batch)) == (1, 1, None)
    assert counts(objections_to(office, AUDITOR, batch)) == (1, 1, None)
    assert counts(objections_to(office, DEPARTMENT, batch)) == (0, 0, None)  # not assigned to it yet
    describe_case(office, DESK_A, number, "面积不对", "反映面积登记得不对")
    do(office, number, "accept")
    do(office, number, "assign")
    assert counts(objections_to(office, DEPARTMENT, batch)) == (1, 1, None)
    assert counts(objections_to(office, CHIEF, batch)) == (0, 0, None)  # who keeps accounts reads no cases
    do(office, number, "report_back", DEPARTMENT)
    do(office, number, "draft")
    do(office, number, "review", DESK_B)
    do(office, number, "answer")
    assert counts(objections_to(office, DESK_A, batch)) == (1, 0, None)


def test_nothing_moves_for_whom_they_concern(office: Office, case_desk: CaseKeys, batch: str) -> None:
    declare_relation(office, DESK_B, "unit", "wc")
    near = (VILLAGE, DESK_B)
    before = [objections_to(office, actor, batch) for actor in near]
    for _ in range(6):
        file_about(office, case_desk, category="undeserving", unit="wc")
    assert [objections_to(office, actor, batch) for actor in near] == before
    others = objections_to(office, TOWNSHIP, batch)
    assert counts(others) == (0, 0, 6)  # who sees none of them is told that there are five or more, and no village
    assert counts(objections_to(office, DESK_A, batch)) == (6, 6, 6)
    for _ in range(5):
        file_about(office, case_desk, category="diverted", unit="nyj")  # discipline inspection's alone
    assert counts(objections_to(office, TOWNSHIP, batch)) == (0, 0, 6)


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_every_role_against_the_page(office: Office, app: Flask, batch: str, tmp_path: Path, role: str) -> None:
    change_staff(office, CONSOLE, "banker", "某人", role, "nyj")
    person = entered(app, office, tmp_path, "banker")
    page = person.get(f"batches/{batch}/objections")
    assert (page.status_code != 403) is (role != "discipline")
    posted = person.post(f"batches/{batch}/objections", "password")
    assert posted.status_code == (422 if role in NOTE_ROLES else 403)


@pytest.mark.slow
def test_in_the_browser(office: Office, app: Flask, batch: str, tmp_path: Path) -> None:
    clerk = entered(app, office, tmp_path, "village-clerk")
    path = f"batches/{batch}/objections"
    form = {"village": WANGCUN, "day": "2025-06-05", "channel": "oral", "count": "2", "about": "有一户面积多报了"}
    assert clerk.post(path, **form).status_code == 303
    page = clerk.text(path)
    assert list(faults(parse_page(page))) == []
    assert "不在公示期里" in said(clerk.post(path, **{**form, "day": "2025-06-20"}))
    told = clerk.text(f"batches/{batch}")
    assert "2件还没有处理完，不能按“没有异议”上报" in told
    assert clerk.post(f"{path}/1", path, **{"1-outcome": "重新量过，没有多报"}).status_code == 303
    assert "收到2件，都处理了" in clerk.text(f"batches/{batch}").replace("\n", "")
