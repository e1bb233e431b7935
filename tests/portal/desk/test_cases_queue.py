"""The queue: most urgent first, by whose turn it is, filtered by a plain form, fifty on a page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal.actions.cases import CaseStep, act_by_receipt
from portal.domain.case_words import SealedWords
from portal.office import Office
from portal.queries import case_queue
from portal.queries.case_queue import Wanted, list_cases
from portal.security.case_keys import CaseKeys
from tests.cases import DEPARTMENT, DESK_A, do, file_one
from tests.desk_cases import assigned, entered, send
from tests.staff import said


def test_groups_by_urgency(office: Office, case_desk: CaseKeys) -> None:
    """Acceptance is told within three working days: 30 June 2025 is a Monday."""
    filed = {
        days: send(replace(office, today=office.today - timedelta(days=days)), case_desk).number
        for days in (40, 6, 3, 0)
    }
    later = send(office, case_desk, category="undeserving").number
    groups = list_cases(office, DESK_A, Wanted()).groups
    assert [(name, [line.case.number for line in lines]) for name, lines in groups] == [
        ("far", [filed[40]]),
        ("over", [filed[6]]),
        ("soon", [filed[3], filed[0]]),
        ("rest", [later]),
    ]


def test_whose_turn_it_is(office: Office, case_desk: CaseKeys) -> None:
    waiting, given = send(office, case_desk).number, assigned(office, case_desk)
    found = list_cases(office, DESK_A, Wanted())
    assert found.counts == {"mine": 1, "all": 2, "done": 0}
    assert [line.case.number for _, lines in found.groups for line in lines] == [waiting]
    assert list_cases(office, DEPARTMENT, Wanted()).counts == {"mine": 1, "all": 1, "done": 0}
    do(office, given, "report_back", DEPARTMENT)
    assert list_cases(office, DEPARTMENT, Wanted()).counts == {"mine": 0, "all": 1, "done": 0}
    assert list_cases(office, DESK_A, Wanted()).counts["mine"] == 2
    do(office, waiting, "decline")
    done = list_cases(office, DESK_A, Wanted("done"))
    assert (done.counts["done"], [name for name, _ in done.groups]) == (1, [""])


def test_what_the_reporter_said_meanwhile_comes_back_to_the_desk(office: Office, case_desk: CaseKeys) -> None:
    number = assigned(office, case_desk, key="said-meanwhile")
    assert list_cases(office, DESK_A, Wanted()).counts["mine"] == 0
    receipt_hash = case_desk.receipt_hash(case_desk.receipt("said-meanwhile"))
    words = (SealedWords("words", "desk", b"sealed"),)
    act_by_receipt(office, receipt_hash, CaseStep("", "message", words=words))
    do(office, number, "report_back", DEPARTMENT)
    (line,) = [line for _, lines in list_cases(office, DESK_A, Wanted()).groups for line in lines]
    assert line.case.has_unread_words
    assert list_cases(office, DEPARTMENT, Wanted()).counts["mine"] == 0
    do(office, number, "ask")
    (line,) = [line for _, lines in list_cases(office, DESK_A, Wanted()).groups for line in lines]
    assert not line.case.has_unread_words


@pytest.mark.slow
def test_filters_and_pages_by_address_alone(office: Office, case_desk: CaseKeys, app: Flask, tmp_path: Path) -> None:
    question = send(office, case_desk, category="question").number
    bank = send(office, case_desk, category="bank").number
    given = assigned(office, case_desk)
    desk = entered(app, office, tmp_path, DESK_A)

    def shown(query: str) -> set[str]:
        page = said(desk.get(f"cases?tab=all&{query}"))
        return {number for number in (question, bank, given) if number in page}

    assert shown("") == {question, bank, given}
    assert shown("kind=consultation") == {question}
    assert shown("category=bank") == {bank}
    assert shown("unit=nyj") == {given}
    assert shown("state=assigned") == {given}
    assert shown("kind=nothing&category=nothing&state=nothing&page=x") == {question, bank, given}
    assert desk.get(f"cases?number={bank}").location.endswith(f"/desk/cases/{bank}")
    assert desk.get("cases?number=2025-99999").status_code == 409
    unit = entered(app, office, tmp_path, DEPARTMENT)
    assert given in unit.text("cases?category=bank&unit=yh")  # a unit knows nothing of categories


def test_fifty_on_a_page(office: Office, case_desk: CaseKeys, monkeypatch: pytest.MonkeyPatch) -> None:
    assert case_queue.PAGE == 50
    monkeypatch.setattr(case_queue, "PAGE", 3)
    for _ in range(4):
        file_one(office, case_desk)
    first, second = (list_cases(office, DESK_A, Wanted(page=page)) for page in (1, 2))
    assert (first.pages, first.found) == (2, 4)
    assert [sum(len(lines) for _, lines in found.groups) for found in (first, second)] == [3, 1]
    assert list_cases(office, DESK_A, Wanted(page=99)).wanted.page == 2
