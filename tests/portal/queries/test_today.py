"""What the front page says of cases: to each their own, and nothing to whom they concern."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from portal.actions.cases import CaseStep, act_by_receipt, describe_case
from portal.domain.batches import Actor
from portal.domain.case_words import SealedWords
from portal.ledger import cases
from portal.office import Office
from portal.queries.today import Item, today
from portal.security.case_keys import CaseKeys
from tests.cases import AUDITOR, DEPARTMENT, DESK_A, INSPECTOR, VILLAGE, do, file_one, open_desk


def told_to(office: Office, actor: Actor) -> list[Item]:
    """What the front page says besides telephones to try."""
    return [item for item in today(office, actor) if item.address != "hotlines"]


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> CaseKeys:
    return open_desk(office, tmp_path / "office")


def test_each_is_told_what_waits_for_them(office: Office, desk: CaseKeys) -> None:
    file_one(replace(office, today=office.today - timedelta(days=40)), desk)
    number = file_one(office, desk).number
    describe_case(office, DESK_A, number, "补贴没到账", "请查发放情况")
    do(office, number, "accept")
    do(office, number, "assign")
    file_one(office, desk, category="diverted", unit="wc")
    assert [item.words for item in told_to(office, DESK_A)] == [
        "投诉件：1件已超期",
        "投诉件：1件还没有告知是否受理",
    ]
    words = (SealedWords("words", "desk", b"sealed"),)
    with office.ledger.read() as connection:
        stored = cases.find_numbered(connection, number)
    assert stored is not None
    act_by_receipt(office, stored.facts.receipt_hash, CaseStep("", "message", words=words))
    told = {item.words: item.address for item in told_to(office, DESK_A)}
    assert told["投诉件：1件反映人又写了话"] == "cases"
    assert told["投诉件：1件已超期"] == "cases?tab=all"  # with whomever it is: the desk answers for all of them
    assert [(item.words, item.address) for item in told_to(office, DEPARTMENT)] == [
        (f"投诉件{number}“补贴没到账”：查清楚，报结果", f"cases/{number}"),
    ]
    assert [item.words for item in told_to(office, INSPECTOR)] == ["移交件：1件等签收"]
    assert told_to(office, VILLAGE) == told_to(office, AUDITOR) == []
