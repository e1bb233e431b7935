"""Due days of cases, against days counted on a calendar by hand."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest

from portal.domain.case_clocks import Due, Pause, RuleSet, Term, acceptance_due, decision_due
from tests.county import CONTENT, rules

SETS = {
    path.stem: RuleSet.from_table(tomllib.loads(path.read_text("utf-8")))
    for path in sorted((CONTENT / "rules" / "cases").glob("*.toml"))
}
IS_WORKDAY = rules().is_workday
MONDAY = date(
    2025, 9, 22
)  # the National Day week follows: 1 to 8 October are free, 28 September and 11 October are worked


def due(code: str, filed: date, accepted: date | None, *pauses: Pause, is_extended: bool = False) -> Due:
    return decision_due(SETS[code], filed, accepted, pauses, is_extended=is_extended, is_workday=IS_WORKDAY)


def test_every_kind_of_case_has_one_rule_set() -> None:
    kinds = [kind for each in SETS.values() for kind in each.kinds]
    assert sorted(kinds) == ["complaint", "consultation", "report", "request", "suggestion"]
    assert all(name == each.code for name, each in SETS.items())


@pytest.mark.parametrize(
    ("code", "day"),
    [("statutory", date(2025, 10, 7)), ("local", date(2025, 9, 25)), ("discipline", date(2025, 10, 17)), ("request", date(2025, 9, 30))],
)  # fmt: skip
def test_by_when_acceptance_is_told(code: str, day: date) -> None:
    told = acceptance_due(SETS[code], MONDAY, IS_WORKDAY)
    assert told.day == day
    assert "2025年9月22日收到" in told.words


@pytest.mark.parametrize(
    ("code", "extended", "day"),
    [("statutory", False, date(2025, 11, 21)), ("statutory", True, date(2025, 12, 21)), ("local", False, date(2025, 10, 11)),
     ("request", False, date(2025, 10, 24)), ("request", True, date(2025, 11, 21))],
)  # fmt: skip
def test_by_when_the_answer_is_due(code: str, extended: bool, day: date) -> None:
    """The statutory 60 days run from acceptance, the 20 working days of a request from the day it came."""
    accepted = MONDAY if code != "request" else date(2025, 9, 25)
    found = due(code, MONDAY, accepted, is_extended=extended)
    assert found.day == day
    assert ("经批准延长" in found.words) is extended


def test_before_acceptance_there_is_no_day_but_a_word() -> None:
    found = due("statutory", MONDAY, None)
    assert (found.day, found.is_over(date(2099, 1, 1))) == (None, False)
    assert "受理以后60日内办结" in found.words


def test_a_day_is_counted_once_however_often_the_clock_was_stopped_on_it() -> None:
    day = date(2025, 9, 3)
    once = due("local", date(2025, 9, 1), date(2025, 9, 1), Pause(day, day))
    assert due("local", date(2025, 9, 1), date(2025, 9, 1), *[Pause(day, day)] * 5) == once
    assert "暂停的1个工作日不算" in once.words


def test_a_pause_on_the_day_from_which_time_is_counted_takes_nothing() -> None:
    start = date(2025, 9, 1)
    assert due("local", start, start, Pause(start, start)) == due("local", start, start)


def test_a_pause_pushes_the_end_back_by_the_days_it_took() -> None:
    calendar = due("statutory", MONDAY, MONDAY, Pause(date(2025, 10, 10), date(2025, 10, 12)))
    assert calendar.day == date(2025, 11, 24)
    assert "暂停的3日不算" in calendar.words
    working = due("request", MONDAY, MONDAY, Pause(date(2025, 9, 27), date(2025, 10, 9)))
    assert working.day == date(2025, 10, 30)  # 28, 29 and 30 September and 9 October were working days
    assert "暂停的4个工作日不算" in working.words


def test_while_the_clock_stands_no_day_is_due() -> None:
    found = due("request", MONDAY, MONDAY, Pause(date(2025, 9, 25), None))
    assert found.day is None
    assert "暂停计时" in found.words


def test_late_is_after_the_last_day() -> None:
    last = Due(date(2025, 10, 7), "")
    assert not last.is_over(date(2025, 10, 7))
    assert last.is_over(date(2025, 10, 8))
    assert (last.days_late(date(2025, 10, 7)), last.days_late(date(2025, 10, 10))) == (0, 3)


@pytest.mark.parametrize(
    "wrong",
    [{"days": 0, "kind": "working"}, {"days": 5, "kind": "lunar"}, {"days": 5, "kind": "working", "after": "x"}],
)
def test_a_rule_that_means_nothing_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="not a term"):
        Term(**wrong)  # type: ignore[arg-type]
