"""Columns of a bank file without a header, told by what their cells hold."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from portal.domain.identity import clean_name, is_name
from portal.domain.money import read_number
from portal.intake.header_map import clean_header
from portal.intake.headers import Header
from portal.intake.workbook import Cell, Sheet

_SAMPLED_ROWS: Final = 200


def header_from_content(sheet: Sheet, statuses: Mapping[str, str]) -> Header | None:
    """Account, name and amount, with status and reason where the file has them; None when the three are not there.

    `statuses` are the words and codes that banks write for results. A last column of text is the reason.
    """
    rows = [row for row in sheet.rows if any(cell is not None for cell in row)][:_SAMPLED_ROWS]
    columns: dict[str, int] = {}
    for column in range(max((len(row) for row in rows), default=0)):
        cells = [row[column] for row in rows if column < len(row) and row[column] is not None]
        kind = _kind(cells, statuses)
        if kind == "amount" and "amount" in columns and all(_is_code(cell) for cell in cells):
            kind = "status"
        if kind == "name" and "name" in columns:
            kind = "reason"
        if kind and (kind == "reason" or kind not in columns):
            columns[kind] = column
        elif not cells and "amount" in columns:
            columns["reason"] = column  # nobody in the sample failed
    if {"account", "name", "amount"} <= columns.keys():
        return Header(columns, {}, 0, Decimal(1), "")
    return None


def _kind(cells: Sequence[Cell], statuses: Mapping[str, str]) -> str:
    if not cells or _counts_up(cells):
        return ""
    texts = [str(cell) for cell in cells]
    if all(re.fullmatch(r"[\d*\s]{12,30}", text) for text in texts):
        return "account"
    if all(re.fullmatch(r"20\d{6}|20\d\d[-/]\d\d?[-/]\d\d?.*", text) for text in texts):
        return "date"
    if all(read_number(cell) is not None for cell in cells):
        return "amount"
    if all(clean_header(text)[0] in statuses for text in texts):
        return "status"
    return "name" if all(is_name(clean_name(text)) for text in texts) else "reason"


def _counts_up(cells: Sequence[Cell]) -> bool:
    """1, 2, 3 …: the serial numbers of the lines."""
    numbers = [read_number(cell) for cell in cells]
    return len(cells) > 1 and all(number == place for place, number in enumerate(numbers, start=1))


def _is_code(cell: Cell) -> bool:
    return bool(re.fullmatch(r"\d{1,4}", str(cell)))
