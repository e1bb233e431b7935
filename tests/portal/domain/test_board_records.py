"""Whether a board may be photographed for the web, and how its days are told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from portal.domain.board_records import BoardEvent, BoardRecord, may_show_photo, told
from portal.domain.policies import Policy, Show


def policy(board: Show, web: Show, stage: str) -> Policy:
    shown = {f"board_{stage}": board, f"web_{stage}": web}
    return Policy("p", "某项补贴", ("农业农村局",), "county", "card", "person", rates=(Decimal(1),), **shown)  # type: ignore[arg-type]


@pytest.mark.parametrize("stage", ["before", "after"])
@pytest.mark.parametrize(
    ("board", "web", "may"),
    [
        ("rows", "rows", True),
        ("totals", "rows", True),
        ("totals", "totals", True),
        ("none", "none", True),
        ("full_names", "rows", False),
        ("full_names", "full_names", False),
        ("rows", "totals", False),
        ("rows", "none", False),
    ],
)
def test_no_photo_shows_what_the_web_does_not(board: Show, web: Show, may: bool, stage: str) -> None:
    assert may_show_photo(policy(board, web, stage)) is may


def record(event: BoardEvent, day: int) -> BoardRecord:
    when = date(2025, 6, day)
    return BoardRecord(1, 1, "990199101201", event, when, "somebody", when, "", 0, 0, None)


def test_days_are_told_from_the_first_to_the_last() -> None:
    assert told([]) == ""
    assert told([record("up", 5), record("up", 4)]) == "2025年6月4日贴出"
    days = [record("up", 4), record("up", 6), record("down", 11), record("down", 12)]
    assert told(days) == "2025年6月4日贴出，2025年6月12日撤下"
