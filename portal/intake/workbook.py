"""Reads a roll file (.xlsx, .xls, .csv) into plain cells, in a child process with caps, whatever is in it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

from portal.intake.child import Limits, lines_from_child

Cell = str | int | Decimal | None
"""Text as it stands, nothing stripped; whole numbers below 10**15 as int, others as Decimal; dates as ISO text;
TRUE and FALSE and Excel's error words (#N/A) as text. A number of 10**15 and more has lost digits already."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """`rows[i]` is row i + 1 as Excel shows it, column 0 is A. Rows of a .csv may be of different lengths.

    Trailing blank rows are gone. `hidden_rows` is 1-based, `hidden_columns` 0-based, `merged` 0-based and
    inclusive (first row, first column, last row, last column).
    """

    name: str
    visible: bool
    rows: list[list[Cell]]
    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]
    merged: tuple[tuple[int, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Workbook:
    """`encoding` is that of a .csv, else empty. The one sheet of a .csv has no name."""

    kind: Literal["xlsx", "xls", "csv"]
    sheets: tuple[Sheet, ...]
    encoding: str


def read_workbook(path: Path, *, limits: Limits = Limits()) -> Workbook:  # noqa: B008 - frozen
    """Read the file. Raises Refused, code `file.…`, for whatever cannot or must not be read."""
    kind: Literal["xlsx", "xls", "csv"] = "csv"
    encoding = ""
    sheets: list[Sheet] = []
    for line in lines_from_child("portal.intake.reader", path, limits):
        match line:
            case ["rows", block]:
                sheets[-1].rows.extend(block)
            case ["sheet", name, visible, hidden_rows, hidden_columns, merged]:
                ranges = tuple((top, left, bottom, right) for top, left, bottom, right in merged)
                sheets.append(Sheet(name, visible, [], frozenset(hidden_rows), frozenset(hidden_columns), ranges))
            case ["workbook", kind, encoding]:
                pass
    return Workbook(kind, tuple(sheets), encoding)
