"""Units: the departments, offices, villages, schools and banks that issue rolls, publish and answer phones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

UNIT_KINDS: Final[Mapping[str, str]] = {
    "county": "县政府",
    "finance": "财政",
    "disclosure": "政务公开",
    "department": "主管部门",
    "township": "乡镇政府",
    "township_finance": "乡镇财政所",
    "station": "经办站所",
    "village": "村（社区）",
    "school": "学校",
    "bank": "代发银行",
    "discipline": "纪检监察",
    "audit": "审计",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """`valid_from` and `valid_to` bound the name and hotline; `successor` took the work over; `tried` is
    the month (2025-06) in which the hotline was last tried, where that is told."""

    code: str
    name: str
    kind: str
    area: str
    hotline: str = ""
    address: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str = ""
    tried: str = ""
