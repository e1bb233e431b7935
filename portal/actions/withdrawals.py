"""Withdrawing a batch: taken down for good, and then looked for."""

from __future__ import annotations

from dataclasses import dataclass

from portal.actions.steps import StepRequest, take_step
from portal.ledger import postings, publishing
from portal.office import Office, batch_named


@dataclass(frozen=True)
class Withdrawn:
    """`rows` are the lines of what was public, to be searched for and then forgotten; `change` is the publication change
    that the site has to reach."""

    postings: int
    rows: tuple[str, ...]
    change: int


def withdraw(office: Office, number: str, by: str, reason: str) -> Withdrawn:
    """Erase the batch's postings, masked names and drafts. Raises Refused and changes nothing otherwise."""
    with office.ledger.read() as connection:
        ids = postings.current_ids(connection, batch_named(connection, number).id)
        found = [snapshot for _, snapshot in postings.snapshots(connection, list(ids.values()))]
    take_step(office, StepRequest(number, "withdraw", by, office.today, reason=reason))
    with office.ledger.read() as connection:
        change = publishing.newest_change(connection)
    rows = tuple(line for snapshot in found for line in snapshot.rows_text.splitlines())
    return Withdrawn(len(found), rows, change)
