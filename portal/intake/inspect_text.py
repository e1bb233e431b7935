"""Looks through web pages and plain text: tables cell by cell, the rest by line, then what a page does not show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from portal.domain.findings import Refused
from portal.domain.markup import invisible_text, visible_text
from portal.intake.child import Limits
from portal.intake.inspect_cells import Found, kinds_in, look_through_lines, look_through_table
from portal.intake.inspect_sheets import place_in_sheet
from portal.intake.read_csv import decode, read_csv

_TABLE = re.compile(r"<table\b[^<>]*>(.*?)(?:</table\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_ROW = re.compile(r"<tr\b[^<>]*>", re.IGNORECASE)
_CELL = re.compile(r"<t[dh]\b([^<>]*)>", re.IGNORECASE)
_SPAN = re.compile(r"""colspan\s*=\s*["']?(\d{1,2})\b""", re.IGNORECASE)
_TABLE_ENDINGS = (".csv", ".tsv", ".tab")


def look_through_page(path: Path, _limits: Limits) -> Iterator[Found]:
    """An HTML or XML file. Places are tables and cells, else paragraphs as they show."""
    markup, _ = decode(path.read_bytes())
    for number, table in enumerate(_TABLE.findall(markup), 1):
        yield from _table(table, f"第 {number} 个表格")
    outside = visible_text(_TABLE.sub("<hr>", markup))
    yield from look_through_lines(outside.strip("\n"), lambda line: f"段落 {line}")
    for kind in kinds_in(invisible_text(markup)):
        yield Found(kind, "网页源代码（看不见的属性、注释或脚本）")


def _table(table: str, title: str) -> Iterator[Found]:
    rows: list[list[str | int | None]] = []
    for row in _ROW.split(table):
        cells: list[str | int | None] = []
        pieces = _CELL.split(row)
        for attributes, content in zip(pieces[1::2], pieces[2::2], strict=True):
            cells.append(visible_text(content).strip())
            span = _SPAN.search(attributes)
            cells.extend([None] * (int(span[1]) - 1 if span else 0))
        if cells:
            rows.append(cells)
    yield from look_through_table(
        rows,
        lambda row, column: f"{title}第 {row} 行第 {column} 列" if row else f"{title}第 {column} 列",
        lambda index: str(index + 1),
    )


def look_through_text(path: Path, limits: Limits) -> Iterator[Found]:
    """A .csv as a table; other text by line, also as a table when most lines hold tabs."""
    text, _ = decode(path.read_bytes())
    lines = list(islice((line for line in text.splitlines() if line.strip()), 20))
    tabbed = sum("\t" in line for line in lines) * 2 > len(lines)
    if path.suffix.lower() in _TABLE_ENDINGS or tabbed:
        try:
            sheet, _ = read_csv(path, limits)
            found = list(look_through_table(sheet.rows, place_in_sheet(sheet)))
        except Refused:  # quotes that do not pair: text all the same
            pass
        else:
            yield from found
            return
    yield from look_through_lines(text, lambda line: f"第 {line} 行")
