"""Looks through tables and text for personal data and says where it stands, never what it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from portal.domain.personal_data import PROVINCES, find_personal_data
from portal.intake.name_columns import ColumnOfNames
from portal.intake.sheet_scan import column_letters

CellValue = str | int | float | Decimal | None
_MASKS = "*＊×xX●○■□#？?"
_PARTLY = re.compile(rf"(?<![0-9A-Za-z])[0-9{_MASKS}]{{8,24}}(?![0-9A-WYZa-wyz])")
_RUN_OF_MASKS = re.compile(rf"[{_MASKS}]{{2,}}")
_ROUNDED = re.compile(r"\d(?:\.\d+)?[eE]\+?(\d\d)")


class Found(NamedTuple):
    """kind: id · partial-id · account · phone · name · unreadable."""

    kind: str
    place: str


def kinds_in(text: str) -> Iterator[str]:
    """The kind of every piece of personal data in the text, one for each piece."""
    for hit in find_personal_data(text):
        yield hit.kind
    for part in _PARTLY.finditer(text):
        if _is_partial_id(part[0]):
            yield "partial-id"


def _is_partial_id(text: str) -> bool:
    """A masked ID number that still shows the area and more, or the birth date. Masked cards and phones are not."""
    if not _RUN_OF_MASKS.search(text) or sum(char.isdigit() for char in text) < 4:
        return False
    start = re.match(r"\d*", text)
    shown = start[0] if start else ""
    if shown and shown[:2] not in PROVINCES:
        return False
    if len(text) in (15, 18):
        return True
    # Masked with fewer or more stars than digits: the first six must stand, and 62… may be a card.
    return len(text) not in (16, 17, 19) and len(shown) >= 6 and not (shown.startswith("62") and len(shown) < 10)


def kinds_in_cell(value: CellValue, header: str) -> Iterator[str]:
    """Kinds in one cell; `header` is what its column is said to hold. Numbers that lost digits count as well."""
    if isinstance(value, str):
        if len(value) < 7:
            return
        rounded = _ROUNDED.fullmatch(value.strip())
        if not rounded:
            found = list(kinds_in(value))
            yield from found or _by_header(value, header)
            return
        value = Decimal(value.strip())
    if value is None:
        return
    number = _whole(value)
    digits = str(number) if number is not None else ""
    if len(digits) in (17, 18, 19) and not isinstance(value, int):
        yield from _rounded_kinds(digits, header)
    elif len(digits) >= 7:
        found = list(kinds_in(digits))
        yield from found or _by_header(digits, header)


def _whole(value: int | float | Decimal) -> int | None:
    try:
        exact = Decimal(str(value))
        return int(exact) if exact == exact.to_integral_value() and abs(exact) < Decimal(10) ** 19 else None
    except (InvalidOperation, ValueError):
        return None


def _rounded_kinds(digits: str, header: str) -> Iterator[str]:
    """Excel keeps 15 digits of a number: the area and the birth date of an ID survive, its check digit does not."""
    if header == "account":
        yield "account"
    elif header == "id" or _begins_like_an_id(digits):
        yield "id"
    elif digits.startswith("62"):
        yield "account"


def _begins_like_an_id(digits: str) -> bool:
    """Nothing else in a table has 18 digits, a province in front and a year of birth behind the area."""
    return len(digits) == 18 and digits[:2] in PROVINCES and 1900 <= int(digits[6:10]) <= 2100


def _by_header(text: str, header: str) -> Iterator[str]:
    """Under a header that says so, even a mistyped ID number or a passbook number is one."""
    digits = re.sub(r"[\s\-]", "", text)
    if header == "id":
        if re.fullmatch(r"\d{14,19}[xX]?", digits):
            yield "id"
        elif _RUN_OF_MASKS.search(digits) and sum(char.isdigit() for char in digits) >= 4:
            yield "partial-id"
    elif header == "account" and re.fullmatch(r"\d{8,30}", digits):
        yield "account"


def look_through_table(
    rows: Iterable[Sequence[CellValue]],
    place_of: Callable[[int, str], str],
    columns: Callable[[int], str] = column_letters,
) -> Iterator[Found]:
    """Everything in a table. `place_of(row, column)` names a place; row 0 stands for the whole column."""
    names: dict[int, ColumnOfNames] = {}
    for number, row in enumerate(rows, 1):
        boxes = 0
        for index, value in enumerate(row):
            if value is None or value == "":
                boxes = 0
                continue
            column = names.get(index)
            if column is None:
                column = names[index] = ColumnOfNames()
            if isinstance(value, str) and len(value) <= 40:
                column.add(value)
            for kind in kinds_in_cell(value, column.header):
                yield Found(kind, place_of(number, columns(index)))
            boxes = boxes + 1 if len(str(value).strip()) == 1 else 0
            if boxes == 15:
                yield from _in_boxes(row, index - 14, number, place_of, columns)
    for index, column in sorted(names.items()):
        if column.holds_full_names:
            yield Found("name", place_of(0, columns(index)))


def _in_boxes(
    row: Sequence[CellValue],
    first: int,
    number: int,
    place_of: Callable[[int, str], str],
    columns: Callable[[int], str],
) -> Iterator[Found]:
    """One number written one digit a cell."""
    last = first
    while last + 1 < len(row) and len(str(row[last + 1] if row[last + 1] is not None else "").strip()) == 1:
        last += 1
    text = "".join(str(value).strip() for value in row[first : last + 1])
    for kind in kinds_in(text):
        yield Found(kind, place_of(number, f"{columns(first)}–{columns(last)}"))


def look_through_lines(text: str, place_of: Callable[[int], str]) -> Iterator[Found]:
    """Everything in running text, by line (1-based)."""
    for number, line in enumerate(text.split("\n"), 1):
        for kind in kinds_in(line):
            yield Found(kind, place_of(number))
