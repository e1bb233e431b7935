"""Who owes this year's list after 1 March, and changes between two years told as people tell them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from portal.domain.policies import FIELD_WORDS, Change, differences
from portal.domain.policy_lists import ListState, due_day, in_plain_words, list_state
from tests.builders import make_policy

FARMS = make_policy(code="farms", departments=("农业农村局",))
RELIEF = make_policy(code="relief", departments=("民政局", "应急管理局"))
WOODS = make_policy(code="woods", departments=("林业局",))
IN_TIME, DUE, LATE = date(2026, 2, 26), date(2026, 3, 1), date(2026, 3, 2)


def test_a_department_that_had_policies_last_year_and_has_none_now_owes_its_list() -> None:
    state = list_state(
        2026, LATE, IN_TIME, [FARMS, make_policy(code="new", departments=("应急管理局",))], [FARMS, RELIEF]
    )
    assert state == ListState(2026, IN_TIME, ("民政局",))
    assert not state.is_missing


@pytest.mark.parametrize(("today", "missing"), [(IN_TIME, ()), (DUE, ()), (LATE, ("林业局",))])
def test_nobody_owes_anything_before_the_first_of_march_is_over(today: date, missing: tuple[str, ...]) -> None:
    assert list_state(2026, today, IN_TIME, [FARMS], [FARMS, WOODS]).missing == missing


def test_without_any_list_after_the_day_every_department_owes_its_own() -> None:
    state = list_state(2026, LATE, None, [], [FARMS, RELIEF])
    assert state.missing == ("农业农村局", "应急管理局", "民政局")
    assert state.is_missing
    assert not list_state(2026, DUE, None, [], [FARMS]).is_missing


def test_a_department_that_exists_no_more_owes_nothing() -> None:
    assert list_state(2026, LATE, IN_TIME, [FARMS], [FARMS, WOODS], closed={"林业局"}).missing == ()


@pytest.mark.parametrize(
    ("published_on", "days"), [(IN_TIME, 0), (DUE, 0), (LATE, 1), (date(2026, 4, 1), 31), (None, 0)]
)
def test_a_list_that_came_out_after_the_day_says_how_late_it_was(published_on: date | None, days: int) -> None:
    assert ListState(2026, published_on, ()).days_late == days
    assert due_day(2026) == DUE


def sentences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    (change,) = differences([make_policy(**before)], [make_policy(**after)])
    return in_plain_words(change)


def test_a_rate_that_rose_says_by_how_much_and_one_that_fell_too() -> None:
    assert sentences({"rates": (Decimal(95),)}, {"rates": (Decimal("96.5"),)}) == ["单价从95元提高到96.5元，多1.5元"]
    assert sentences({"rates": (Decimal(95),)}, {"rates": (Decimal(90),)}) == ["单价从95元降低到90元，少5元"]


def test_several_rates_are_left_to_the_rate_in_words() -> None:
    before = {"rates": (Decimal(1), Decimal(2)), "rate_text": "一级1元，二级2元"}
    after = {"rates": (Decimal(3), Decimal(4)), "rate_text": "一级3元，二级4元"}
    assert sentences(before, after) == ["补贴标准从“一级1元，二级2元”改成“一级3元，二级4元”"]


def test_what_was_added_to_a_list_and_what_went_are_named_and_what_stayed_is_not() -> None:
    before, after = {"basis": ("旧文件", "法律")}, {"basis": ("法律", "新文件")}
    assert sentences(before, after) == ["依据文件加上了：新文件", "依据文件去掉了：旧文件"]


def test_what_was_not_written_before_or_is_no_longer_is_said_so() -> None:
    assert sentences({"frequency": ""}, {"frequency": "每年一次"}) == ["发放频次原来没有写，现在写明：每年一次"]
    assert sentences({"frequency": "每年一次"}, {"frequency": ""}) == ["发放频次不再写了，原来是：每年一次"]


def test_office_matters_are_nobody_elses() -> None:
    assert (
        sentences({"flow": "unit-pays", "retention_months": 12}, {"flow": "county-finance", "retention_months": 24})
        == []
    )


def test_a_new_and_a_dropped_policy_are_one_sentence() -> None:
    assert in_plain_words(Change("added", "a", "甲", {})) == ["新增了这项补贴"]
    assert in_plain_words(Change("dropped", "a", "甲", {})) == ["清单里不再有这项补贴"]


@pytest.mark.parametrize("field", sorted(FIELD_WORDS))
def test_no_field_breaks_the_telling(field: str) -> None:
    for before, after in (("甲", "乙"), ("", "乙"), ("甲", "")):
        told = in_plain_words(Change("changed", "a", "甲", {field: (before, after)}))
        assert all(sentence.startswith(FIELD_WORDS[field]) for sentence in told)
