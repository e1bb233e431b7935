"""What the public learns of cases: whole quarters, and no number from which a person could be made out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.case_acts import KINDS, OUTCOMES, Kind
from portal.domain.case_statistics import CountedCase
from portal.domain.cases import Case, CaseEvent
from portal.domain.public_cases import (
    PublicLine,
    PublicQuarter,
    Quarter,
    as_of,
    completed_quarters,
    public_quarter,
)
from tests.county import rules

QUARTER = Quarter(2025, 2)
CATEGORIES = rules().categories
_CODES = {kind: [each.code for each in CATEGORIES.values() if each.kind == kind] for kind in KINDS}
Equations = list[dict[str, int]]


def case(kind: Kind = "complaint", category: str = "unpaid", **more: object) -> CountedCase:
    values = {"is_open": False, "decided": date(2025, 5, 1), "days": 9, "in_time": True, "outcome": "", "rating": ""}
    return CountedCase(kind, category, **{**values, **more})  # type: ignore[arg-type]


def published(cases: list[CountedCase], with_discipline: int = 0) -> PublicQuarter:
    return public_quarter(QUARTER, cases, cases, with_discipline, CATEGORIES)


def test_quarters_are_complete_on_the_day_after_their_last() -> None:
    assert QUARTER.last_day == date(2025, 6, 30)
    assert completed_quarters(date(2025, 5, 9), date(2025, 6, 30)) == []
    assert completed_quarters(date(2025, 5, 9), date(2025, 7, 1)) == [QUARTER]
    assert [each.code for each in completed_quarters(date(2024, 12, 31), date(2025, 8, 1))] == [
        "2024Q4", "2025Q1", "2025Q2",
    ]  # fmt: skip
    assert (Quarter(2025, 4).last_day, QUARTER.word) == (date(2025, 12, 31), "2025年第二季度")


def test_what_happens_after_the_quarter_does_not_count() -> None:
    last = QUARTER.last_day
    events = (CaseEvent("accept", last, "x"), CaseEvent("withdraw", last + timedelta(days=1), "reporter"))
    assert as_of(Case("2025-00001", "complaint", last, events=events), last).state == "accepted"


def test_large_numbers_are_shown_as_they_are() -> None:
    paid = [case(outcome="upheld", rating="satisfied", days=4)] * 12 + [case(outcome="explained", in_time=False)] * 6
    asked = [case("consultation", "question", outcome="explained")] * 7
    found = published([*paid, *asked], with_discipline=5)
    assert (found.total.received, found.total.decided, found.total.in_time, found.discipline) == (30, 25, 19, 5)
    complaint = found.kinds[list(KINDS).index("complaint")]
    assert (complaint.received, complaint.in_time, complaint.late, complaint.median_days) == (18, 12, 6, 4)
    assert complaint.satisfied == 12
    assert dict(complaint.outcomes)["予以支持"] == 12
    assert complaint.categories[0] == PublicLine(CATEGORIES["unpaid"].words, 18, 18, 12, 6, 4)


def test_small_numbers_are_hidden_with_one_more() -> None:
    found = published([*[case()] * 9, *[case("consultation", "question")] * 3, *[case("suggestion", "advice")] * 6])
    shown = {line.name: line.received for line in found.kinds}
    assert shown["咨询"] is shown["建议"] is shown["举报"] is None
    assert (shown["投诉求决"], found.total.received) == (9, 18)


def test_a_report_that_went_to_discipline_inspection_is_in_one_number_only() -> None:
    few, many = published([case()] * 20, with_discipline=3), published([case()] * 20, with_discipline=6)
    assert (few.discipline, few.total.received) == (None, 23)
    assert (many.discipline, many.total.received) == (6, 26)
    assert few.kinds[0].received is None, "else three could be subtracted out"


def test_a_quarter_with_hardly_anything_says_nothing() -> None:
    found = published([case()] * 4)
    assert (found.total.received, found.total.decided) == (None, None)
    assert set(numbers(found)) == set()


def test_what_is_hidden_of_a_kind_does_not_add_up_from_its_categories() -> None:
    """Two questions were late, so that the complaints' times are hidden too; shown category by category they would be
    there again."""
    asked = [case("consultation", "question", in_time=number > 1) for number in range(8)]
    kept = [case(category="unpaid", in_time=number > 7) for number in range(20)] + [case(category="amount")] * 9
    found = published([*asked, *kept])
    complaint = found.kinds[list(KINDS).index("complaint")]
    assert (found.total.in_time, found.total.late, complaint.in_time) == (27, 10, None)
    assert [line.in_time for line in complaint.categories] == [None] * len(complaint.categories)


def numbers(found: PublicQuarter) -> Iterator[int]:
    """Every count that is shown."""
    lines = [found.total, *found.kinds, *(below for kind in found.kinds for below in kind.categories)]
    for line in lines:
        for field in fields(line):
            value = getattr(line, field.name)
            if isinstance(value, int):
                yield value
        yield from (count for _, count in line.outcomes if count is not None)
    yield from [found.discipline] if found.discipline is not None else []


def equations(found: PublicQuarter) -> Equations:
    """What is published as sums of the smallest cells: each is {cell: 1}; the number itself does not matter."""
    made: Equations = []

    def add(value: int | float | None, cells: list[str]) -> None:
        if value is not None:
            made.append(dict.fromkeys(cells, 1))

    def timed(line: PublicLine, places: list[str]) -> None:
        add(line.received, [f"came/{place}" for place in places] + ["discipline"] * (line is found.total))
        add(line.decided, [f"went/{place}/{part}" for place in places for part in "tln"])
        add(line.in_time, [f"went/{place}/t" for place in places])
        add(line.late, [f"went/{place}/l" for place in places])

    below = {
        kind: [f"{kind}/{number}" for number in range(max(1, len(line.categories)))] for kind, line in _kinds(found)
    }
    timed(found.total, [place for places in below.values() for place in places])
    add(found.discipline, ["discipline"])
    for kind, line in _kinds(found):
        timed(line, below[kind])
        for place, category in zip(below[kind], line.categories, strict=bool(line.categories)):
            timed(category, [place])
        for word, count in line.outcomes:
            add(count, [f"end/{kind}/{word}"])
        if line.decided is not None:  # outcomes and ratings divide the same cases once more
            made.append({f"end/{kind}/{word}": 1 for word, _ in line.outcomes})
            made.append({f"rated/{kind}/{rating}": 1 for rating in ("satisfied", "unsatisfied", "")})
        add(line.satisfied, [f"rated/{kind}/satisfied"])
        add(line.unsatisfied, [f"rated/{kind}/unsatisfied"])
    return made


def _kinds(found: PublicQuarter) -> list[tuple[str, PublicLine]]:
    return list(zip(KINDS, found.kinds, strict=True))


def computable(made: Equations) -> set[str]:
    """The cells that follow from the equations, by elimination."""
    rows = [{cell: Fraction(factor) for cell, factor in row.items()} for row in made]
    done: list[tuple[str, dict[str, Fraction]]] = []
    while rows:
        row = {cell: factor for cell, factor in rows.pop().items() if factor}
        if not row:
            continue
        pivot = next(iter(row))
        row = {cell: factor / row[pivot] for cell, factor in row.items()}
        rows = [_without(other, pivot, row) for other in rows]
        done = [(name, _without(other, pivot, row)) for name, other in done] + [(pivot, row)]
    return {name for name, row in done if [cell for cell, factor in row.items() if factor] == [name]}


def _without(other: dict[str, Fraction], pivot: str, row: dict[str, Fraction]) -> dict[str, Fraction]:
    factor = other.get(pivot, Fraction(0))
    return (
        {cell: other.get(cell, Fraction(0)) - factor * row.get(cell, 0) for cell in {*other, *row}} if factor else other
    )


def truth(cases: list[CountedCase], with_discipline: int) -> dict[str, int]:
    """How many really stand in each cell."""
    cells: dict[str, int] = {"discipline": with_discipline}
    for each in cases:
        codes = _CODES[each.kind]
        place = f"{each.kind}/{(codes.index(each.category) if each.category in codes else len(codes)) if len(codes) > 1 else 0}"
        timing = {True: "t", False: "l", None: "n"}[each.in_time]
        words = OUTCOMES[each.kind].get(each.outcome, "不予受理或者转到别处")
        for cell in (
            f"came/{place}",
            f"went/{place}/{timing}",
            f"end/{each.kind}/{words}",
            f"rated/{each.kind}/{each.rating}",
        ):
            cells[cell] = cells.get(cell, 0) + 1
    return cells


_SOME = st.sampled_from(list(KINDS)).flatmap(
    lambda kind: st.tuples(
        st.builds(
            case,
            st.just(kind),
            st.sampled_from([*_CODES[kind], "bank"]),
            in_time=st.sampled_from([True, True, True, False, None]),
            outcome=st.sampled_from([*OUTCOMES[kind], ""]),
            rating=st.sampled_from(["satisfied", "unsatisfied", ""]),
        ),
        st.integers(1, 9),
    )
)


@given(st.lists(_SOME, max_size=14), st.integers(0, 9))
def test_whoever_computes_with_what_is_published_finds_nobody(
    found: list[tuple[CountedCase, int]], with_discipline: int
) -> None:
    cases = [each for each, count in found for _ in range(count)]
    quarter = published(cases, with_discipline)
    assert all(number == 0 or number >= 5 for number in numbers(quarter))
    cells = truth(cases, with_discipline)
    small = {cell for cell in computable(equations(quarter)) if 0 < cells.get(cell, 0) < 5}
    assert small == set()


def test_the_attack_itself_finds_what_can_be_found() -> None:
    assert computable([{"a": 1, "b": 1, "c": 1}, {"a": 1}, {"b": 1, "a": 1}]) == {"a", "b", "c"}
    assert computable([{"a": 1, "b": 1, "c": 1}, {"a": 1}]) == {"a"}


@pytest.mark.parametrize("field", [field.name for field in fields(PublicLine)])
def test_a_line_holds_words_of_the_rules_and_numbers_alone(field: str) -> None:
    assert field in {
        "name", "received", "decided", "in_time", "late", "median_days", "outcomes", "satisfied", "unsatisfied",
        "categories",
    }  # fmt: skip
