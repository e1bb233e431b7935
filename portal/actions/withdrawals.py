"""Withdrawing a batch: taken down for good, and then looked for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from portal.actions.steps import StepRequest, erase_public, take_step
from portal.domain.batches import Actor, StepRecord
from portal.ledger import batches, postings, publishing
from portal.office import Office, batch_named

_RESTORE: Final = Actor("restore", "恢复备份", "admin", "")


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


def withdraw_again(office: Office, numbers: Collection[str]) -> list[str]:
    """After a backup was restored: take down what had been withdrawn since it was made. Returns which batches that were;
    those that the backup does not have, or has as withdrawn, are left alone."""
    again = []
    with office.ledger.write() as connection:
        for number in sorted(numbers):
            batch = batches.find_batch(connection, number)
            if batch is None or batch.is_withdrawn:
                continue
            record = StepRecord("withdraw", office.today, _RESTORE.name, reason="备份以后撤下的，恢复时重新撤下")
            batches.add_step(connection, batch.id, record)
            detail: dict[str, object] = {"batch": number, "step": "withdraw", "date": office.today.isoformat()}
            office.write_down(connection, "batch.step", _RESTORE, detail)
            erase_public(connection, office, _RESTORE, batch, is_withdrawn=True)
            again.append(number)
    if again:
        office.ledger.forget_erased(publicly=True)
    return again
