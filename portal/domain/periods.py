"""Periods: the part of a year that a batch pays for, as it is written (2025H1) and as people say it."""

from __future__ import annotations

import re
from typing import Final

PERIOD: Final = re.compile(r"(?P<year>20\d\d)(?:H[12]|Q[1-4]|-(?:0[1-9]|1[0-2]))?(?:\+[1-9])?")


def period_word(period: str) -> str:
    """2025H1 → 2025年上半年."""
    period, _, supplement = period.partition("+")
    year, rest = period[:4], period[4:]
    word = {"": "", "H1": "上半年", "H2": "下半年"}.get(rest)
    if word is None:
        word = f"第{'一二三四'[int(rest[1]) - 1]}季度" if rest.startswith("Q") else f"{int(rest[1:])}月"
    return f"{year}年{word}" + (f"（第{supplement}次补发）" if supplement else "")
