"""From a sheet under its header to raw rows: totals, signatures, repeated headers and blank lines told apart."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import accumulate
from typing import NamedTuple

from portal.domain.findings import Finding
from portal.domain.money import grouped, read_number, to_fen
from portal.intake.header_map import HeaderMap, clean_header
from portal.intake.headers import Header
from portal.intake.workbook import Cell, Sheet

_BLANK = re.compile(r"[\s\u200b-\u200f\ufeff]")
_NOT_BLANK = re.compile(r"[^\s\u200b-\u200f\ufeff]")
_COLUMN_NUMBER = re.compile(r"栏次|[甲乙丙丁戊己庚]|\(?\d{1,2}\)?(?:=.*)?|[A-Z](?:=.*)?")
_FILLED_DOWN = ("township", "village", "group", "rate")


class RawRow(NamedTuple):
    """One data row as it stands in the file; lives in memory only. `row` is the number Excel shows."""

    sheet: str
    row: int
    cells: dict[str, Cell]

    def text(self, code: str) -> str:
        cell = self.cells.get(code)
        return "" if cell is None else str(cell)


class _Total(NamedTuple):
    """A total row: what it says, and how many blocks of rows were closed by then (its own included)."""

    row: int
    fen: int
    blocks: int
    is_subtotal: bool


@dataclass
class SheetRows:
    """What a sheet holds below its header."""

    sheet: Sheet
    header: Header
    rows: list[RawRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read_rows(sheet: Sheet, header: Header, header_map: HeaderMap, earlier_fen: int = 0) -> SheetRows:
    """Every data row of a sheet. Total rows are checked against the rows above and then left out.

    `earlier_fen` is what the sheets before hold: the last sheet's grand total may mean all of them.
    """
    found = SheetRows(sheet, header)
    filled = _merged_values(sheet, header)
    blocks: list[int] = [0]
    totals: list[_Total] = []
    printed = {clean_header(str(cell))[0] for row in sheet.rows[: header.first_row] for cell in row if cell is not None}
    for index in range(header.first_row, len(sheet.rows)):
        row = sheet.rows[index]
        texts = [(column, str(cell)) for column, cell in enumerate(row) if cell is not None and not _is_blank(cell)]
        if not texts:
            continue
        cells = {code: row[column] for code, column in header.columns.items() if column < len(row)}
        if _is_total(texts, cells, header_map):
            stated = amount_fen(cells.get("amount"), header.scale)
            if stated is not None:
                is_subtotal = any("小计" in _clean(text) or "本页" in _clean(text) for _, text in texts[:3])
                totals.append(_Total(index + 1, stated, len(blocks), is_subtotal))
            blocks.append(0)
            continue
        fen = amount_fen(cells.get("amount"), header.scale)
        if fen is None and (_is_note(texts, cells, header_map) or _repeats_header(texts, printed)):
            continue
        if not found.rows and _numbers_the_columns(texts):
            continue
        if all(_is_blank(cells.get(code)) for code in ("name", "id", "amount")):
            found.findings.append(
                Finding("note", "row.skipped", "这一行没有姓名、证件号和金额，没有读入", sheet.name, index + 1)
            )
            continue
        for code in _FILLED_DOWN:
            if _is_blank(cells.get(code)) and (index, code) in filled:
                cells[code] = filled[index, code]
        found.rows.append(RawRow(sheet.name, index + 1, cells))
        if fen is not None:
            blocks[-1] += fen
    _check_totals(found, totals, blocks, earlier_fen)
    return found


def amount_fen(cell: Cell, scale: Decimal) -> int | None:
    """A cell's amount in 分 (万元 columns scaled); None when it cannot be read as money."""
    number = read_number(cell)
    return None if number is None else to_fen(number * scale)


def _is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and _NOT_BLANK.search(cell) is None)


def _clean(text: str) -> str:
    return _BLANK.sub("", unicodedata.normalize("NFKC", text))


def _is_total(texts: list[tuple[int, str]], cells: dict[str, Cell], header_map: HeaderMap) -> bool:
    """合计 and the like in one of the first cells, and no ID number: a person is never called 合计."""
    if not _is_blank(cells.get("id")) and len(_clean(str(cells["id"]))) >= 15:
        return False
    return any(
        _clean(text).strip("【】[]()").startswith(header_map.totals)
        or _clean(text).rstrip(":").endswith(header_map.totals)
        for _, text in texts[:3]
        if len(_clean(text)) <= 16
    )


def _is_note(texts: list[tuple[int, str]], cells: dict[str, Cell], header_map: HeaderMap) -> bool:
    """A signature or remark line: says so in words and holds neither an ID number nor an amount."""
    if any(ch.isdigit() for ch in str(cells.get("id"))) or read_number(cells.get("amount")) is not None:
        return False
    line = "".join(_clean(text) for _, text in texts)
    return any(_clean(word) in line for word in header_map.notes)


def _repeats_header(texts: list[tuple[int, str]], printed: set[str]) -> bool:
    """The header, or the title above it, printed again on each page."""
    again = sum(clean_header(text)[0] in printed for _, text in texts)
    return again == len(texts) or again >= max(2, len(texts) - 1)


def _numbers_the_columns(texts: list[tuple[int, str]]) -> bool:
    """The line under a header that numbers its columns: 栏次 甲 乙 1 2 3=1×2."""
    return len(texts) >= 3 and all(_COLUMN_NUMBER.fullmatch(_clean(text)) for _, text in texts)


def _check_totals(found: SheetRows, totals: list[_Total], blocks: list[int], earlier_fen: int) -> None:
    """A total must equal the rows since some earlier total (sub-totals nest in every way clerks think of), or, where
    it stands above what it adds up, the rows down to some later one."""
    running = [0, *accumulate(blocks)]
    first = {fen: place for place, fen in reversed(list(enumerate(running)))}
    last = {fen: place for place, fen in enumerate(running)}
    for total in totals:
        here = running[total.blocks]
        is_above = first.get(here - total.fen, len(running)) < total.blocks or total.fen == here + earlier_fen
        is_below = last.get(here + total.fen, 0) > total.blocks
        if is_above or is_below:
            continue
        if here == 0:
            actual = blocks[total.blocks] if total.is_subtotal else running[-1]
        else:
            actual = blocks[total.blocks - 1] if total.is_subtotal else here
        found.findings.append(
            Finding(
                "fatal",
                "total.mismatch",
                f"这一行写的合计是 {grouped(total.fen)} 元，逐行相加是 {grouped(actual)} 元，"
                f"差 {grouped(abs(total.fen - actual))} 元。请核对后重新导入",
                found.sheet.name,
                total.row,
                found.header.title("amount"),
            )
        )


def _merged_values(sheet: Sheet, header: Header) -> dict[tuple[int, str], Cell]:
    """Values that a merged cell spreads downwards, by (row index, field)."""
    fields = {column: code for code, column in header.columns.items() if code in _FILLED_DOWN}
    values: dict[tuple[int, str], Cell] = {}
    for top, left, bottom, _ in sheet.merged:
        if left in fields and bottom > top >= header.first_row and top < len(sheet.rows):
            value = sheet.rows[top][left] if left < len(sheet.rows[top]) else None
            for row in range(top + 1, bottom + 1):
                values[row, fields[left]] = value
    return values
