"""Objections that a clerk heard or read while a list was on notice."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, case, func, insert, select, update

from portal.domain.objections import Heard, Objection
from portal.ledger.oversight_tables import objections
from portal.ledger.tables import batches


def add_objection(connection: Connection, **values: object) -> int:
    """Returns its id."""
    key = connection.execute(insert(objections).values(outcome="", **values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def objections_of(connection: Connection, batch_id: int) -> list[Objection]:
    """Oldest first."""
    columns = [objections.c[name] for name in Objection.__slots__]
    query = select(*columns).where(objections.c.batch_id == batch_id).order_by(objections.c.day, objections.c.id)
    return [Objection(*row) for row in connection.execute(query)]


def counts(connection: Connection) -> dict[tuple[str, str], Heard]:
    """(batch, village) → how many were noted there."""
    open_ones = func.sum(case((objections.c.settled_on.is_(None), objections.c.count), else_=0))
    query = (
        select(batches.c.number, objections.c.village, func.sum(objections.c.count), open_ones)
        .join(batches, batches.c.id == objections.c.batch_id)
        .group_by(batches.c.number, objections.c.village)
    )
    return {
        (batch, village): Heard(int(count), int(still)) for batch, village, count, still in connection.execute(query)
    }


def settle(connection: Connection, number: int, outcome: str, by: str, day: date) -> None:
    values = {"outcome": outcome, "settled_by": by, "settled_on": day}
    connection.execute(update(objections).where(objections.c.id == number).values(values))
