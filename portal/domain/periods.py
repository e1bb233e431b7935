"""Periods: the part of a year that a batch pays for, as it is written (2025H1) and as people say it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

PERIOD: Final = re.compile(r"(?P<year>20\d\d)(?:H[12]|Q[1-4]|-(?:0[1-9]|1[0-2]))?(?:\+[1-9])?")


PARTS: Final[Mapping[str, str]] = {
    "": "全年",
    "H1": "上半年",
    "H2": "下半年",
    **{f"Q{number}": f"第{word}季度" for number, word in enumerate("一二三四", start=1)},
    **{f"-{number:02d}": f"{number}月" for number in range(1, 13)},
}
"""The part of a year that a batch pays for, as it is written → as people say it."""


def period_word(period: str) -> str:
    """2025H1 → 2025年上半年."""
    period, _, supplement = period.partition("+")
    year, rest = period[:4], period[4:]
    word = PARTS[rest] if rest else ""
    return f"{year}年{word}" + (f"（第{supplement}次补发）" if supplement else "")
