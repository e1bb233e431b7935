"""The bank's list: matched or left alone, once, and never guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from portal.actions.feedback import FeedbackRequest, ImportedFeedback, import_feedback
from portal.domain.findings import Refused
from portal.office import Office
from portal.queries.batches import show_batch
from portal.queries.verification import verify_ledger
from tests.county import ELDERS, FAMILIES, give_feedback, make_batch, noticed_batch, step
from tests.ledger_dump import dump
from tests.people import make_account
from tests.workbooks import people, write_feedback, write_sheet

PEOPLE = people(8)


def take(office: Office, path: Path, batch: str, by: str = "banker", **columns: str) -> ImportedFeedback:
    return import_feedback(office, FeedbackRequest(path, batch, by, date(2025, 6, 13), columns))


@pytest.fixture
def batch(office: Office, tmp_path: Path) -> str:
    return noticed_batch(office, tmp_path, PEOPLE)


def test_paid_and_returned_rows_are_recorded_with_the_banks_reason(office: Office, tmp_path: Path, batch: str) -> None:
    outcome = give_feedback(office, tmp_path, batch, PEOPLE[:6], {0: "账户已销户", 1: "户名不符"})
    assert (outcome.rows, outcome.results, outcome.waiting) == (6, {"paid": 4, "returned": 2}, 2)
    tally = show_batch(office, batch).tally
    assert (tally.paid_rows, tally.returned_rows, tally.pending_rows) == (4, 2, 4)
    reasons = {row[3] for row in dump(office.ledger)["results"]}
    assert reasons == {"", "closed", "name_mismatch"}
    assert all(check.ok for check in verify_ledger(office.ledger))


def test_the_same_bank_file_again_is_a_no_op(office: Office, tmp_path: Path, batch: str) -> None:
    path = write_feedback(tmp_path / "bank.xlsx", PEOPLE)
    assert take(office, path, batch).results == {"paid": 8}
    before = dump(office.ledger)
    again = take(office, path, batch)
    assert (again.already, again.results) == (True, {})
    assert dump(office.ledger) == before


def test_a_result_once_recorded_is_not_changed_by_a_later_file(office: Office, tmp_path: Path, batch: str) -> None:
    give_feedback(office, tmp_path, batch, PEOPLE)
    later = give_feedback(office, tmp_path, batch, PEOPLE[:1], {0: "销户"})
    assert [finding.code for finding in later.findings] == ["feedback.unmatched"]
    assert show_batch(office, batch).tally.paid_rows == 8


def test_rows_that_fit_nobody_change_nothing_and_are_named(office: Office, tmp_path: Path, batch: str) -> None:
    before = dump(office.ledger)
    strangers = [
        replace(PEOPLE[0], account=make_account(5)),
        replace(PEOPLE[1], amount="191"),
        replace(PEOPLE[2], name="完全另外"),
        replace(PEOPLE[3], account="6200****1234"),
    ]
    outcome = take(office, write_feedback(tmp_path / "bank.xlsx", strangers), batch)
    assert [(f.code, f.row) for f in outcome.findings] == [
        ("feedback.unmatched", 2), ("feedback.unmatched", 3), ("feedback.unmatched", 4), ("feedback.account", 5),
    ]  # fmt: skip
    assert outcome.waiting == 8
    after = dump(office.ledger)
    assert (after["results"], after["payments"]) == (before["results"], before["payments"])
    assert len(after["unmatched_lines"]) == 4
    alien = write_feedback(tmp_path / "alien.xlsx", people(3, start=900))
    assert {finding.code for finding in take(office, alien, batch).findings} == {"feedback.unmatched"}
    assert dump(office.ledger) == after


def test_two_who_cannot_be_told_apart_are_left_to_a_person(office: Office, tmp_path: Path) -> None:
    """Two members of a family with one account, one masked name and one amount."""
    pair = [replace(PEOPLE[0], name="王大明"), replace(PEOPLE[1], name="王小明", account=PEOPLE[0].account)]
    batch = noticed_batch(office, tmp_path, [*pair, *PEOPLE[2:]], FAMILIES)
    outcome = give_feedback(office, tmp_path, batch, pair)
    assert {finding.code for finding in outcome.findings} == {"feedback.tie"}
    assert show_batch(office, batch).tally.paid_rows == 0


def test_held_rows_get_no_result(office: Office, tmp_path: Path) -> None:
    bad = replace(PEOPLE[0], village="没有这个村")
    batch = noticed_batch(office, tmp_path, [bad, *PEOPLE[1:]], ELDERS)
    outcome = give_feedback(office, tmp_path, batch, [bad])
    assert [finding.code for finding in outcome.findings] == ["feedback.unmatched"]
    assert show_batch(office, batch).tally.held_rows == 1


def test_a_file_without_a_header_is_read_by_what_its_cells_hold(office: Office, tmp_path: Path, batch: str) -> None:
    rows = [[str(n), p.account, p.name, "190.00", "0", ""] for n, p in enumerate(PEOPLE, start=1)]
    rows[0][4:] = ["1", "账号不存在"]
    outcome = take(office, write_sheet(tmp_path / "bank.xlsx", [row[1:] for row in rows]), batch)
    assert outcome.results == {"paid": 7, "returned": 1}


def test_a_status_nobody_has_seen_is_left_to_a_person(office: Office, tmp_path: Path, batch: str) -> None:
    rows = [["户名", "账号", "金额", "状态"], [PEOPLE[0].name, PEOPLE[0].account, "190", "火星"]]
    outcome = take(office, write_sheet(tmp_path / "bank.xlsx", rows), batch)
    assert [finding.code for finding in outcome.findings] == ["feedback.status"]
    assert outcome.waiting == 8


def test_who_has_no_business_with_it_or_names_no_batch_is_refused(office: Office, tmp_path: Path, batch: str) -> None:
    path = write_feedback(tmp_path / "bank.xlsx", PEOPLE)
    before = dump(office.ledger)
    for by, number, code in (
        ("village-clerk", batch, "staff.role"),
        ("nobody", batch, "staff.unknown"),
        ("banker", "2025-0099", "batch.unknown"),
    ):
        with pytest.raises(Refused) as refused:
            take(office, path, number, by)
        assert refused.value.findings[0].code == code
    assert dump(office.ledger) == before


def test_a_returned_batch_takes_no_results(office: Office, tmp_path: Path) -> None:
    batch = make_batch(office, tmp_path, PEOPLE).batch or ""
    step(office, batch, "return", "accountant", 5, reason="名单有误")
    with pytest.raises(Refused, match="已退回"):
        give_feedback(office, tmp_path, batch, PEOPLE)
