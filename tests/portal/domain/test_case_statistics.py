"""What cases add up to, on a handful counted by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal.domain.case_acts import Kind
from portal.domain.case_statistics import CountedCase, counted, statistics
from portal.domain.cases import Case, CaseEvent
from tests.county import rules

MONDAY = date(2025, 6, 2)
TODAY = date(2025, 6, 30)


def day(number: int) -> date:
    """So many days after Monday, 2 June 2025."""
    return MONDAY + timedelta(days=number)


def case(*events: tuple[str, int, str], kind: Kind = "complaint", category: str = "unpaid") -> CountedCase:
    """A case filed on Monday with events (act, days after Monday, outcome or note)."""
    told = tuple(
        CaseEvent(act, day(after), "somebody", outcome=word if act in ("draft", "conclude") else "", note=word)
        for act, after, word in events
    )
    found = Case("2025-00001", kind, MONDAY, events=told)
    code = {"request": "request", "report": "statutory"}.get(kind, "local")
    return counted(found, category, rules().case_rules[code], rules().is_workday, TODAY)


def answered(accepted: int, on: int, outcome: str = "upheld") -> list[tuple[str, int, str]]:
    return [("accept", accepted, ""), ("draft", on, outcome), ("review", on, ""), ("answer", on, "")]


def test_an_answer_is_in_time_up_to_its_day_and_late_after_it() -> None:
    """Accepted on Tuesday, 3 June: ten working days end on Tuesday the 17th."""
    assert case(*answered(1, 15)).in_time is True
    late = case(*answered(1, 16))
    assert (late.in_time, late.days, late.decided, late.outcome) == (False, 16, day(16), "upheld")


def test_open_cases_are_late_once_their_day_has_passed_and_uncounted_before() -> None:
    assert case().in_time is False
    young = counted(
        Case("2025-00002", "complaint", TODAY), "unpaid", rules().case_rules["local"], rules().is_workday, TODAY
    )
    assert (young.in_time, young.is_open, young.decided) == (None, True, None)


def test_being_late_once_is_not_undone_by_reopening() -> None:
    again = [("reopen", 17, ""), ("draft", 18, "partly"), ("review", 18, ""), ("answer", 18, "")]
    found = case(*answered(1, 16), *again)
    assert (found.in_time, found.days, found.outcome) == (False, 18, "partly")


def test_what_is_open_again_is_not_decided() -> None:
    found = case(*answered(1, 3), ("reopen", 27, ""))
    assert (found.decided, found.days, found.outcome, found.is_open, found.in_time) == (None, None, "", True, True)


@pytest.mark.parametrize("act", ["withdraw", "merge"])
def test_what_nobody_has_to_decide_is_counted_and_no_more(act: str) -> None:
    found = case((act, 1, "2025-00009"))
    assert (found.decided, found.in_time, found.is_open) == (None, None, False)


def test_everything_added_up() -> None:
    found = statistics(
        [
            case(*answered(1, 3), ("rate", 4, "satisfied")),
            case(*answered(1, 16, "explained"), ("rate", 17, "unsatisfied")),
            case(*answered(1, 8), ("rate", 9, "satisfied")),
            case(("decline", 2, "不属于")),
            case(kind="request", category="disclosure"),
        ]
    )
    assert list(found.kinds) == ["complaint", "request"]
    assert list(found.categories) == ["disclosure", "unpaid"]
    tally = found.kinds["complaint"]
    assert (tally.count, tally.open, tally.decided, tally.in_time, tally.late) == (4, 0, 4, 3, 1)
    assert tally.on_time_rate == 0.75
    assert tally.median_days == 5.5  # of 2, 3, 8, 16
    assert tally.outcomes == {"予以支持": 2, "解释说明": 1}
    assert tally.satisfaction == pytest.approx(2 / 3)
    assert found.all.count == 5
    assert found.all.late == 2


def test_nothing_has_no_rate() -> None:
    empty = statistics([])
    assert (empty.all.count, empty.all.on_time_rate, empty.all.satisfaction, empty.all.median_days) == (
        0,
        None,
        None,
        None,
    )
    assert empty.kinds == empty.categories == {}
