"""Corrections change who is paid and where to, of rows that the bank sent back, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from portal.domain.findings import Refused
from portal.intake.corrections import (
    TEMPLATE_COLUMNS,
    Correction,
    PreparedCorrections,
    Returned,
    prepare_corrections,
)
from tests.builders import EAST_STREET, WANGCUN, make_digester, make_person, make_roll_file, rules

RETURNED = {
    (WANGCUN, "K7P2"): Returned(11, WANGCUN, "K7P2", 30400),
    (WANGCUN, "2345"): Returned(12, WANGCUN, "2345", 9500),
    (EAST_STREET, "K7P2"): Returned(13, EAST_STREET, "K7P2", 30400),
}
Correct = Callable[..., PreparedCorrections]


def line(number: int, **changes: Any) -> list[Any]:
    """A line of the template, filled in for a person; the row that stands first in RETURNED."""
    person = make_person(number)
    cells = {
        "batch": "2025-0007",
        "area": WANGCUN,
        "row_code": "K7P2",
        "shown": "张*三",
        "amount": 304,
        "reason": "账号不存在",
        "sheet": "Sheet1",
        "row": 2,
        "name": person.name,
        "id": person.id_number,
        "account": person.account,
    }
    assert changes.keys() <= cells.keys()
    return list((cells | changes).values())


@pytest.fixture
def correct(tmp_path: Path) -> Correct:
    def prepared(*rows: Sequence[Any], kind: str = "xlsx") -> PreparedCorrections:
        path = make_roll_file(tmp_path / f"corrections.{kind}", [TEMPLATE_COLUMNS, *rows])
        found = prepare_corrections(path, "2025-0007", RETURNED, make_digester(), rules().header_map)
        said = repr(found)
        for person in map(make_person, range(10)):
            assert not any(raw in said for raw in (person.name, person.id_number, person.account))
        return found

    return prepared


@pytest.mark.parametrize("kind", ["xlsx", "xls", "csv"])
def test_a_filled_in_line_is_masked_and_keyed_for_the_payment_it_replaces(correct: Correct, kind: str) -> None:
    digester, person = make_digester(), make_person(3)
    found = correct(line(3), kind=kind)
    assert found.corrections == (
        Correction(
            11,
            "买**力",
            digester.person(person.id_number),
            digester.proof(person.id_number, person.name),
            digester.account(person.account),
            digester.tail(person.id_number, person.name, person.account),
            found.corrections[0].sheet,
            2,
        ),
    )
    assert found.findings == ()


def test_lines_left_empty_are_passed_over(correct: Correct) -> None:
    found = correct(line(0, name=None, id=None, account=None), line(1, row_code=2345, amount=95, area=int(WANGCUN)))
    assert [correction.payment for correction in found.corrections] == [12]
    assert found.findings == ()


def test_the_same_row_code_in_another_village_is_another_payment(correct: Correct) -> None:
    found = correct(line(0), line(1, area=EAST_STREET))
    assert [correction.payment for correction in found.corrections] == [11, 13]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"row_code": "ZZZZ"}, "correction.row"),
        ({"area": EAST_STREET, "row_code": "2345"}, "correction.row"),
        ({"id": None}, "id.empty"),
        ({"id": 10**17}, "id.number"),
        ({"id": make_person(0).id_number[:17]}, "id.length"),
        ({"name": "张3"}, "correction.value"),
        ({"name": None}, "correction.value"),
        ({"account": None}, "correction.value"),
        ({"account": "6217********1234"}, "correction.value"),
        ({"account": 10**17}, "correction.value"),
        ({"amount": 305}, "correction.value"),
    ],
)
def test_a_line_that_is_not_right_is_held_with_its_place_and_corrects_nothing(
    correct: Correct, change: dict[str, Any], code: str
) -> None:
    found = correct(line(0, **change), line(1, area=EAST_STREET))
    assert [correction.payment for correction in found.corrections] == [13]
    assert [(f.level, f.code, f.row) for f in found.findings] == [("held", code, 2)]


def test_a_row_corrected_twice_takes_the_first_and_says_so(correct: Correct) -> None:
    found = correct(line(0), line(1))
    assert [correction.row for correction in found.corrections] == [2]
    assert [(f.code, f.row) for f in found.findings] == [("correction.twice", 3)]


def test_the_template_of_another_batch_is_refused_whole(correct: Correct) -> None:
    with pytest.raises(Refused) as refused:
        correct(line(0), line(1, batch="2025-0008"))
    assert [(f.code, f.row) for f in refused.value.findings] == [("correction.batch", 3)]


@pytest.mark.parametrize("missing", ["批次", "行号", "账号"])
def test_a_file_that_is_not_the_template_is_refused(tmp_path: Path, missing: str) -> None:
    header = [column for column in TEMPLATE_COLUMNS if column != missing]
    path = make_roll_file(tmp_path / "other.xlsx", [header, line(0)])
    with pytest.raises(Refused):
        prepare_corrections(path, "2025-0007", RETURNED, make_digester(), rules().header_map)
