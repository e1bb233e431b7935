"""What somebody may do next is what the rules would let them do, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from portal.domain.batches import ROLES, Actor, Batch, StepRecord, admit
from portal.domain.findings import Refused
from portal.domain.next_steps import NextStep, anytime_steps, awaited, next_steps
from portal.domain.policies import Policy
from tests.builders import make_policy, rules

TODAY = date(2025, 6, 30)
FLOW = rules().flows["county-finance"]
POLICY = make_policy(notice_days=7, notice_day_kind="calendar")
BATCH = Batch(1, "2025-0001", "gddlbh", 2025, "2025", "nyj", 1, FLOW.code, "enterer", False, ())
ROLL = StepRecord("roll", date(2025, 6, 1), "enterer")
REVIEW = StepRecord("review", date(2025, 6, 2), "reviewer", attribute="主动公开")
NOTICE = StepRecord("notice", date(2025, 6, 3), "clerk", until=date(2025, 6, 9))
CREDIT = StepRecord("credit", date(2025, 6, 12), "banker")
FEEDBACK = StepRecord("feedback", date(2025, 6, 13), "banker")
DISCLOSURE = StepRecord("disclosure", date(2025, 6, 16), "discloser")
WAYS = [(), (ROLL,), (ROLL, REVIEW), (ROLL, REVIEW, NOTICE), (ROLL, REVIEW, NOTICE, CREDIT),
        (ROLL, REVIEW, NOTICE, CREDIT, FEEDBACK), (ROLL, REVIEW, NOTICE, CREDIT, FEEDBACK, DISCLOSURE)]  # fmt: skip


def offered(role: str, *steps: StepRecord, name: str = "somebody", today: date = TODAY) -> list[NextStep]:
    actor = Actor(name, name, role, "nyj")
    return next_steps(replace(BATCH, steps=steps), FLOW, POLICY, actor, today, rules().is_workday)


def codes(found: list[NextStep]) -> set[str]:
    return {step.step.code for step in found if step.is_open}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("way", WAYS, ids=len)
def test_what_is_offered_is_what_the_rules_let_pass(role: str, way: tuple[StepRecord, ...]) -> None:
    batch, actor = replace(BATCH, steps=way), Actor("somebody", "somebody", role, "nyj")
    asked = (batch, FLOW, POLICY, actor, TODAY, rules().is_workday)
    for step in (*next_steps(*asked), *anytime_steps(*asked)):
        assert actor.may(step.step)
        record = StepRecord(step.step.code, TODAY, "somebody", reason="…", attribute="主动公开")
        if step.by_file:
            continue
        if step.is_open:
            admit(batch, FLOW, POLICY, record, actor, TODAY, rules().is_workday)
        else:
            with pytest.raises(Refused):
                admit(batch, FLOW, POLICY, record, actor, TODAY, rules().is_workday)


def test_the_reviews_turn_comes_after_the_roll_and_never_for_who_entered_it() -> None:
    assert "review" not in codes(offered("disclosure"))
    assert codes(offered("disclosure", ROLL)) == {"review"}
    (own,) = offered("disclosure", ROLL, name="enterer")
    assert "录入的人不能自己审查" in own.why_not
    assert codes(offered("disclosure", ROLL, REVIEW)) == {"notice"}


def test_a_notice_that_still_runs_is_said() -> None:
    ways = (ROLL, REVIEW, replace(NOTICE, until=date(2025, 7, 3)), CREDIT, FEEDBACK)
    (step,) = [step for step in offered("disclosure", *ways) if step.step.code == "disclosure"]
    assert "公示到2025年7月3日才结束" in step.why_not


def test_what_was_overtaken_is_marked_and_what_is_due_says_when() -> None:
    found = {step.step.code: step for step in offered("department", ROLL, REVIEW)}
    assert found["approve"].is_past
    assert not found["notice"].is_past
    assert found["notice"].due == date(2025, 6, 9)
    assert found["notice"].is_late(TODAY)


def test_results_that_came_later_are_published_again() -> None:
    done = (ROLL, REVIEW, NOTICE, CREDIT, FEEDBACK, DISCLOSURE)
    assert "disclosure" not in codes(offered("disclosure", *done))
    assert "disclosure" in codes(offered("disclosure", *done, replace(FEEDBACK, day=date(2025, 6, 20))))
    assert "feedback" in codes(offered("bank", *done))


def test_nothing_is_offered_of_what_is_returned_or_withdrawn() -> None:
    back = StepRecord("return", date(2025, 6, 5), "accountant", reason="…")
    gone = StepRecord("withdraw", date(2025, 6, 5), "reviewer", reason="…")
    for last in (back, gone):
        assert offered("admin", ROLL, last) == []
    actor = Actor("x", "x", "admin", "nyj")
    asked = (replace(BATCH, steps=(ROLL, back)), FLOW, POLICY, actor, TODAY, rules().is_workday)
    assert "return" not in codes(anytime_steps(*asked))


def test_the_form_asks_for_what_the_step_needs() -> None:
    asks = {step.step.code: step.asks for step in offered("admin", ROLL, name="other")}
    assert asks["review"] == ("attribute", "document", "reason")
    assert asks["allotment"] == ("amount", "document")
    assert asks["approve"] == ("document",)


def test_a_step_whose_turn_comes_later_is_marked_until_what_is_before_it_is_done() -> None:
    def early(*ways: StepRecord) -> set[str]:
        return {step.step.code for step in offered("township_finance", *ways) if step.is_early}

    assert early(ROLL) == {"report", "feedback"}
    assert early(ROLL, REVIEW) == {"report", "feedback"}
    assert early(ROLL, REVIEW, NOTICE) == set()


def test_what_a_batch_waits_for_is_the_first_of_our_steps_that_nobody_took() -> None:
    def waits_for(policy: Policy, *ways: StepRecord) -> str:
        items = replace(BATCH, steps=ways).timeline(FLOW, rules().is_workday)
        found = awaited(items, policy)
        return found.step.code if found else ""

    assert waits_for(POLICY, ROLL) == "review"
    assert waits_for(POLICY, ROLL, REVIEW) == "notice"
    assert waits_for(make_policy(notice_days=0), ROLL, REVIEW) == "feedback"
