"""Objections that a clerk heard or read while a list was on notice."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, insert, select, update

from portal.domain.objections import Objection
from portal.ledger.oversight_tables import objections


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


def settle(connection: Connection, number: int, outcome: str, by: str, day: date) -> None:
    values = {"outcome": outcome, "settled_by": by, "settled_on": day}
    connection.execute(update(objections).where(objections.c.id == number).values(values))
