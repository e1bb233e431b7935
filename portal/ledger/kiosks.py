"""Kiosks and the hashes of their codes and tokens."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection, Row, insert, select, update

from portal.domain.kiosks import CODE_DAYS, Kiosk
from portal.ledger.tables import kiosks


def add_kiosk(connection: Connection, *, name: str, area: str, by: str, day: date, code_hash: str) -> None:
    values = {"name": name, "area": area, "created_by": by, "created_on": day, "code_hash": code_hash}
    connection.execute(insert(kiosks).values(code_until=day + timedelta(days=CODE_DAYS - 1), **values))


def all_kiosks(connection: Connection) -> list[Kiosk]:
    return [_kiosk(row) for row in connection.execute(select(kiosks).order_by(kiosks.c.id))]


def find_by_code(connection: Connection, code_hash: str, today: date) -> Kiosk | None:
    """The kiosk that waits for this code and may still be set up with it."""
    query = select(kiosks).where(kiosks.c.code_hash == code_hash, kiosks.c.code_until >= today, ~kiosks.c.revoked)
    row = connection.execute(query).first()
    return _kiosk(row) if row else None


def find_by_token(connection: Connection, token_hash: str) -> Kiosk | None:
    """The kiosk in service that holds this token."""
    row = connection.execute(select(kiosks).where(kiosks.c.token_hash == token_hash, ~kiosks.c.revoked)).first()
    return _kiosk(row) if row else None


def set_up(connection: Connection, kiosk: int, token_hash: str) -> None:
    """The code is used up; the token takes its place."""
    values = {"code_hash": None, "code_until": None, "token_hash": token_hash}
    connection.execute(update(kiosks).where(kiosks.c.id == kiosk).values(values))


def revoke(connection: Connection, kiosk: int) -> bool:
    """Take code and token back. False where there is no such kiosk in service."""
    values = {"code_hash": None, "token_hash": None, "revoked": True}
    return bool(
        connection.execute(update(kiosks).where(kiosks.c.id == kiosk, ~kiosks.c.revoked).values(values)).rowcount
    )


def _kiosk(row: Row[tuple[object, ...]]) -> Kiosk:
    is_set_up = row.token_hash is not None
    return Kiosk(row.id, row.name, row.area, row.created_by, row.created_on, is_set_up, row.revoked)
