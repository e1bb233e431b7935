"""The child that reads one roll file: `python -m portal.intake.reader FILE LIMITS`, JSON lines out.

Blank rows after the last row that holds anything are dropped; blank rows between others keep their place, so
that row numbers stay those Excel shows. A cell of white space only counts as blank here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from portal.domain.findings import Refused
from portal.intake.child import Limits, say, serve
from portal.intake.file_kind import roll_kind
from portal.intake.read_csv import read_csv
from portal.intake.read_xls import read_xls
from portal.intake.read_xlsx import RawSheet, Value, no_cells, read_xlsx

BLOCK = 1_000  # rows a line: large enough to be quick, small enough that neither side holds a sheet twice


def main() -> None:
    serve(read, sys.argv[1:])


def read(path: Path, limits: Limits) -> None:
    """Say the workbook line by line: ["workbook", …], then ["sheet", …] and ["rows", …] for each sheet."""
    kind = roll_kind(path)
    sheets: Iterator[RawSheet]
    encoding = ""
    if kind == "xlsx":
        sheets = read_xlsx(path, limits)
    elif kind == "xls":
        sheets = read_xls(path, limits)
    else:
        sheet, encoding = read_csv(path, limits)
        sheets = iter([sheet])
    say(["workbook", "csv" if kind == "text" else kind, encoding])
    some = False
    for sheet in sheets:
        say(["sheet", sheet.name, sheet.visible, sheet.hidden_rows, sheet.hidden_columns, sheet.merged])
        for block in _blocks(_without_trailing_blanks(sheet.rows), limits):
            some = True
            say(["rows", block])
    if not some:
        raise no_cells()


def _without_trailing_blanks(rows: Iterator[list[Value]]) -> Iterator[list[Value]]:
    waiting: list[list[Value]] = []
    for row in rows:
        waiting.append(row)
        if any(cell is not None and (type(cell) is not str or not cell.isspace()) for cell in row):
            yield from waiting
            waiting = []


def _blocks(rows: Iterator[list[Value]], limits: Limits) -> Iterator[list[list[Value]]]:
    block: list[list[Value]] = []
    for row in rows:
        for cell in row:
            if type(cell) is str and len(cell) > limits.cell_characters:
                raise Refused(
                    f"有单元格的文字超过 {limits.cell_characters} 个字，不像清册内容，没有读取。请检查并删去过长的文字",
                    "file.cell_too_long",
                )
        block.append(row)
        if len(block) == BLOCK:
            yield block
            block = []
    if block:
        yield block


if __name__ == "__main__":
    main()
