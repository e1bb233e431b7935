"""Reads an .xlsx: values by calamine, after one streamed pass that measures it and finds what is hidden."""

from __future__ import annotations

import datetime
import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import python_calamine

from portal.domain.findings import Refused
from portal.intake.child import Limits, damaged
from portal.intake.file_kind import encrypted
from portal.intake.package import Package, local
from portal.intake.sheet_scan import SheetScan, check_part, scan_sheet, too_many_cells, too_many_rows

Value = str | int | float | None
WHOLE_NUMBER_LIMIT = 10**15  # beyond it a float no longer holds every digit


class RawSheet(NamedTuple):
    """A sheet as a reader hands it on; rows come lazily, so a large one is never held twice."""

    name: str
    visible: bool
    hidden_rows: list[int]
    hidden_columns: list[int]
    merged: list[tuple[int, int, int, int]]
    rows: Iterator[list[Value]]


def read_xlsx(path: Path, limits: Limits) -> Iterator[RawSheet]:
    """Yield the worksheets in order. Chart sheets hold no cells and are left out."""
    with Package(path, limits) as package:
        places = sheet_parts(package)
        scans = {name: scan_sheet(package, part, limits) for name, part in places.items()}
        scanned = {part.lower() for part in places.values()}
        for part in package.xml_parts():
            if part.lower() not in scanned:
                check_part(package, part)
    try:
        workbook = python_calamine.CalamineWorkbook.from_path(path)
    except python_calamine.PasswordError:
        raise encrypted() from None
    cells = 0
    for sheet in workbook.sheets_metadata:
        if sheet.typ is not python_calamine.SheetTypeEnum.WorkSheet:
            continue
        content = workbook.get_sheet_by_name(sheet.name)
        height, width = _size(content)
        cells += height * width
        if height > limits.rows:
            raise too_many_rows(limits)
        if cells > limits.cells:
            raise too_many_cells(limits)
        scan = scans.get(sheet.name)
        if scan is None:  # calamine sees a sheet that we did not check
            raise damaged()
        yield RawSheet(
            name=sheet.name,
            visible=sheet.visible is python_calamine.SheetVisibleEnum.Visible,
            hidden_rows=sorted(row for row in scan.hidden_rows if row <= height),
            hidden_columns=sorted(column for column in scan.hidden_columns if column < width),
            merged=[(*start, *end) for start, end in content.merged_cell_ranges or []],
            rows=_rows(content, scan),
        )


def sheet_parts(package: Package) -> dict[str, str]:
    """Sheet name → part name, as workbook.xml and its relations say."""
    targets = {}
    for relation in package.tree("xl/_rels/workbook.xml.rels"):
        target = relation.get("Target", "")
        full = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        targets[relation.get("Id", "")] = full
    parts = {}
    for element in package.tree("xl/workbook.xml").iter():
        if local(element.tag) != "sheet":
            continue
        identifier = next((value for key, value in element.items() if key.startswith("{") and local(key) == "id"), "")
        part = targets.get(identifier, "")
        if part not in package:
            raise damaged()
        parts[element.get("name", "")] = part
    return parts


def _size(content: python_calamine.CalamineSheet) -> tuple[int, int]:
    """Rows and columns from A1 to the last cell that holds anything."""
    return (content.end[0] + 1, content.end[1] + 1) if content.end else (0, 0)


def _rows(content: python_calamine.CalamineSheet, scan: SheetScan) -> Iterator[list[Value]]:
    errors: dict[int, list[tuple[int, str]]] = {}
    for (row, column), text in scan.errors.items():
        errors.setdefault(row, []).append((column, text))
    first_row, first_column = content.start or (0, 0)
    width = _size(content)[1]
    for number, values in enumerate(content.iter_rows()):
        # calamine gives the blank rows above the first cell, but not the blank columns to its left
        cells: list[Value] = [None] * (width if number < first_row else first_column)
        if number >= first_row:
            cells += [_plain(value) for value in values]
        for column, text in errors.get(number + 1, ()):
            cells.extend([None] * (column + 1 - len(cells)))
            cells[column] = text
        yield cells


def _plain(value: object) -> Value:
    kind = type(value)
    if kind is str:
        return value or None  # type: ignore[return-value]
    if kind is float:
        return plain_number(value)  # type: ignore[arg-type]
    if kind is int:
        return value  # type: ignore[return-value]
    if kind is bool:
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def plain_number(value: float) -> int | float | str:
    """Whole numbers as int while a float holds every digit; the parent reads what stays float as Decimal."""
    if -WHOLE_NUMBER_LIMIT < value < WHOLE_NUMBER_LIMIT:
        whole = int(value)
        return whole if whole == value else value
    return value if value - value == 0 else str(value)  # inf and nan are no numbers


def no_cells() -> Refused:
    return Refused("文件里没有任何内容：所有工作表都是空的。请检查是否选错了文件，或公式结果没有保存", "file.no_cells")
