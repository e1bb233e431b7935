"""Staff accounts as they are stored: one row of `staff` a person, whether they can sign in or not."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from portal.domain.batches import Actor
from portal.domain.staff import Account
from portal.ledger.tables import new_uniquifier, staff


def find_account(connection: Connection, name: str) -> Account | None:
    row = connection.execute(select(staff).where(staff.c.name == name)).first()
    return _account(row) if row else None


def find_session(connection: Connection, uniquifier: str) -> Account | None:
    """Whose sessions carry this; nobody's once they were ended."""
    row = connection.execute(select(staff).where(staff.c.uniquifier == uniquifier)).first()
    return _account(row) if row else None


def all_accounts(connection: Connection) -> list[Account]:
    return [_account(row) for row in connection.execute(select(staff).order_by(staff.c.name))]


def add_account(connection: Connection, actor: Actor, password_hash: str | None) -> None:
    values = {**asdict(actor), "password_hash": password_hash, "must_change": password_hash is not None}
    connection.execute(insert(staff).values(values))


def change_account(connection: Connection, name: str, *, end_sessions: bool, **values: Any) -> None:
    if end_sessions:
        values["uniquifier"] = new_uniquifier()
    connection.execute(update(staff).where(staff.c.name == name).values(values))


def _account(row: Row[Any]) -> Account:
    return Account(
        Actor(row.name, row.display, row.role, row.unit),
        row.active,
        row.uniquifier,
        row.password_hash,
        row.must_change,
        row.totp_secret,
        row.totp_counter,
    )
