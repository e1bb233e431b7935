"""Money: integer 分 inside, Decimal at the edges, never float."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Final

_NOISE = re.compile(r"[\s,，'’¥￥元]")
_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_MAX_YUAN: Final = Decimal(10) ** 10
"""No roll comes to ten thousand million yuan; a phone number in the wrong column does."""


def read_number(cell: str | int | Decimal | None) -> Decimal | None:
    """A number from a cell ("１，２３４.50 元" included); None when the cell holds none."""
    if cell is None:
        return None
    if isinstance(cell, int | Decimal):
        return Decimal(cell)
    text = _NOISE.sub("", unicodedata.normalize("NFKC", cell))
    if not re.fullmatch(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,2})?", text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:  # pragma: no cover - the pattern admits only what Decimal reads
        return None


def to_fen(yuan: Decimal) -> int | None:
    """Yuan as 分; None when it is not a whole number of 分 within reason.

    Spreadsheets compute in binary: 0.1+0.2 arrives as 0.30000000000000004, so a millionth of a 分 is let pass.
    """
    if not yuan.is_finite() or abs(yuan) > _MAX_YUAN:
        return None
    fen = (yuan * 100).quantize(Decimal(1))
    return int(fen) if abs(yuan * 100 - fen) < Decimal("0.000001") else None


def plain(fen: int) -> str:
    """304.00: for rows, tables that are added up, and CSV."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def grouped(fen: int) -> str:
    """1,234,567.00: for totals that people read."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def number(value: Decimal) -> str:
    """A quantity or rate without trailing noughts: 3.20 → 3.2, 100 → 100."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def capitals(fen: int) -> str:
    """The amount in banker's capitals (大写), as cheques and notices write it: 壹仟零贰元整."""
    if fen < 0:
        return "负" + capitals(-fen)
    yuan, rest = divmod(fen, 100)
    jiao, cents = divmod(rest, 10)
    text = _integer_capitals(yuan) + "元" if yuan or not rest else ""
    if not rest:
        return text + "整"
    if jiao:
        text += _DIGITS[jiao] + "角"
    elif yuan:
        text += "零"
    return text + (_DIGITS[cents] + "分" if cents else "整")


def _integer_capitals(value: int) -> str:
    if value == 0:
        return "零"
    sections = []
    while value:
        value, section = divmod(value, 10_000)
        sections.append(section)
    text = ""
    gap = False
    for index in range(len(sections) - 1, -1, -1):
        section = sections[index]
        if section == 0:
            gap = bool(text)
            continue
        if text and (gap or section < 1000):
            text += "零"
        gap = False
        text += _section_capitals(section) + ("", "万", "亿", "万亿")[index]
    return text


def _section_capitals(section: int) -> str:
    text = ""
    gap = False
    for power, unit in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit, section = divmod(section, power)
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + unit
            gap = False
        else:
            gap = True
    return text
