"""What a bank's file left open: lines go to a payment that fits or are none of ours, words mean the same ever after."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from portal.actions.bank_lines import LineDecision, explain_words, settle_lines
from portal.actions.feedback import FeedbackRequest, ImportedFeedback, import_feedback
from portal.domain.findings import Refused
from portal.office import Office
from portal.queries.bank_lines import open_matters
from portal.queries.batches import show_batch
from portal.queries.verification import verify_ledger
from tests.county import FAMILIES, give_feedback, noticed_batch, step
from tests.ledger_dump import dump
from tests.portal.actions.test_drafts import actor
from tests.workbooks import people, write_sheet

PEOPLE = people(8)
PAIR = [replace(PEOPLE[0], name="王大明"), replace(PEOPLE[1], name="王小明", account=PEOPLE[0].account)]
WORDS = "该户尚未激活"


@pytest.fixture
def batch(office: Office, tmp_path: Path) -> str:
    """Two members of a family who cannot be told apart, and six others; the bank's file named all but one."""
    number = noticed_batch(office, tmp_path, [*PAIR, *PEOPLE[2:]], FAMILIES)
    step(office, number, "credit", "accountant", 12)
    give_feedback(office, tmp_path, number, [*PAIR, *PEOPLE[2:7]], {0: "账号不存在"})
    return number


def take(office: Office, path: Path, number: str, columns: dict[str, str] | None = None) -> ImportedFeedback:
    return import_feedback(office, FeedbackRequest(path, number, "banker", date(2025, 6, 13), columns))


def test_lines_go_to_the_payment_that_a_person_chooses(office: Office, batch: str) -> None:
    first, second = open_matters(office, actor(office, "banker"), batch).lines
    assert [line.line.row for line in (first, second)] == [2, 3]
    assert (first.line.name, first.line.result, first.line.reason) == ("王*明", "returned", "no_account")
    assert [each.row for each in first.proposals] == [3, 4]
    banker = actor(office, "banker")
    chosen = [LineDecision(first.line.id, first.proposals[0].payment)]
    assert settle_lines(office, banker, batch, chosen) == 1
    tally = show_batch(office, batch).tally
    assert (tally.paid_rows, tally.returned_rows, tally.pending_rows) == (5, 1, 3)
    (left,) = open_matters(office, actor(office, "banker"), batch).lines
    assert [each.row for each in left.proposals] == [4]
    settle_lines(office, banker, batch, [LineDecision(left.line.id, None, "银行重复列出，已电话核对")])
    assert open_matters(office, actor(office, "banker"), batch).lines == ()
    assert show_batch(office, batch).tally.pending_rows == 3
    assert "王*明" not in str(dump(office.ledger)["unmatched_lines"])
    assert "已电话核对" in str(dump(office.ledger)["journal"][-1])
    assert all(check.ok for check in verify_ledger(office.ledger))


def test_a_line_goes_nowhere_else(office: Office, batch: str) -> None:
    first, second = open_matters(office, actor(office, "banker"), batch).lines
    banker, fitting = actor(office, "banker"), first.proposals[0].payment
    before = dump(office.ledger)
    for decisions, words in (
        ([LineDecision(first.line.id, 8)], "姓名、金额对不上"),
        ([LineDecision(first.line.id, fitting), LineDecision(second.line.id, fitting)], "已经有结果"),
        ([LineDecision(first.line.id, None)], "写明原因"),
        ([LineDecision(first.line.id, None, f"见{PEOPLE[0].id}")], "疑似身份证号"),
        ([LineDecision(99, fitting)], "别人已经处理过"),
    ):
        with pytest.raises(Refused, match=words):
            settle_lines(office, banker, batch, decisions)
    with pytest.raises(Refused, match="不能办"):
        settle_lines(office, actor(office, "village-clerk"), batch, [LineDecision(first.line.id, fitting)])
    assert dump(office.ledger) == before


def test_words_are_explained_once_for_all_files_of_the_bank(office: Office, batch: str, tmp_path: Path) -> None:
    give_feedback(office, tmp_path, batch, PEOPLE[7:], {7: WORDS})
    (asked,) = open_matters(office, actor(office, "banker"), batch).words
    assert (asked.words, asked.payments) == (WORDS, 1)
    assert explain_words(office, actor(office, "banker"), batch, {asked.id: "frozen"}) == 1
    assert open_matters(office, actor(office, "banker"), batch).words == ()
    assert "frozen" in str(dump(office.ledger)["results"][-1])
    other = noticed_batch(office, tmp_path, PEOPLE, period="2025H1")
    later = give_feedback(office, tmp_path, other, PEOPLE, {3: f" {WORDS} "})
    assert later.findings == ()
    assert open_matters(office, actor(office, "banker"), other).words == ()
    assert "frozen" in str(dump(office.ledger)["results"])
    with pytest.raises(Refused, match="没有这种原因"):
        explain_words(office, actor(office, "banker"), batch, {asked.id: "火星"})


@pytest.mark.parametrize("words", [f"{PEOPLE[7].name}未激活", "请致电13900000000", "尾号8812未激活"])
def test_words_with_somebodys_name_or_number_are_kept_nowhere(
    office: Office, batch: str, tmp_path: Path, words: str
) -> None:
    give_feedback(office, tmp_path, batch, PEOPLE[7:], {7: words})
    assert open_matters(office, actor(office, "banker"), batch).words == ()
    assert words not in str(dump(office.ledger))


def test_what_a_banks_columns_are_is_said_once(office: Office, batch: str, tmp_path: Path) -> None:
    person = PEOPLE[7]
    odd = [["持卡人甲", "号", "数"], [person.name, person.account, 190]]
    path = write_sheet(tmp_path / "odd.xlsx", odd)
    refused = take(office, path, batch)
    assert refused.is_refused
    assert refused.choices
    said = {"name": "第1列", "account": "第2列", "amount": "第3列"}
    lines = [[person.name, f"{person.account}", 190, "x" * 3]]
    path = write_sheet(tmp_path / "plain.xlsx", lines)
    assert take(office, path, batch, said).results == {"paid": 1}
    other = noticed_batch(office, tmp_path, PEOPLE, period="2025H1")
    remembered = take(office, write_sheet(tmp_path / "again.xlsx", [*lines, *lines]), other)
    assert remembered.columns == said
    assert remembered.results == {"paid": 1}


def test_withdrawal_takes_the_names_of_lines_too(office: Office, batch: str) -> None:
    step(office, batch, "withdraw", "discloser", 20, reason="名单有误")
    assert "王*明" not in str(dump(office.ledger)["unmatched_lines"])
