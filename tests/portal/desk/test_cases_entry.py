"""Entering a case for somebody: the same checks, never one's own unit's, the receipt to hand over, seen no more."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.actions.case_relations import declare_relation
from portal.office import Office
from portal.queries.cases import queue
from portal.queries.follow import follow
from portal.security.case_keys import CaseKeys
from tests.cases import DEPARTMENT, DESK_A, VILLAGE, opened
from tests.county import COUNTY, DONGHE, LIJIAWAN, WANGCUN
from tests.desk_cases import NAME, PHONE, STORY, entered
from tests.generator.sheet_text import texts
from tests.ledger_dump import dump
from tests.staff import Visitor, said

RECEIPT = re.compile(r"\d{4} \d{4} \d{4} \d{4} \d")
KEY = re.compile(r'name="key" value="([^"]+)"')
FIELDS = {"source": "counter", "category": "unpaid", "whom": "nobody", "story": STORY, "name": NAME, "phone": PHONE}


@pytest.fixture
def clerk(office: Office, case_desk: CaseKeys, app: Flask, tmp_path: Path) -> Visitor:
    return entered(app, office, tmp_path, VILLAGE)


def enter(person: Visitor, **fields: str) -> Any:
    return person.post("cases/enter", **{**FIELDS, **fields})


def test_what_was_entered_is_sealed_and_followed_by_the_receipt(
    clerk: Visitor, office: Office, case_desk: CaseKeys
) -> None:
    page = clerk.text("cases/enter")
    key = KEY.findall(page)[0]
    shown = said(enter(clerk, key=key, consent="yes"))
    receipt = RECEIPT.findall(shown)[0].replace(" ", "")
    assert receipt == case_desk.receipt(key)
    found = follow(office, case_desk.receipt_hash(receipt))
    assert found is not None
    assert (found.facts.source, found.facts.entered_by, found.facts.consent) == ("counter", "village-clerk", True)
    assert STORY in opened("desk", page_words(office, found.case.number))
    everything = str(dump(office.ledger))
    assert all(words not in everything for words in (STORY, NAME, PHONE, receipt))


def page_words(office: Office, number: str) -> bytes:
    from portal.queries.cases import case_page

    found = case_page(office, DESK_A, number)
    assert found is not None
    return found.words[0].sealed


def test_who_entered_it_sees_it_no_more(clerk: Visitor, office: Office) -> None:
    enter(clerk)
    number = queue(office, DESK_A)[0].case.number
    assert number not in clerk.text("cases?tab=all")
    assert clerk.get(f"cases/{number}").status_code == 409


def test_sent_twice_it_is_one_case_with_one_receipt(clerk: Visitor, office: Office) -> None:
    key = KEY.findall(clerk.text("cases/enter"))[0]
    first, again = (RECEIPT.findall(said(enter(clerk, key=key)))[0] for _ in range(2))
    assert first == again
    assert len(queue(office, DESK_A)) == 1


@pytest.mark.parametrize("phone", ["0999-5301006", "0999 5301001"])
def test_an_office_s_phone_is_not_the_reporter_s(clerk: Visitor, office: Office, phone: str) -> None:
    answer = enter(clerk, phone=phone)
    assert answer.status_code == 422
    assert "这是办公电话" in said(answer)
    assert queue(office, DESK_A) == []


def test_nothing_of_the_clerk_is_on_the_form(clerk: Visitor) -> None:
    page = clerk.text("cases/enter").partition('<form class="sheet enter"')[2].partition("</form>")[0]
    assert "village-clerk" not in page
    assert all(f'value="{value}"' not in page for value in ("0999-5301006",))
    assert 'autocomplete="off"' in page


@pytest.mark.parametrize("whom", [{"whom": "village", "area": WANGCUN}, {"whom": "township", "area": DONGHE}])
def test_nobody_enters_what_concerns_their_own_unit(clerk: Visitor, office: Office, whom: dict[str, str]) -> None:
    answer = enter(clerk, **whom)
    assert answer.status_code == 409
    assert "请让本人用手机、自助机" in said(answer)
    assert queue(office, DESK_A) == []


def test_nor_a_unit_they_have_declared(clerk: Visitor, office: Office) -> None:
    assert enter(clerk, whom="department", unit="nyj").status_code == 200
    declare_relation(office, VILLAGE, "unit", "nyj")
    assert enter(clerk, whom="department", unit="nyj").status_code == 409


def test_the_desk_does_not_enter_what_concerns_the_desk(
    office: Office, case_desk: CaseKeys, app: Flask, tmp_path: Path
) -> None:
    desk = entered(app, office, tmp_path, DESK_A)
    refused = enter(desk, whom="desk")
    assert refused.status_code == 409
    assert '<a href="#whom">这件事跟您单位' in refused.get_data(as_text=True)
    assert enter(desk, whom="village", area=LIJIAWAN).status_code == 200


@pytest.mark.parametrize("whom", ["leaders", "discipline"])
def test_what_is_the_superior_s_is_shown_the_way_and_stored_nowhere(clerk: Visitor, office: Office, whom: str) -> None:
    before = dump(office.ledger)
    answer = enter(clerk, whom=whom)
    assert "12388" in said(answer)
    assert dump(office.ledger) == before


def test_all_that_is_wrong_is_said_at_once_and_what_was_typed_stays(clerk: Visitor) -> None:
    answer = enter(clerk, source="", category="", story="", whom="village", phone="12", payment="这一笔")
    assert answer.status_code == 422
    words = said(answer)
    for expected in ("怎么来的", "是什么事", "请写几句", "哪个村", "电话号码看着不对", "这一笔写得不对"):
        assert expected in words
    assert NAME in answer.get_data(True)


def test_an_information_request_is_never_anonymous(clerk: Visitor) -> None:
    answer = enter(clerk, category="disclosure", name="", phone="")
    assert "请填姓名" in said(answer)


def test_a_work_order_keeps_its_number_and_day_and_comes_once(clerk: Visitor, office: Office) -> None:
    order = {"source": "12345", "order": "GD20250630-17", "given": "2025-07-04"}
    assert "请填编号" in said(enter(clerk, source="12345"))
    assert "2026-12-31" in said(enter(clerk, source="12345", order="GD1", given="tomorrow"))
    enter(clerk, **order)
    line = queue(office, DESK_A)[0]
    assert (line.facts.order_number, str(line.facts.given_due)) == ("GD20250630-17", "2025-07-04")
    assert '<a href="#order">编号GD20250630-17已经登记过了' in enter(clerk, **order).get_data(as_text=True)


def numbers_on(slips: bytes) -> list[str]:
    """Of each page its number, which stands on the slip and on its stub."""
    found = [re.findall(r"编号 (\d{6}-\d)", page) for page in texts(slips)]
    assert all(len(each) == 2 and each[0] == each[1] for each in found)
    return [each[0] for each in found]


def test_a_slip_is_printed_first_and_keyed_in_once(clerk: Visitor, office: Office) -> None:
    answer = clerk.post("cases/slips", area=WANGCUN, count="3")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/pdf", "no-store")
    assert "slips-000001-3.pdf" in answer.headers["Content-Disposition"]
    numbers = numbers_on(answer.data)
    assert (numbers[0], len(set(numbers))) == ("000001-3", 3)
    assert numbers_on(clerk.post("cases/slips", area=WANGCUN, count="1").data)[0] not in numbers
    assert "意见单编号不对" in said(enter(clerk, source="slip", order="000001-4"))
    assert enter(clerk, source="slip", order=numbers[0].replace("-", " ")).status_code == 200
    assert "已经登记过了" in said(enter(clerk, source="slip", order=numbers[0]))
    from portal.domain.slips import slip_number

    assert "没有印过" in said(enter(clerk, source="slip", order=slip_number(77)))


@pytest.mark.parametrize(
    ("area", "count"), [("990199999999", "1"), (COUNTY, "1"), (WANGCUN, "0"), (WANGCUN, "61"), (WANGCUN, "x")]
)
def test_slips_are_asked_for_sensibly(clerk: Visitor, area: str, count: str) -> None:
    assert clerk.post("cases/slips", area=area, count=count).status_code == 409


def test_without_keys_nothing_is_taken_in(app: Flask, office: Office, tmp_path: Path) -> None:
    clerk = entered(app, office, tmp_path, DEPARTMENT)
    assert "mingbai keys seal desk" in said(clerk.get("cases/enter"))
