"""The case page: who sees what of a case, and what they may do with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal.actions.cases import CaseStep, act_by_receipt
from portal.domain.case_words import SealedWords
from portal.office import Office
from portal.queries.cases import case_page
from portal.security.case_filing import Attachment
from portal.security.case_keys import CaseKeys
from tests.cases import DEPARTMENT, DESK_A, DESK_B, do
from tests.desk_cases import SUMMARY, TITLE, assigned, entered, send, unlocked
from tests.staff import said

pytestmark = pytest.mark.slow  # signing in, unlocking and receipts are slow on purpose


def test_what_the_reporter_said_meanwhile_stands_on_top(
    office: Office, case_desk: CaseKeys, app: Flask, tmp_path: Path
) -> None:
    number = assigned(
        office,
        case_desk,
        key="said on top",
        files=(Attachment("photo", "image/jpeg", b"1"), Attachment("original", "image/jpeg", b"2")),
    )
    person = entered(app, office, tmp_path, DESK_A)
    assert "反映人又写了话" not in said(person.get(f"cases/{number}"))
    words = (SealedWords("words", "desk", b"sealed"),)
    receipt_hash = case_desk.receipt_hash(case_desk.receipt("said on top"))
    act_by_receipt(office, receipt_hash, CaseStep("", "message", words=words))
    for page in (f"cases/{number}", "cases"):
        assert "反映人又写了话" in said(person.get(page))
    assert "还有1张照片" in said(person.get(f"cases/{number}"))  # one was sent; what it was made from is no other


def test_the_common_way_stands_first_and_what_is_late_is_said_once(
    office: Office, case_desk: CaseKeys, app: Flask, tmp_path: Path
) -> None:
    number = send(replace(office, today=office.today - timedelta(days=40)), case_desk).number
    person = entered(app, office, tmp_path, DESK_A)
    front = said(person.get(""))
    assert "投诉件：1件已超期" in front
    assert "应在前" not in front  # of many cases no one day can be told
    do(office, number, "accept")
    page = person.get(f"cases/{number}").get_data(as_text=True)
    places = [page.index(f'class="act" id="{code}"') for code in ("assign", "draft", "refer", "hand_over", "merge")]
    assert places == sorted(places)


def test_the_way_of_a_case_through_the_pages(office: Office, case_desk: CaseKeys, app: Flask, tmp_path: Path) -> None:
    number = send(office, case_desk, "the way").number
    first = entered(app, office, tmp_path, DESK_A)
    page = f"cases/{number}"
    assert number in first.text("cases")
    assert "还没有标题和转述" in said(first.get(page))
    assert first.post(f"{page}/describe", page, title=TITLE, summary=SUMMARY).status_code == 303
    assert first.post(f"{page}/accept", page).status_code == 303
    refused = first.post(f"{page}/assign", page)
    assert refused.status_code == 409
    assert "交给哪个单位" in said(refused)
    first.post(f"{page}/assign", page, unit="nyj")
    unit = entered(app, office, tmp_path, DEPARTMENT)
    assert number in unit.text("cases")
    unit.post(f"{page}/report_back", page, outcome="upheld", report="银行退回，户名不符，已联系本人")
    unlocked(first)
    assert "户名不符" in said(first.get(page))
    first.post(f"{page}/draft", page, outcome="upheld", words="您的补贴因户名不符被退回，已改正，七月五日前到账")
    own = first.post(f"{page}/review", page)
    assert "另一人" in said(own)
    second = unlocked(entered(app, office, tmp_path, DESK_B))
    assert "七月五日前到账" in said(second.get(page))
    second.post(f"{page}/review", page)
    assert "先勾选" in said(first.post(f"{page}/answer", page))
    first.post(f"{page}/answer", page, sure="yes")
    found = case_page(office, DESK_A, number)
    assert found is not None
    assert (found.line.case.state, found.line.case.outcome) == ("answered", "upheld")
    receipt = case_desk.receipt("the way")
    from portal.queries.follow import follow

    followed = follow(office, case_desk.receipt_hash(receipt))
    assert followed is not None
    assert "七月五日前到账" in case_desk.open_reply(receipt, followed.words[-1].sealed)
