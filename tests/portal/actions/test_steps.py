"""Steps: the right person, in the right order, on a possible day, by four eyes; all else is refused and changes
nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from portal.actions.steps import StepRequest, take_step
from portal.domain.findings import Refused
from portal.office import Office
from portal.queries.batches import list_batches, show_batch
from tests.county import TODAY, give_feedback, make_batch, noticed_batch, published_batch, step
from tests.ledger_dump import dump
from tests.workbooks import people

PEOPLE = people(6)


def refused(office: Office, code: str, act: Callable[[], object]) -> None:
    """The act is refused with that code and leaves the ledger as it was."""
    before = dump(office.ledger)
    with pytest.raises(Refused) as refusal:
        act()
    assert refusal.value.findings[0].code == code
    assert dump(office.ledger) == before


@pytest.fixture
def batch(office: Office, tmp_path: Path) -> str:
    return make_batch(office, tmp_path, PEOPLE).batch or ""


def test_the_one_who_entered_a_roll_may_not_review_it_whatever_the_role(office: Office, tmp_path: Path) -> None:
    batch = make_batch(office, tmp_path, PEOPLE, by="chief").batch or ""
    refused(office, "step.four_eyes", lambda: step(office, batch, "review", "chief", 3))
    step(office, batch, "review", "reviewer", 3)


def test_only_the_disclosure_office_reviews(office: Office, batch: str) -> None:
    for by in ("second", "accountant", "banker", "inspector"):
        refused(office, "step.role", lambda by=by: step(office, batch, "review", by, 3))


def test_no_notice_before_the_review_and_no_disclosure_before_notice_and_feedback(office: Office, batch: str) -> None:
    refused(office, "step.order", lambda: step(office, batch, "notice", "enterer", 4))
    refused(office, "step.order", lambda: step(office, batch, "disclosure", "discloser", 4))
    step(office, batch, "review", "reviewer", 3)
    refused(office, "step.order", lambda: step(office, batch, "disclosure", "discloser", 4))
    step(office, batch, "notice", "enterer", 4)
    refused(office, "step.order", lambda: step(office, batch, "disclosure", "discloser", 16))


def test_a_review_that_says_no_publishes_nothing(office: Office, batch: str) -> None:
    step(office, batch, "review", "reviewer", 3, attribute="不予公开")
    refused(office, "review.attribute", lambda: step(office, batch, "notice", "enterer", 4))
    assert dump(office.ledger)["postings"] == []


def test_a_notice_runs_seven_days_with_both_ends_and_happens_once(office: Office, batch: str) -> None:
    step(office, batch, "review", "reviewer", 3)
    taken = step(office, batch, "notice", "enterer", 4)
    assert (taken.record.until, taken.postings) == (date(2025, 6, 10), 1)
    refused(office, "step.repeated", lambda: step(office, batch, "notice", "enterer", 5))
    refused(office, "step.repeated", lambda: step(office, batch, "review", "discloser", 5))


def test_nothing_is_disclosed_while_the_notice_runs(office: Office, tmp_path: Path) -> None:
    batch = noticed_batch(office, tmp_path, PEOPLE)
    give_feedback(office, tmp_path, batch, PEOPLE)
    refused(office, "step.date", lambda: step(office, batch, "disclosure", "discloser", 10))
    early = replace(office, today=date(2025, 6, 20))
    long = make_batch(office, tmp_path, people(5, start=40), period="2025+1").batch or ""
    step(office, long, "review", "reviewer", 3)
    step(office, long, "notice", "enterer", 13)
    give_feedback(office, tmp_path, long, people(5, start=40))
    refused(office, "notice.running", lambda: step(early, long, "disclosure", "discloser", 19))
    assert step(early, long, "disclosure", "discloser", 20).postings == 1


def test_a_day_that_has_not_come_or_lies_before_the_step_it_needs_is_refused(office: Office, batch: str) -> None:
    tomorrow = TODAY + timedelta(days=1)
    refused(office, "step.future", lambda: take_step(office, StepRequest(batch, "review", "reviewer", tomorrow)))
    refused(office, "step.date", lambda: step(office, batch, "review", "reviewer", 1))


def test_a_step_the_flow_does_not_have_is_refused_and_names_those_it_has(office: Office, batch: str) -> None:
    with pytest.raises(Refused, match="review（公开审查）"):
        step(office, batch, "publish", "reviewer", 3)


def test_rolls_and_feedback_are_not_recorded_by_hand(office: Office, batch: str) -> None:
    refused(office, "step.automatic", lambda: step(office, batch, "roll", "enterer", 3))
    refused(office, "step.automatic", lambda: step(office, batch, "feedback", "banker", 13))


def test_an_allotment_needs_an_amount_and_must_cover_the_roll(office: Office, batch: str) -> None:
    refused(office, "allotment.amount", lambda: step(office, batch, "allotment", "accountant", 11))
    refused(
        office,
        "allotment.exceeded",
        lambda: step(office, batch, "allotment", "accountant", 11, amount_fen=6 * 19_000 - 1),
    )
    step(office, batch, "allotment", "accountant", 11, amount_fen=6 * 19_000)


def test_paying_before_the_notice_is_over_is_recorded_and_said(office: Office, tmp_path: Path) -> None:
    batch = noticed_batch(office, tmp_path, PEOPLE)
    taken = step(office, batch, "credit", "accountant", 10)
    assert [finding.code for finding in taken.warnings] == ["notice.cut_short"]
    assert step(office, batch, "credit", "accountant", 11).warnings == ()


def test_returning_and_withdrawing_need_a_reason_without_personal_data(office: Office, tmp_path: Path) -> None:
    batch = noticed_batch(office, tmp_path, PEOPLE)
    refused(office, "step.reason", lambda: step(office, batch, "return", "accountant", 5))
    refused(office, "step.reason", lambda: step(office, batch, "withdraw", "reviewer", 5))
    refused(
        office,
        "text.personal_data",
        lambda: step(office, batch, "withdraw", "reviewer", 5, reason=f"{PEOPLE[0].id}不该领"),
    )
    refused(
        office, "text.personal_data", lambda: step(office, batch, "report", "clerk", 11, document=PEOPLE[0].account)
    )


def test_a_returned_batch_takes_no_step_and_shows_nothing(office: Office, tmp_path: Path) -> None:
    batch = noticed_batch(office, tmp_path, PEOPLE)
    step(office, batch, "return", "accountant", 5, reason="名单有误")
    refused(office, "batch.returned", lambda: step(office, batch, "report", "clerk", 11))
    assert show_batch(office, batch).state == "已退回"
    assert all(posting[7] is None for posting in dump(office.ledger)["postings"])


def test_a_paid_batch_is_never_returned(office: Office, tmp_path: Path) -> None:
    batch = published_batch(office, tmp_path, PEOPLE)
    refused(office, "batch.paid", lambda: step(office, batch, "return", "accountant", 17, reason="想改"))


def test_a_withdrawn_batch_is_closed_for_good(office: Office, tmp_path: Path) -> None:
    batch = published_batch(office, tmp_path, PEOPLE)
    step(office, batch, "withdraw", "reviewer", 18, reason="公开错了")
    refused(office, "batch.closed", lambda: step(office, batch, "archive", "enterer", 19))
    refused(office, "batch.closed", lambda: give_feedback(office, tmp_path, batch, PEOPLE))


def test_every_step_stands_in_the_journal_and_in_what_staff_see(office: Office, tmp_path: Path) -> None:
    batch = published_batch(office, tmp_path, PEOPLE)
    acts = [entry[2] for entry in dump(office.ledger)["journal"]]
    assert acts[acts.index("roll.import") :] == [
        "roll.import", "batch.step", "batch.step", "posting.notice", "batch.step", "feedback.import", "batch.step",
        "posting.disclosure",
    ]  # fmt: skip
    overview = next(found for found in list_batches(office) if found.number == batch)
    taken = {line.code: line.by for line in overview.steps if line.day}
    assert taken == {
        "roll": "enterer", "review": "reviewer", "notice": "enterer", "credit": "accountant", "feedback": "banker",
        "disclosure": "discloser",
    }  # fmt: skip
    assert any(line.due and line.late is False for line in overview.steps)


def test_a_step_past_its_due_day_is_late(office: Office, batch: str) -> None:
    step(office, batch, "approve", "enterer", 3)
    review = next(line for line in show_batch(office, batch).steps if line.code == "review")
    assert (review.due, review.late) == (date(2025, 6, 10), True)
    in_time = replace(office, today=date(2025, 6, 10))
    assert not next(line for line in show_batch(in_time, batch).steps if line.code == "review").late
