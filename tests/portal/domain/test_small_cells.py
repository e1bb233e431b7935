"""From what is published, no count of one to four can be worked out."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.small_cells import Counts, may_be_shown, shown_lines, total_of


def one(*counts: int) -> dict[str, Counts]:
    return {f"line {number}": (count,) for number, count in enumerate(counts)}


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ((5, 9, 7), set()),
        ((3, 9, 7), {0, 2}),  # the next smallest goes along
        ((3, 2, 9), {0, 1}),  # two that make five need nobody else
        ((1, 2, 9, 6), {0, 1, 3}),  # two that make three do
        ((3, 9), {0, 1}),
        ((4, 0, 0), {0, 1, 2}),
        ((9, 0, 0), set()),  # that there is nobody may be said
        ((9, 8, 3, 0), {1, 2, 3}),
    ],
)
def test_a_small_line_takes_another_along(counts: tuple[int, ...], hidden: set[int]) -> None:
    lines = one(*counts)
    assert {number for number in range(len(counts)) if f"line {number}" not in shown_lines(lines)} == hidden


def test_parts_are_five_or_nobody() -> None:
    assert shown_lines({"all in time": (30, 0), "some late": (6, 2), "more": (9, 6)}) == {"all in time"}
    assert shown_lines({"all in time": (8, 0), "some late": (6, 2), "more": (9, 6)}) == set()
    assert may_be_shown((12, 0))
    assert not may_be_shown((12, 4))
    assert not may_be_shown((0, 0))


def tables(known: list[Counts | None], total: Counts) -> list[tuple[Counts, ...]]:
    """Every way to fill in what is hidden so that the parts add up to the total."""
    free = [number for number, line in enumerate(known) if line is None]
    left = [part - sum(line[place] for line in known if line) for place, part in enumerate(total)]
    choices = [list(product(*(range(most + 1) for most in left))) for _ in free[:-1]]
    found = []
    for chosen in product(*choices):
        last = tuple(most - sum(line[place] for line in chosen) for place, most in enumerate(left))
        if min(last) >= 0:
            filled = iter((*chosen, last))
            found.append(tuple(line if line is not None else next(filled) for line in known))
    return found


_LINES = st.integers(1, 2).flatmap(
    lambda parts: st.lists(st.tuples(*[st.integers(0, 7)] * parts), min_size=1, max_size=4 if parts == 1 else 3)
)


@given(_LINES)
def test_whoever_adds_and_subtracts_what_is_published_finds_no_small_count(found: list[Counts]) -> None:
    lines = {str(number): line for number, line in enumerate(found)}
    shown = shown_lines(lines)
    assert all(may_be_shown(lines[name]) or not any(lines[name]) for name in shown)
    total = total_of(found)
    if not may_be_shown(total):
        return  # nothing to subtract from
    known = [lines[name] if name in shown else None for name in lines]
    possible = tables(known, total) if None in known else [tuple(found)]
    for number, part in product(range(len(found)), range(len(total))):
        if 0 < found[number][part] < 5:
            assert len({table[number][part] for table in possible}) > 1, (known, total)
    rest = total_of([line for name, line in lines.items() if name not in shown] or [(0,) * len(total)])
    assert all(part == 0 or part >= 5 for part in rest)
