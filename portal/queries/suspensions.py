"""Suspension lists as they may be seen: who brought which document when, and how many people stand in it. There is no
question about a person, and no answer to one."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from portal.ledger import accounts, registers, suspensions
from portal.office import Office


class ListLine(NamedTuple):
    """`people` are on it today; `ended_on` is None while it holds."""

    id: int
    unit: str
    unit_name: str
    document: str
    issued: date
    imported_by: str
    imported_on: date
    rows: int
    people: int
    ended_on: date | None


def suspension_lines(office: Office) -> list[ListLine]:
    """All lists there ever were, newest first."""
    with office.ledger.read() as connection:
        units = registers.all_units(connection)
        people = {account.name: account.actor.display for account in accounts.all_accounts(connection)}
        return [
            ListLine(
                each.id,
                each.unit,
                units[each.unit].name,
                each.document,
                each.issued,
                people.get(each.imported_by, each.imported_by),
                each.imported_on,
                each.rows,
                each.people,
                each.ended_on,
            )
            for each in suspensions.all_lists(connection)
        ]
