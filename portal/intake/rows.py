"""From a sheet under its header to raw rows: totals, signatures, repeated headers and blank lines told apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from portal.domain.findings import Finding
from portal.domain.money import grouped, read_number, to_fen
from portal.intake.headers import Header, HeaderMap, clean_header
from portal.intake.workbook import Cell, Sheet

_BLANK = re.compile(r"[\s\u200b-\u200f\ufeff]")
_FILLED_DOWN = ("township", "village", "group", "rate")


class RawRow(NamedTuple):
    """One data row as it stands in the file; lives in memory only. `row` is the number Excel shows."""

    sheet: str
    row: int
    cells: dict[str, Cell]

    def text(self, code: str) -> str:
        cell = self.cells.get(code)
        return "" if cell is None else str(cell)


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
    title_row = {clean_header(str(title))[0] for title in header.titles.values()}
    for index in range(header.first_row, len(sheet.rows)):
        row = sheet.rows[index]
        texts = [(column, str(cell)) for column, cell in enumerate(row) if cell is not None and not _is_blank(cell)]
        if not texts:
            continue
        cells = {code: row[column] for code, column in header.columns.items() if column < len(row)}
        if _is_total(texts, cells, header_map):
            _check_total(found, index + 1, texts, cells, blocks, earlier_fen)
            blocks.append(0)
            continue
        if _is_note(texts, cells, header_map) or _repeats_header(texts, title_row):
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
        fen = amount_fen(cells.get("amount"), header.scale)
        if fen is not None:
            blocks[-1] += fen
    return found


def amount_fen(cell: Cell, scale: Decimal) -> int | None:
    """A cell's amount in 分 (万元 columns scaled); None when it cannot be read as money."""
    number = read_number(cell)
    return None if number is None else to_fen(number * scale)


def _is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not _BLANK.sub("", cell))


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
    if not _is_blank(cells.get("id")) or read_number(cells.get("amount")) is not None:
        return False
    line = "".join(_clean(text) for _, text in texts)
    return any(_clean(word) in line for word in header_map.notes)


def _repeats_header(texts: list[tuple[int, str]], titles: set[str]) -> bool:
    """The header printed again on each page."""
    return len(texts) >= 2 and sum(clean_header(text)[0] in titles for _, text in texts) >= max(2, len(texts) - 1)


def _check_total(
    found: SheetRows,
    row: int,
    texts: list[tuple[int, str]],
    cells: dict[str, Cell],
    blocks: list[int],
    earlier_fen: int,
) -> None:
    """A total row must equal the rows since some earlier total row (sub-totals nest in every way clerks think of)."""
    header = found.header
    stated = amount_fen(cells.get("amount"), header.scale)
    if stated is None:
        return
    is_subtotal = any("小计" in _clean(text) or "本页" in _clean(text) for _, text in texts[:3])
    sums = list(_suffix_sums(blocks))
    if stated in sums or stated == sums[-1] + earlier_fen:
        return
    actual = sums[0] if is_subtotal else sums[-1]
    found.findings.append(
        Finding(
            "fatal",
            "total.mismatch",
            f"这一行写的合计是 {grouped(stated)} 元，逐行相加是 {grouped(actual)} 元，"
            f"差 {grouped(abs(stated - actual))} 元。请核对后重新导入",
            found.sheet.name,
            row,
            header.title("amount"),
        )
    )


def _suffix_sums(blocks: list[int]) -> Iterator[int]:
    total = 0
    for block in reversed(blocks):
        total += block
        yield total


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
