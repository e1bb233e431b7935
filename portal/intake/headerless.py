"""Lists without a header: columns told by what their cells hold, or by what a person said of each place."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Final

from portal.domain.identity import clean_name, is_name, read_id
from portal.domain.masking import mask_name
from portal.domain.money import read_number
from portal.intake.header_map import clean_header
from portal.intake.headers import Header
from portal.intake.workbook import Cell, Sheet

_SAMPLED_ROWS: Final = 200
_WIDEST: Final = 30
_SHOWN_LINES: Final = 5
_LONGEST_NUMBER: Final = 7
"""Digits that a person may see of a number: amounts have no more, and everything that tells who somebody is has."""
_PLACE: Final = re.compile(r"第(\d{1,2})列")
_LOOKS: Final = {"id": "身份证号", "account": "账号", "amount": "金额或数量", "name": "姓名", "date": "日期"}


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


def header_from_places(sheet: Sheet, named: Mapping[str, str]) -> Header | None:
    """The header of a list that has none, where somebody said by place (field → 第3列) what its columns are; None where
    nothing, or something else, was said. The list starts with the first line that has an amount."""
    places = {code: match for code, title in named.items() if (match := _PLACE.fullmatch(title))}
    if "amount" not in places or not {"name", "id", "account"} & places.keys():
        return None
    columns = {code: int(match[1]) - 1 for code, match in places.items()}
    amount = columns["amount"]
    numbers = (len(row) > amount and read_number(row[amount]) is not None for row in sheet.rows)
    first = next((index for index, is_number in enumerate(numbers) if is_number), 0)
    return Header(columns, {column: f"第{column + 1}列" for column in columns.values()}, first, Decimal(1), "")


def place_choices(sheet: Sheet) -> dict[str, str]:
    """What a person may say a column of a list without a header is: 第3列 → how it looks."""
    rows = [row for row in sheet.rows if sum(cell is not None for cell in row) > 1][:_SAMPLED_ROWS]
    found = {}
    for column in range(min(max((len(row) for row in rows), default=0), _WIDEST)):
        cells = [row[column] for row in rows if column < len(row) and row[column] is not None]
        ids = sum(bool(read_id(cell).value) for cell in cells)
        kind = "id" if cells and ids * 2 > len(cells) else _kind(cells, {})
        found[f"第{column + 1}列"] = f"第 {column + 1} 列" + (f"（像{_LOOKS[kind]}）" if kind in _LOOKS else "")
    return found


def masked_lines(sheet: Sheet, places: Collection[str]) -> tuple[tuple[str, ...], ...]:
    """The first lines of a list, so that a person can tell its columns: places in full, texts masked like names, long
    numbers by their length."""
    rows = [row for row in sheet.rows if sum(cell is not None for cell in row) > 1][:_SHOWN_LINES]
    width = min(max((len(row) for row in rows), default=0), _WIDEST)
    return tuple(tuple(_masked(row[c] if c < len(row) else None, places) for c in range(width)) for row in rows)


def _masked(cell: Cell, places: Collection[str]) -> str:
    text = "" if cell is None else str(cell).strip()
    if text in places:
        return text
    digits = sum(ch.isdigit() or ch in "Xx" for ch in text)
    if digits > _LONGEST_NUMBER:
        return f"{digits}位号码"
    if read_number(text) is not None:
        return text
    name = clean_name(text)
    return mask_name(name) if is_name(name) else re.sub(r"\d", "*", text[:1]) + "…" * (len(text) > 1)


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
