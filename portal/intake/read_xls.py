"""Reads an old .xls: xlrd gives values, merged ranges and what is hidden in one pass."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import xlrd
from xlrd.biffh import XLRDError, error_text_from_code
from xlrd.sheet import Sheet as XlrdSheet

from portal.intake.child import Limits, damaged
from portal.intake.file_kind import encrypted
from portal.intake.read_xlsx import RawSheet, Value, plain_number
from portal.intake.sheet_scan import too_many_cells, too_many_rows


def open_xls(path: Path) -> xlrd.Book:
    """Raises Refused when it is protected by a password or damaged."""
    try:
        return xlrd.open_workbook(
            str(path), logfile=io.StringIO(), formatting_info=True, ragged_rows=True, on_demand=True
        )
    except XLRDError as error:
        if "encrypted" in str(error):
            raise encrypted() from None
        raise damaged() from None


def read_xls(path: Path, limits: Limits) -> Iterator[RawSheet]:
    """Yield the worksheets in order."""
    book = open_xls(path)
    cells = 0
    for index in range(book.nsheets):
        sheet = book.sheet_by_index(index)
        cells += sum(sheet.row_len(row) for row in range(sheet.nrows))
        if sheet.nrows > limits.rows:
            raise too_many_rows(limits)
        if cells > limits.cells:
            raise too_many_cells(limits)
        yield RawSheet(
            name=sheet.name,
            visible=sheet.visibility == 0,
            hidden_rows=sorted(row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden and row < sheet.nrows),
            hidden_columns=sorted(
                column
                for column, info in sheet.colinfo_map.items()
                if (info.hidden or info.width == 0) and column < sheet.ncols
            ),
            merged=[(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells],
            rows=_rows(sheet, book.datemode),
        )
        book.unload_sheet(index)


def _rows(sheet: XlrdSheet, datemode: Literal[0, 1]) -> Iterator[list[Value]]:
    for row in range(sheet.nrows):
        cells: list[Value] = []
        for kind, value in zip(sheet.row_types(row), sheet.row_values(row), strict=True):
            cells.append(_plain(kind, value, datemode))
        cells.extend([None] * (sheet.ncols - len(cells)))
        yield cells


def _plain(kind: int, value: object, datemode: Literal[0, 1]) -> Value:
    if kind == xlrd.XL_CELL_TEXT:
        return str(value) or None
    if not isinstance(value, int | float):
        return None
    if kind == xlrd.XL_CELL_NUMBER:
        return plain_number(value)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if value else "FALSE"
    if kind == xlrd.XL_CELL_ERROR:
        return str(error_text_from_code.get(int(value), "#ERROR"))
    if kind == xlrd.XL_CELL_DATE:
        return _date(value, datemode)
    return None


def _date(serial: float, datemode: Literal[0, 1]) -> Value:
    try:
        moment = xlrd.xldate_as_datetime(serial, datemode)
    except (xlrd.xldate.XLDateError, OverflowError, ValueError):
        return plain_number(serial)
    if serial < 1:
        return moment.time().isoformat()
    midnight = moment.hour == moment.minute == moment.second == 0
    return moment.date().isoformat() if midnight else moment.isoformat()
