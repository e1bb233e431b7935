"""Snapshots round-trip, small groups and small villages are not told apart, row codes are a key to nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.postings import (
    Row,
    Tally,
    count_small_together,
    new_row_codes,
    read_snapshot,
    tally_of,
    write_snapshot,
)

FACTS = {"kind": "notice", "batch": "2025-0007", "area_name": "王村", "until": ""}
TALLY = Tally(
    rows=7, fen=212800, paid_rows=3, paid_fen=91200, returned_rows=1, returned_fen=30400, held_rows=2, held_fen=60800
)
CELL = st.text(
    st.characters(exclude_categories=("Cc", "Cf", "Zl", "Zp", "Cs")), min_size=1, max_size=8
)  # what no control or format mark is in
ROWS = st.lists(st.builds(Row, CELL, st.just(""), CELL, CELL, st.just(""), CELL, CELL), min_size=1, max_size=8)


def make_posted_row(number: int = 0, group: str = "", **changes: str) -> Row:
    cells = {
        "code": f"K{number:03d}",
        "name": "张*三",
        "quantity": "3.2",
        "rate": "95",
        "amount": "304.00",
        "result": "",
    }
    return Row(group=group, **(cells | changes))


@given(ROWS)
def test_a_snapshot_reads_back_as_it_was_written(rows: list[Row]) -> None:
    written = write_snapshot(FACTS, TALLY, rows)
    read = read_snapshot(written.text)
    assert read == written
    assert read.rows() == rows
    assert read.tally == tally_of(read.facts) == TALLY
    assert {name: read.facts[name] for name in FACTS} == FACTS


def test_a_posting_of_totals_holds_no_rows() -> None:
    read = read_snapshot(write_snapshot(FACTS, TALLY, None).text)
    assert not read.shows_rows
    assert read.rows() == []
    assert read.tally == TALLY


def test_a_posting_with_all_rows_held_still_is_one_of_rows() -> None:
    read = read_snapshot(write_snapshot(FACTS, TALLY, []).text)
    assert read.shows_rows
    assert read.rows() == []


def test_columns_that_no_row_uses_are_left_out() -> None:
    snapshot = write_snapshot(FACTS, TALLY, [make_posted_row(rate="", quantity="")])
    assert snapshot.columns == ("code", "name", "amount")


def test_the_hash_depends_on_every_character() -> None:
    one = write_snapshot(FACTS, TALLY, [make_posted_row()])
    other = write_snapshot(FACTS, TALLY, [make_posted_row(amount="304.01")])
    assert one.sha256 != other.sha256


MARKS = ["\t", "\n", "\r", "\x00", "\x1b", "\x85", "\xad", "\u061c", "\u200b", "\u200d", "\u200f", "\u2028", "\u202e", "\u2060", "\u2066", "\ufeff"]  # fmt: skip


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("shows_rows", [True, False])
def test_no_tab_break_or_invisible_mark_gets_into_a_fact(mark: str, shows_rows: bool) -> None:
    with pytest.raises(ValueError, match="a fact holds"):
        write_snapshot({**FACTS, "area_name": f"王{mark}村"}, TALLY, [make_posted_row()] if shows_rows else None)


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("cell", ["name", "amount", "result"])
def test_no_tab_break_or_invisible_mark_gets_into_a_cell(mark: str, cell: str) -> None:
    with pytest.raises(ValueError, match="a cell holds"):
        write_snapshot(FACTS, TALLY, [make_posted_row(**{cell: f"张{mark}三"})])


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("mingbai-snapshot\t1", "mingbai-snapshot\t2"),
        lambda text: text.replace("\n\n", "\n", 1),
        lambda text: text.replace("columns\t", "column\t"),
        lambda text: text.replace("batch\t2025-0007", "batch 2025-0007"),
        lambda text: "",
    ],
)
def test_other_text_is_no_snapshot(change) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError):  # noqa: PT011 - ours, or dict's for a line without a tab
        read_snapshot(change(write_snapshot(FACTS, TALLY, [make_posted_row()]).text))


def test_a_row_with_a_cell_too_few_is_not_read() -> None:
    text = write_snapshot(FACTS, TALLY, [make_posted_row()]).text
    with pytest.raises(ValueError, match="zip"):
        read_snapshot(text.replace("\t304.00", "")).rows()


def test_a_group_of_fewer_than_five_rows_is_not_named() -> None:
    rows = [make_posted_row(number, group) for number, group in enumerate(["三组"] * 5 + ["四组"] * 4)]
    shown = Counter(row.group for row in write_snapshot(FACTS, TALLY, rows).rows())
    assert shown == {"三组": 5, "": 4}


def test_pending_is_what_is_left_and_listed_is_all_but_the_held() -> None:
    tally = Tally(10, 1000, paid_rows=4, paid_fen=400, held_rows=1, held_fen=50, treasury_rows=2, treasury_fen=200)
    assert (tally.pending_rows, tally.pending_fen) == (3, 350)
    assert (tally.listed_rows, tally.listed_fen) == (9, 950)
    assert Tally.total([tally, tally]) == tally + tally == Tally(20, 2000, 8, 800, 0, 0, 2, 100, 4, 400)
    assert Tally.total([]) == Tally()


VILLAGES = [f"990121{township:03d}{village:03d}" for township in range(101, 106) for village in range(201, 205)]


def above(area: str) -> str:
    return area[:9] + "000" if not area.endswith("000") else ("" if area.endswith("000000") else area[:6] + "000000")


@given(st.dictionaries(st.sampled_from(VILLAGES), st.integers(0, 9)))
def test_no_shown_total_is_below_five_or_of_one_moved_village(rows: dict[str, int]) -> None:
    shown_at = count_small_together(rows, above)
    assert shown_at.keys() == rows.keys()
    members: dict[str, list[str]] = defaultdict(list)
    for village, place in shown_at.items():
        members[place].append(village)
    hidden = members.pop("", [])
    assert not hidden or not members  # hidden beside shown ones could be subtracted out
    for place, villages in members.items():
        assert sum(rows[village] for village in villages) >= 5
        if villages != [place]:
            assert len(villages) >= 2
            assert all(place in (above(village), above(above(village))) for village in villages)
    if len(rows) >= 2 and sum(rows.values()) >= 5:
        assert not hidden


@pytest.mark.parametrize(
    ("rows", "shown_at"),
    [
        ({"990121101201": 9, "990121101202": 5}, ["990121101201", "990121101202"]),
        ({"990121101201": 9, "990121101202": 3, "990121101203": 2}, ["990121101201"] + ["990121101000"] * 2),
        ({"990121101201": 9, "990121101202": 4, "990121101203": 6}, ["990121101201"] + ["990121101000"] * 2),
        ({"990121101201": 9, "990121101202": 1, "990121101203": 1}, ["990121101000"] * 3),
        ({"990121101201": 4, "990121102201": 9, "990121102202": 8}, ["990121000000", "990121102201", "990121000000"]),
        ({"990121101201": 4}, [""]),
        ({"990121101201": 1, "990121102201": 3}, ["", ""]),
        ({}, []),
    ],
)
def test_small_villages_move_up_together_and_take_the_next_smallest_along(
    rows: dict[str, int], shown_at: list[str]
) -> None:
    assert list(count_small_together(rows, above).values()) == shown_at


def test_row_codes_are_four_characters_all_different_and_none_that_is_taken() -> None:
    taken = set(new_row_codes(500, set()))
    codes = new_row_codes(500, taken)
    assert len(set(codes)) == 500
    assert taken.isdisjoint(codes)
    assert {len(code) for code in codes} == {4}


def test_a_code_that_comes_up_twice_is_drawn_again() -> None:
    characters = cycle("2222222233334444")
    assert new_row_codes(2, {"3333"}, lambda _: next(characters)) == ["2222", "4444"]


def test_row_codes_hold_nothing_that_misreads_on_paper_or_in_a_spreadsheet() -> None:
    alphabet: set[str] = set()
    new_row_codes(1, set(), lambda choices: alphabet.update(choices) or choices[len(alphabet) % len(choices)])
    assert alphabet.isdisjoint("01OILBSZ")  # 0/O, 1/I/L, 8/B, 5/S, 2/Z
    assert alphabet.isdisjoint("AEIOU")  # 3DEC is a date and 23E4 a number to a spreadsheet
