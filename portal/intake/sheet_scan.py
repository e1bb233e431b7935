"""Reads in an .xlsx what the fast reader leaves out: how far a sheet claims to go, what is hidden, error cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from portal.domain.findings import Refused
from portal.intake.child import Limits
from portal.intake.package import Package, bomb, refuse_declarations

_HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")
_NO_HEIGHT = re.compile(rb"""\sht\s*=\s*["']0(?:\.0*)?["']""")
_NO_WIDTH = re.compile(rb"""\swidth\s*=\s*["']0(?:\.0*)?["']""")
_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d{1,9})["']""")
_SPAN = re.compile(rb"""\s(min|max)\s*=\s*["'](\d{1,9})["']""")
_PREFIX = re.compile(rb"<(\w+:)?worksheet\b")
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Z]{1,3})(\d{1,9})["']""")
LAST_COLUMN = 16_384
LONGEST_ELEMENT = 8 * 1024 * 1024


@dataclass
class SheetScan:
    """What one streamed pass over a sheet's XML found. Rows are 1-based, columns 0-based."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)  # 1-based row, 0-based column → #N/A


def too_many_rows(limits: Limits) -> Refused:
    return Refused(
        f"工作表的行数超过 {limits.rows} 行（可能是大片空白行），没有读取。"
        "请选中最后一行数据以下的空白行，删除后保存再试；确有这么多数据的，请拆成几个文件",
        "file.too_many_rows",
    )


def too_many_cells(limits: Limits) -> Refused:
    return Refused(
        f"工作簿的单元格超过 {limits.cells} 个（可能是大片空白区域），没有读取。"
        "请删去数据右边和下边的空白列、空白行，或拆成几个文件",
        "file.too_many_cells",
    )


def column_letters(column: int) -> str:
    """0 → A, 26 → AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """A → 0, AA → 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def check_part(package: Package, name: str) -> None:
    """Inflate a part that nobody scans, so that its real size and content are known to be harmless."""
    tail = b""
    for piece in package.stream(name):
        refuse_declarations(piece[:4] if not tail else b"", tail + piece)
        tail = piece[-16:]


def scan_sheet(package: Package, name: str, limits: Limits) -> SheetScan:
    """One pass over the sheet. Raises Refused when it claims more rows than allowed.

    A row counts when it holds cells, blank or not; rows that only carry a height do not.
    """
    scan = SheetScan()
    last, rows = 0, 0
    row_tag = error_cell = None
    for text in _whole_elements(package.stream(name)):
        refuse_declarations(b"" if row_tag else text[:4], text)
        if row_tag is None or error_cell is None:
            found = _PREFIX.search(text)
            prefix = (found[1] or b"") if found else b""
            row_tag = re.compile(rb"<" + prefix + rb"row\b[^>]*>")
            error_cell = re.compile(
                rb"<%bc\b([^>]*\st\s*=\s*[\"']e[\"'][^>]*)>(?:<%bf\b[^>]*>(?:[^<]*</%bf>)?)?<%bv>([^<]*)<"
                % ((prefix,) * 4)
            )
            _note_hidden_columns(text, prefix, scan)
        for tag in row_tag.findall(text):
            number = _NUMBER.search(tag)
            last = int(number[1]) if number else last + 1
            if not tag.endswith(b"/>"):
                rows = max(rows, last)
            if (b"hidden" in tag and _HIDDEN.search(tag)) or _NO_HEIGHT.search(tag):
                scan.hidden_rows.add(last)
        if rows > limits.rows or len(scan.hidden_rows) > 2_000_000:
            raise too_many_rows(limits)
        if b't="e"' in text or b"t='e'" in text:
            for attributes, value in error_cell.findall(text):
                if place := _PLACE.search(attributes):
                    key = int(place[2]), column_number(place[1].decode())
                    scan.errors[key] = value.decode("utf-8", "replace")
    return scan


def _note_hidden_columns(text: bytes, prefix: bytes, scan: SheetScan) -> None:
    for tag in re.findall(rb"<" + prefix + rb"col\b[^>]*>", text):
        if not (_HIDDEN.search(tag) or _NO_WIDTH.search(tag)):
            continue
        span = {name: int(number) for name, number in _SPAN.findall(tag)}
        first, last = span.get(b"min", 1), span.get(b"max", 1)
        scan.hidden_columns.update(range(first - 1, min(last, LAST_COLUMN)))


def _whole_elements(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes, cut so that no row (or, in a huge row, no tag) is split."""
    rest = b""
    for piece in pieces:
        text = rest + piece
        cut = text.rfind(b"</row>")
        cut = cut + 6 if cut >= 0 else text.rfind(b"<")
        if cut <= 0:
            if len(text) > LONGEST_ELEMENT:
                raise bomb()
            rest = text
            continue
        rest = text[cut:]
        yield text[:cut]
    yield rest
