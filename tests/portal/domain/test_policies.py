"""Policies, what may be shown of them, and what changed from one year's list to the next."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal

import pytest

from portal.domain.policies import FIELD_WORDS, Change, Policy, differences, in_words
from tests.builders import make_policy


def test_two_lists_differ_by_what_was_dropped_added_and_changed_in_code_order() -> None:
    before = [
        make_policy(code="c"),
        make_policy(code="b", name="旧名"),
        make_policy(code="z"),
        make_policy(code="same"),
    ]
    after = [make_policy(code="same"), make_policy(code="b", name="新名"), make_policy(code="y"), make_policy(code="a")]
    assert [(change.kind, change.code) for change in differences(before, after)] == [
        ("dropped", "c"),
        ("dropped", "z"),
        ("added", "a"),
        ("added", "y"),
        ("changed", "b"),
    ]


def test_a_change_is_told_in_words_field_by_field() -> None:
    before = make_policy(level="city", rates=(Decimal("95.50"),), notice_day_kind="calendar", age_from=None)
    after = make_policy(level="county", rates=(Decimal(100), Decimal(120)), notice_day_kind="working", age_from=60)
    assert differences([before], [after]) == [
        Change(
            "changed",
            "gddlbh",
            "耕地地力保护补贴",
            {
                "level": ("市级", "县级"),
                "rates": ("95.50", "100；120"),
                "notice_day_kind": ("自然日", "工作日"),
                "age_from": ("", "60"),
            },
        )
    ]


def test_the_same_list_in_another_order_has_no_differences() -> None:
    policies = [make_policy(code=code) for code in "abc"]
    assert differences(policies, reversed(policies)) == []


def test_every_field_but_the_code_has_a_word_and_is_compared() -> None:
    assert {field.name for field in fields(Policy)} == FIELD_WORDS.keys() | {"code"}


@pytest.mark.parametrize("field", list(FIELD_WORDS))
def test_every_field_can_be_put_into_words(field: str) -> None:
    assert "None" not in in_words(make_policy(), field)
    assert "(" not in in_words(make_policy(), field)


@pytest.mark.parametrize(
    ("before", "after", "kind", "shown"),
    [
        ("full_names", "totals", "notice", "rows"),
        ("totals", "full_names", "disclosure", "rows"),
        ("rows", "totals", "notice", "rows"),
        ("rows", "totals", "disclosure", "totals"),
        ("rows", "totals", "correction", "totals"),
        ("none", "rows", "notice", "none"),
    ],
)
def test_what_the_web_shows_follows_the_stage_and_is_never_full_names(
    before: str, after: str, kind: str, shown: str
) -> None:
    assert make_policy(web_before=before, web_after=after).shown_on_web(kind) == shown


def test_a_policy_that_nobody_classified_shows_totals_everywhere() -> None:
    plain = Policy("x", "某补贴", ("某局",), "county", "card", "person")
    assert {plain.shown_on_web("notice"), plain.shown_on_web("disclosure"), plain.board_before, plain.board_after} == {
        "totals"
    }
