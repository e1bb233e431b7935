"""Days: how long a notice runs and when a step is due, with 调休 (make-up working days)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal

DayKind = Literal["working", "calendar"]
IsWorkday = Callable[[date], bool]
"""Whether offices are open that day. For years not yet announced it answers by weekday alone."""


def notice_end(start: date, days: int, kind: DayKind, is_workday: IsWorkday) -> date:
    """The last day of a notice of `days` days that opens on `start`; both ends counted.

    Real notices get this wrong ("10月14日—20日（共7个工作日）" is five), so people never enter it.
    """
    if days < 1:
        raise ValueError("a notice runs at least a day")
    if kind == "calendar":
        return start + timedelta(days=days - 1)
    day = start
    left = days - (1 if is_workday(day) else 0)
    while left > 0:
        day += timedelta(days=1)
        if is_workday(day):
            left -= 1
    return day


def due_date(after: date, days: int, kind: DayKind, is_workday: IsWorkday) -> date:
    """The last day for something that must happen within `days` days after `after` (that day not counted)."""
    return notice_end(after + timedelta(days=1), days, kind, is_workday)


def in_chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
