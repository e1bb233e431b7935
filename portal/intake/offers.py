"""What a person may choose where the reading of a file was wrong: its sheets, its headers, or places of columns."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from portal.domain.personal_data import find_personal_data
from portal.intake.header_map import HeaderMap
from portal.intake.headerless import masked_lines, place_choices
from portal.intake.headers import column_choices
from portal.intake.name_columns import looks_like_a_name
from portal.intake.workbook import Sheet, Workbook

ROLL_COLUMNS: Final = ("name", "id", "amount")
_LONGEST_CHOICE: Final = 60
_NAME_LENGTH: Final = 3
"""Shorter words in a header row that begin like a name are headers (钱数, 应发)."""


class OfferedSheet(NamedTuple):
    """A sheet that may be read, with how many lines it has."""

    name: str
    visible: bool
    rows: int


def first_lines(workbook: Workbook, header_map: HeaderMap, places: Collection[str] = ()) -> tuple[tuple[str, ...], ...]:
    """The first lines, masked, of a file in which no list has a header; else nothing. `places` may be shown in full."""
    sheet = _headerless(workbook, header_map)
    return masked_lines(sheet, places) if sheet else ()


def _headerless(workbook: Workbook, header_map: HeaderMap) -> Sheet | None:
    """The first sheet to look at where none that can be seen has a header."""
    visible = [sheet for sheet in workbook.sheets if sheet.visible and sheet.rows]
    if any(column_choices(sheet, header_map, ROLL_COLUMNS) for sheet in visible):
        return None
    return next(iter(visible), None)


def safe_choices(workbook: Workbook, header_map: HeaderMap) -> dict[str, str]:
    """The headers that every visible list of the file has, or the places where none has a header. What looks like a
    person's name or number is no header."""
    if (sheet := _headerless(workbook, header_map)) is not None:
        return place_choices(sheet)
    found = [column_choices(sheet, header_map, ROLL_COLUMNS) for sheet in workbook.sheets if sheet.visible]
    lists = [choices for choices in found if choices]
    known = {name for field in header_map.fields for name in field.names}
    return {
        choice: words
        for choice, words in (lists[0] if lists else {}).items()
        if all(choice in other for other in lists)
        and not find_personal_data(words)
        and len(choice) <= _LONGEST_CHOICE
        and (choice in known or len(choice) < _NAME_LENGTH or not looks_like_a_name(choice))
    }
