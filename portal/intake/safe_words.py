"""Words of a file that are kept or said again: names of sheets and groups. Never a name or a number of a person."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Final

from portal.domain.identity import clean_name
from portal.domain.personal_data import find_personal_data
from portal.intake.name_columns import looks_like_a_name
from portal.intake.workbook import Sheet, Workbook

_LONGEST_NAME: Final = 25
_A_LIST: Final = re.compile("[表册细单总汇页]$")


def with_safe_sheet_names(workbook: Workbook, places: Collection[str] = ()) -> Workbook:
    """A sheet whose name holds a number of somebody's, or a name (of somebody in the file, or all by itself), is called by its place.
    `places` are names of villages, which sheets are named after rightly."""
    sheets = workbook.sheets
    suspects = {sheet.name for sheet in sheets if sheet.name and sheet.name not in places}
    people = _names_within(suspects, sheets, places) if suspects else set()
    return replace(
        workbook,
        sheets=tuple(
            replace(sheet, name=f"第{place}张表") if sheet.name in suspects and _tells(sheet.name, people) else sheet
            for place, sheet in enumerate(sheets, start=1)
        ),
    )


def unsafe_groups(groups: Iterable[str], names: Collection[str]) -> set[str]:
    """Groups whose name holds the name of somebody in the list."""
    return {group for group in groups if any(part in names for part in _parts(group))}


def _names_within(words: set[str], sheets: Iterable[Sheet], places: Collection[str]) -> set[str]:
    """The cells that stand within one of the words and look like a name."""
    joined = "\n".join(clean_name(word) for word in words)
    found = {
        cell
        for sheet in sheets
        for row in sheet.rows
        for cell in row
        if isinstance(cell, str) and 2 <= len(cell) <= _LONGEST_NAME and clean_name(cell) in joined
    }
    return {clean_name(cell) for cell in found if cell not in places and looks_like_a_name(cell)}


def _tells(word: str, people: set[str]) -> bool:
    if find_personal_data(word) or any(name in clean_name(word) for name in people):
        return True
    return looks_like_a_name(word) and not _A_LIST.search(word)


def _parts(word: str) -> Iterable[str]:
    return (word[start:end] for start in range(len(word)) for end in range(start + 2, len(word) + 1))
