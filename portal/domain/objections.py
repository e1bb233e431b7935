"""Objections while a list is on notice (公示期间的异议): what came on paper or by mouth is noted by the clerk, in words
without names; what came as a case is counted, for those who may see cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from portal.domain.batches import Actor, Batch
from portal.domain.findings import Refused
from portal.domain.workdays import in_chinese

CHANNELS: Final[Mapping[str, str]] = {"paper": "纸上写的", "oral": "口头说的"}
NOTE_ROLES: Final = ("village", "station", "township_finance", "department", "disclosure")
"""Who hears villagers while a list hangs."""
LONGEST_WORDS: Final = 200
MOST_AT_ONCE: Final = 999


@dataclass(frozen=True, slots=True)
class Objection:
    """`count` people said the same, or so many slips did. `outcome` is empty while nobody has answered."""

    id: int
    batch_id: int
    village: str
    day: date
    channel: str
    count: int
    about: str
    by: str
    outcome: str
    settled_by: str | None
    settled_on: date | None

    @property
    def is_open(self) -> bool:
        return self.settled_on is None


@dataclass(frozen=True, slots=True)
class Heard:
    """How many were noted of a village's list, and how many of them nobody has answered."""

    count: int = 0
    open: int = 0

    def __add__(self, other: Heard) -> Heard:
        return Heard(self.count + other.count, self.open + other.open)


def may_note(actor: Actor, own_area: str, village: str) -> bool:
    """A village's people for their village, a township's for its villages, the county's for all."""
    if actor.role not in NOTE_ROLES or not own_area:
        return False
    if own_area.endswith("000000"):
        return actor.role != "village"
    return village.startswith(own_area[:9]) if own_area.endswith("000") else village == own_area


def must_be_on_notice(batch: Batch, day: date) -> None:
    """An objection is one to a notice: made between its first and last day. Raises Refused."""
    notice = batch.notice
    if notice is None or notice.until is None:
        raise Refused("这一批还没有公示，没有可以提异议的名单", "objection.notice")
    if not notice.day <= day <= notice.until:
        days = f"公示从{in_chinese(notice.day)}到{in_chinese(notice.until)}"
        raise Refused(f"{days}，这一天不在公示期里", "objection.day")
