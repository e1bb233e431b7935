"""Who may see which case, and by which hands act on it (回避: never who is concerned, or near to somebody who is)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from portal.domain.batches import Actor
from portal.domain.case_acts import Hand
from portal.domain.cases import Case

DESK_ROLE: Final = "complaints"
"""The county's desk for complaints. The administrator is not one of them: who keeps accounts reads no cases."""
DISCIPLINE_ROLE: Final = "discipline"
AUDIT_ROLE: Final = "audit"
UNIT_ROLES: Final = (
    "village",
    "station",
    "township_finance",
    "department",
    "finance",
    "treasury",
    "disclosure",
    "bank",
)
"""Roles whose people handle what is assigned to their unit."""
ENTRY_ROLES: Final = ("village", "station", "township_finance", "department", "finance", "disclosure", DESK_ROLE)
"""Roles that may enter a case for somebody who came, rang or wrote."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody of the staff who asks for cases. `units` and `persons` are the own ones and those the person has declared
    to be related to."""

    actor: Actor
    units: frozenset[str]
    persons: frozenset[str]


def hands(actor: Actor, case: Case) -> tuple[Hand, ...]:
    """By which hands this person may act on a case that the person may see."""
    if actor.role == DESK_ROLE:
        return ("desk", "second")
    if actor.role == DISCIPLINE_ROLE:
        return ("discipline",)
    if actor.role in UNIT_ROLES and actor.unit == case.unit:
        return ("unit",)
    return ()
