"""Whatever is done to the journal's chain afterwards is found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.journal import GENESIS, Entry, entry_hash, first_break


def make_entry(number: int, previous: str, **detail: Any) -> Entry:
    body = (number, f"2025-06-{number:02d}T08:00:00Z", "roll.import", "liuyang", {"rows": number, **detail})
    return Entry(*body, previous, entry_hash(*body, previous))


def make_chain(length: int) -> list[Entry]:
    entries: list[Entry] = []
    for number in range(1, length + 1):
        entries.append(make_entry(number, entries[-1].hash if entries else GENESIS))
    return entries


def test_a_whole_chain_has_no_break() -> None:
    assert first_break(make_chain(10)) is None
    assert first_break([]) is None


@pytest.mark.parametrize(
    "change",
    [
        {"moment": "2025-06-03T09:00:00Z"},
        {"act": "roll.delete"},
        {"actor": "zhaomin"},
        {"detail": {"rows": 4}},
        {"detail": {"rows": 3, "more": 1}},
        {"detail": {"rows": "3"}},
        {"previous": GENESIS},
        {"hash": "f" * 64},
        {"number": 4},
    ],
)
def test_an_edit_of_any_part_of_an_entry_is_found_by_its_number(change: dict[str, Any]) -> None:
    chain = make_chain(5)
    chain[2] = replace(chain[2], **change)
    assert "第 3 条" in str(first_break(chain))


def test_an_edit_with_its_own_hash_made_right_breaks_the_next_entry() -> None:
    chain = make_chain(5)
    chain[2] = make_entry(3, chain[1].hash, rows=999)
    assert first_break(chain) == "第 4 条与前一条不相接"


@given(st.integers(0, 8))
def test_the_removal_of_any_entry_but_the_last_is_found(place: int) -> None:
    chain = make_chain(10)
    del chain[place]
    assert f"第 {place + 1} 条缺失" in str(first_break(chain))


@given(st.integers(0, 9), st.integers(0, 9))
def test_a_swap_of_any_two_is_found(one: int, other: int) -> None:
    chain = make_chain(10)
    chain[one], chain[other] = chain[other], chain[one]
    assert (first_break(chain) is None) == (one == other)


@given(st.integers(0, 9))
def test_an_entry_put_in_twice_is_found(place: int) -> None:
    chain = make_chain(10)
    chain.insert(place, chain[place])
    assert first_break(chain) is not None


def test_renumbering_after_a_removal_does_not_hide_it() -> None:
    chain = make_chain(5)
    del chain[2]
    chain[2] = replace(chain[2], number=3)
    assert "第 3 条" in str(first_break(chain))


def test_the_order_of_keys_in_a_detail_does_not_matter() -> None:
    one = entry_hash(1, "", "act", "by", {"a": 1, "b": 2}, GENESIS)
    assert entry_hash(1, "", "act", "by", {"b": 2, "a": 1}, GENESIS) == one
