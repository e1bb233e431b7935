"""What is known of a case besides what was said and done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from portal.domain.case_routing import Reader

LONGEST_TITLE: Final = 80
LONGEST_SUMMARY: Final = 1_000
LONGEST_NOTE: Final = 600
"""Characters that the register takes."""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What is known of a case besides its events. `area`, `policy`, `payment_id` are what it is about, empty or None where
    the reporter did not say; `given_due` is the day another system's work order has set."""

    category: str
    rules: str
    source: str
    named: bool
    consent: bool
    area: str
    policy: str
    payment_id: int | None
    reader: Reader
    desk_sees: bool
    discipline_sees: bool
    receipt_hash: bytes
    reply_key: bytes
    order_number: str
    given_due: date | None
    entered_by: str
    title: str = ""
    summary: str = ""
