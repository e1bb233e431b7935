"""Which payment was made instead of which, because of a case that was upheld."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, select

from portal.domain.payment_refs import read_reference
from portal.ledger.case_tables import case_events, cases
from portal.ledger.payments import find_reference, newest_of


class CaseCorrection(NamedTuple):
    """Ids of the newest payments of their chains; the same where the bank's correction was all. `is_own` where it may
    be said why: whoever is paid may not learn from it that somebody reported them."""

    original: int
    instead: int
    is_own: bool


def case_corrections(connection: Connection) -> list[CaseCorrection]:
    """In the order they were entered. Cases that are not about a payment correct none."""
    named = (
        select(cases.c.payment_id, cases.c.kind, case_events.c.note)
        .join(cases, cases.c.id == case_events.c.case_id)
        .where(case_events.c.act == "correct", cases.c.payment_id.is_not(None))
        .order_by(case_events.c.id)
    )
    found = []
    for payment, kind, note in connection.execute(named):
        reference = read_reference(note)
        instead = find_reference(connection, reference) if reference else None
        if instead is not None:
            found.append(CaseCorrection(newest_of(connection, payment), instead, kind == "complaint"))
    return found
