"""A batch goes through its flow in order, by the right people, on days that fit; two pairs of eyes see every list."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from portal.domain.batches import ROLES, Actor, Batch, Flow, StepRecord, admit, admit_feedback, current_step
from portal.domain.findings import Refused
from tests.builders import make_policy, rules

TODAY = date(2025, 12, 31)
FLOW = rules().flows["county-finance"]


def make_batch(*steps: StepRecord, **changes: Any) -> Batch:
    """Entered by `liuyang` on 10 October 2025, then `steps`."""
    batch = Batch(
        id=1,
        number="2025-0007",
        policy="gddlbh",
        year=2025,
        period="2025",
        unit="nyncj",
        revision=1,
        flow="county-finance",
        entered_by="liuyang",
        superseded=False,
        steps=(StepRecord("roll", date(2025, 10, 10), "liuyang"), *steps),
    )
    return replace(batch, **changes)


def make_record(step: str, day: str, by: str = "wangfang", **more: Any) -> StepRecord:
    return StepRecord(step, date.fromisoformat(day), by, **more)


REVIEW = make_record("review", "2025-10-13", attribute="主动公开")
NOTICE = make_record("notice", "2025-10-14", until=date(2025, 10, 22))
CREDIT = make_record("credit", "2025-11-03")
FEEDBACK = make_record("feedback", "2025-11-05")


def take(batch: Batch, record: StepRecord, role: str = "admin", flow: Flow = FLOW, **policy: Any) -> StepRecord:
    """Admit the step for somebody of that role who is called as the record says."""
    actor = Actor(record.by, "某人", role, "zwgkb")
    return admit(batch, flow, make_policy(**policy), record, actor, TODAY, rules().is_workday)


def refusal(batch: Batch, record: StepRecord, role: str = "admin", **policy: Any) -> str:
    with pytest.raises(Refused) as refused:
        take(batch, record, role, **policy)
    (finding,) = refused.value.findings
    return finding.code


def test_a_whole_flow_can_be_gone_through() -> None:
    batch = make_batch()
    for record, role in [
        (make_record("approve", "2025-10-11"), "department"),
        (REVIEW, "disclosure"),
        (make_record("notice", "2025-10-14"), "disclosure"),
        (make_record("report", "2025-10-23"), "station"),
        (make_record("procedural", "2025-10-24"), "finance"),
        (make_record("treasury", "2025-10-30"), "treasury"),
        (CREDIT, "bank"),
    ]:
        batch = replace(batch, steps=(*batch.steps, take(batch, record, role)))
    batch = replace(batch, steps=(*batch.steps, FEEDBACK))
    disclosure = take(batch, make_record("disclosure", "2025-11-06"), "disclosure")
    assert disclosure == make_record("disclosure", "2025-11-06")


def test_the_end_of_a_notice_is_computed_from_the_policy_and_never_taken_from_people() -> None:
    entered = make_record("notice", "2025-10-14", document="明农公示〔2025〕7号", until=date(2025, 10, 20))
    assert take(make_batch(REVIEW), entered).until == date(2025, 10, 22)
    assert take(make_batch(REVIEW), entered, notice_days=7, notice_day_kind="calendar").until == date(2025, 10, 20)
    assert take(make_batch(REVIEW), entered).document == "明农公示〔2025〕7号"


@pytest.mark.parametrize(
    ("steps", "record"),
    [
        ((), make_record("notice", "2025-10-14")),
        ((REVIEW, FEEDBACK), make_record("disclosure", "2025-11-06")),
        ((REVIEW, NOTICE), make_record("disclosure", "2025-11-06")),
        ((REVIEW, NOTICE, FEEDBACK), make_record("archive", "2025-11-06")),
    ],
)
def test_a_step_waits_for_those_it_requires(steps: tuple[StepRecord, ...], record: StepRecord) -> None:
    assert refusal(make_batch(*steps), record) == "step.order"


def test_a_policy_without_notice_days_is_disclosed_without_a_notice_and_cannot_have_one() -> None:
    batch = make_batch(REVIEW, CREDIT, FEEDBACK)
    assert take(batch, make_record("disclosure", "2025-11-06"), notice_days=0)
    assert refusal(batch, make_record("notice", "2025-11-06"), notice_days=0) == "notice.none"


def test_an_unknown_step_names_those_there_are() -> None:
    with pytest.raises(Refused, match="review（公开审查）") as refused:
        take(make_batch(), make_record("publish", "2025-10-14"))
    assert refused.value.findings[0].code == "step.unknown"


@pytest.mark.parametrize("role", sorted(ROLES.keys() - {"disclosure", "admin"}))
def test_only_the_disclosure_office_reviews(role: str) -> None:
    assert refusal(make_batch(), REVIEW, role) == "step.role"
    assert take(make_batch(), REVIEW, "disclosure")


@pytest.mark.parametrize("role", ["disclosure", "admin"])
def test_who_entered_the_roll_never_reviews_it_whatever_the_role(role: str) -> None:
    assert refusal(make_batch(), replace(REVIEW, by="liuyang"), role) == "step.four_eyes"


def test_after_the_notice_there_is_no_second_review_and_no_second_notice() -> None:
    assert refusal(make_batch(REVIEW, NOTICE), replace(REVIEW, day=date(2025, 10, 15))) == "step.repeated"
    assert refusal(make_batch(REVIEW, NOTICE), make_record("notice", "2025-10-15")) == "step.repeated"


@pytest.mark.parametrize("attribute", ["依申请公开", "不予公开", ""])
@pytest.mark.parametrize(("step", "day"), [("notice", "2025-10-14"), ("disclosure", "2025-11-06")])
def test_nothing_is_published_unless_the_review_says_so(attribute: str, step: str, day: str) -> None:
    review = replace(REVIEW, attribute=attribute)
    steps = (review,) if step == "notice" else (review, NOTICE, CREDIT, FEEDBACK)
    assert refusal(make_batch(*steps), make_record(step, day)) == "review.attribute"
    assert not make_batch(*steps).may_be_shown


def test_results_are_not_disclosed_while_the_notice_runs() -> None:
    batch = make_batch(REVIEW, NOTICE, make_record("feedback", "2025-10-21"))
    assert refusal(batch, make_record("disclosure", "2025-10-22")) == "notice.running"
    assert take(batch, make_record("disclosure", "2025-10-23"))


def test_a_day_that_has_not_come_is_refused() -> None:
    assert refusal(make_batch(), make_record("approve", "2026-01-01")) == "step.future"
    assert take(make_batch(), make_record("approve", "2025-12-31"))


def test_a_day_before_that_of_a_step_it_requires_is_refused() -> None:
    assert refusal(make_batch(), make_record("review", "2025-10-09", attribute="主动公开")) == "step.date"
    assert refusal(make_batch(REVIEW), make_record("notice", "2025-10-12")) == "step.date"
    assert take(make_batch(REVIEW), make_record("notice", "2025-10-13"))


def test_importing_and_feedback_are_no_steps_that_are_entered_by_hand() -> None:
    assert refusal(make_batch(), make_record("roll", "2025-10-11")) == "step.automatic"
    assert refusal(make_batch(CREDIT), FEEDBACK) == "step.automatic"


RETURN = make_record("return", "2025-10-15", reason="面积有误")


def test_a_return_needs_a_reason_and_closes_the_batch_until_a_new_roll_comes() -> None:
    assert refusal(make_batch(REVIEW, NOTICE), replace(RETURN, reason="")) == "step.reason"
    assert take(make_batch(REVIEW, NOTICE), RETURN) == RETURN
    returned = make_batch(REVIEW, NOTICE, RETURN)
    assert not returned.may_be_shown
    assert refusal(returned, make_record("report", "2025-10-24")) == "batch.returned"
    with pytest.raises(Refused, match="已退回"):
        admit_feedback(returned, FLOW, FEEDBACK, TODAY)


@pytest.mark.parametrize("paid", [CREDIT, FEEDBACK])
def test_a_batch_that_was_paid_is_never_returned(paid: StepRecord) -> None:
    assert refusal(make_batch(REVIEW, NOTICE, paid), replace(RETURN, day=date(2025, 11, 10))) == "batch.paid"


def test_a_withdrawal_needs_a_reason_and_the_disclosure_office_and_is_final() -> None:
    withdraw = make_record("withdraw", "2025-10-16", reason="名单有误")
    assert refusal(make_batch(REVIEW, NOTICE), replace(withdraw, reason="")) == "step.reason"
    assert refusal(make_batch(REVIEW, NOTICE), withdraw, "department") == "step.role"
    assert take(make_batch(REVIEW, NOTICE, CREDIT, FEEDBACK), replace(withdraw, day=date(2025, 11, 6)), "disclosure")
    withdrawn = make_batch(REVIEW, NOTICE, withdraw)
    assert not withdrawn.may_be_shown
    assert refusal(withdrawn, make_record("report", "2025-10-24")) == "batch.closed"


def test_nothing_more_happens_to_a_superseded_batch() -> None:
    batch = make_batch(REVIEW, superseded=True)
    assert not batch.may_be_shown
    assert refusal(batch, make_record("notice", "2025-10-14")) == "batch.closed"
    with pytest.raises(Refused, match="被替代"):
        admit_feedback(batch, FLOW, FEEDBACK, TODAY)


def test_feedback_comes_when_the_roll_is_in_and_not_before_its_day() -> None:
    admit_feedback(make_batch(), FLOW, FEEDBACK, TODAY)
    for day, code in [(date(2025, 10, 9), "step.date"), (date(2026, 1, 1), "step.future")]:
        with pytest.raises(Refused) as refused:
            admit_feedback(make_batch(), FLOW, replace(FEEDBACK, day=day), TODAY)
        assert refused.value.findings[0].code == code


@pytest.mark.parametrize(
    ("day", "on_notice"), [("2025-10-13", False), ("2025-10-14", True), ("2025-10-22", True), ("2025-10-23", False)]
)
def test_a_batch_is_on_notice_on_both_end_days_and_between(day: str, on_notice: bool) -> None:
    assert make_batch(REVIEW, NOTICE).is_on_notice(date.fromisoformat(day)) is on_notice


def test_a_returned_batch_is_not_on_notice() -> None:
    assert not make_batch(REVIEW, NOTICE, RETURN).is_on_notice(date(2025, 10, 16))


def test_the_timeline_says_what_was_done_and_when_the_rest_is_due() -> None:
    approve, transfer = make_record("approve", "2025-09-30"), make_record("transfer", "2025-11-03")
    items = {item.step.code: item for item in make_batch(approve, transfer).timeline(FLOW, rules().is_workday)}
    assert list(items) == [step.code for step in FLOW.steps]
    assert items["approve"].record == approve
    assert items["review"].due == date(2025, 10, 14)  # five working days after, the holidays left out
    assert items["credit"].due == date(2025, 11, 5)
    assert items["notice"].due is None  # the review it runs from has not been
    assert items["allotment"].due is None  # no limit is set


def test_a_limit_after_a_notice_runs_from_its_last_day() -> None:
    step = replace(FLOW.steps[0], code="report", limit_days=5, limit_kind="calendar", limit_after="notice")
    (item,) = make_batch(NOTICE).timeline(Flow("x", "某流程", (step,)), rules().is_workday)
    assert item.due == date(2025, 10, 27)


def test_a_step_is_late_when_it_is_due_not_done_and_the_grace_is_over() -> None:
    batch = make_batch(make_record("approve", "2025-10-13"))
    review = {item.step.code: item for item in batch.timeline(FLOW, rules().is_workday)}["review"]
    assert review.due == date(2025, 10, 20)
    assert not review.is_late(date(2025, 10, 20))
    assert review.is_late(date(2025, 10, 21))
    assert not review.is_late(date(2025, 10, 23), grace_days=3)
    assert not replace(review, record=REVIEW).is_late(date(2026, 1, 1))
    assert not replace(review, due=None).is_late(date(2026, 1, 1))


def test_the_current_step_is_the_last_of_the_flow_that_was_taken() -> None:
    items = make_batch(REVIEW, NOTICE).timeline(FLOW, rules().is_workday)
    assert (found := current_step(items)) is not None
    assert found.step.code == "notice"
    assert current_step([item for item in items if item.record is None]) is None


def test_the_last_record_of_a_step_counts() -> None:
    again = replace(REVIEW, day=date(2025, 10, 14), attribute="不予公开")
    assert make_batch(REVIEW, again).last("review") == again
    assert not make_batch(REVIEW, again).may_be_shown


@pytest.mark.parametrize("flow", rules().flows.values(), ids=lambda flow: flow.code)
def test_every_flow_reviews_before_it_publishes_and_gives_its_steps_to_roles_there_are(flow: Flow) -> None:
    order = [step.code for step in flow.steps]
    for step in flow.steps:
        assert set(step.roles) <= ROLES.keys()
        assert all(order.index(code) < order.index(step.code) for code in step.requires)
        if step.code in ("notice", "disclosure"):
            assert "review" in step.requires
    assert flow.has("roll")
    assert "feedback" in next(step for step in flow.steps if step.code == "disclosure").requires


@pytest.mark.parametrize("change", [{"requires": ["nothing"]}, {"limit_after": "nothing"}])
def test_a_flow_that_names_a_step_it_has_not_is_refused(change: dict[str, Any]) -> None:
    step = {"code": "a", "name": "甲", "public": "甲", "kind": "ours", "roles": ["finance"]}
    assert Flow.from_table({"code": "x", "name": "某", "steps": [step]}).step("a")
    with pytest.raises(KeyError, match="nothing"):
        Flow.from_table({"code": "x", "name": "某", "steps": [step | change]})
