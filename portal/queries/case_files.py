"""Sealed files of a case, and who has opened what was said in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from portal.domain.batches import Actor
from portal.domain.case_access import AUDIT_ROLE, DESK_ROLE, hands
from portal.domain.case_words import SealedFile
from portal.ledger import case_words, cases, journal
from portal.office import Office


@dataclass(frozen=True, slots=True)
class Opening:
    """`moment` is UTC; `by` a staff name."""

    moment: datetime
    by: str
    reason: str


def sealed_file(office: Office, actor: Actor, number: str, place: int) -> SealedFile | None:
    """A file that is sealed to the desk, for who works there."""
    with office.ledger.read() as connection:
        stored = cases.find_seen(connection, cases.viewer_of(connection, actor), number)
        if stored is None or "desk" not in hands(actor, stored.case):
            return None
        return case_words.sealed_file(connection, stored.id, place, ["desk"])


def openings(office: Office, actor: Actor, number: str) -> list[Opening]:
    """Who has opened what was said, for the desk and the auditor; nothing for others."""
    if actor.role not in (DESK_ROLE, AUDIT_ROLE):
        return []
    with office.ledger.read() as connection:
        found = journal.of_case(connection, "case.open", number)
    return [
        Opening(
            datetime.fromisoformat(entry.moment).astimezone(UTC),
            entry.actor.partition(" (")[0],
            str(entry.detail["reason"]),
        )
        for entry in found
    ]
