"""Notices and limits count days as the State Council's calendar does, make-up working days included."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from portal.domain.workdays import due_date, notice_end
from portal.rules import Rules
from tests.builders import rules

IS_WORKDAY = rules().is_workday


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2025-10-14", 5, "2025-10-20"),  # a county wrote 10月14日—20日（共7个工作日）: it is five
        ("2025-10-14", 7, "2025-10-22"),
        ("2025-09-29", 7, "2025-10-14"),  # 1–8 October off, Saturday the 11th worked
        ("2025-09-28", 3, "2025-09-30"),  # a Sunday that is worked
        ("2025-10-01", 1, "2025-10-09"),  # opened on a holiday: the first working day counts as one
        ("2025-10-10", 2, "2025-10-11"),
        ("2025-10-14", 1, "2025-10-14"),
    ],
)
def test_a_notice_of_working_days_counts_both_its_ends(start: str, days: int, end: str) -> None:
    assert notice_end(date.fromisoformat(start), days, "working", IS_WORKDAY) == date.fromisoformat(end)


def test_a_notice_of_calendar_days_counts_both_its_ends_and_every_day() -> None:
    assert notice_end(date(2025, 9, 28), 7, "calendar", IS_WORKDAY) == date(2025, 10, 4)
    assert notice_end(date(2024, 2, 28), 2, "calendar", IS_WORKDAY) == date(2024, 2, 29)


@pytest.mark.parametrize("days", [0, -1])
def test_a_notice_of_no_days_is_a_mistake(days: int) -> None:
    with pytest.raises(ValueError, match="at least a day"):
        notice_end(date(2025, 10, 14), days, "calendar", IS_WORKDAY)


def test_a_limit_starts_the_day_after() -> None:
    assert due_date(date(2025, 9, 30), 2, "working", IS_WORKDAY) == date(2025, 10, 10)
    assert due_date(date(2025, 9, 30), 2, "calendar", IS_WORKDAY) == date(2025, 10, 2)


def with_days(holidays: set[date], workdays: set[date]) -> Rules:
    return replace(rules(), holidays=frozenset(holidays), workdays=frozenset(workdays))


def test_the_county_s_own_days_go_before_the_calendar() -> None:
    own = with_days({date(2025, 10, 14)}, {date(2025, 10, 4)})
    assert not own.is_workday(date(2025, 10, 14))
    assert own.is_workday(date(2025, 10, 4))
    assert IS_WORKDAY(date(2025, 10, 14))
    assert not IS_WORKDAY(date(2025, 10, 4))


def test_years_not_yet_announced_go_by_weekday() -> None:
    assert IS_WORKDAY(date(2099, 10, 1))  # a Thursday
    assert not IS_WORKDAY(date(2099, 10, 3))  # a Saturday
