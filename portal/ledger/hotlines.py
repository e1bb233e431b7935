"""Telephones that units publish: who tried them when, and which number held before."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from portal.ledger.oversight_tables import hotline_checks
from portal.ledger.tables import units


class HotlineCheck(NamedTuple):
    """`before` is the number that `hotline` replaced from that day on; empty where it was confirmed."""

    unit: str
    day: date
    hotline: str
    before: str
    by: str


def add_check(connection: Connection, check: HotlineCheck) -> None:
    connection.execute(insert(hotline_checks).values(check._asdict()))


def change_hotline(connection: Connection, unit: str, hotline: str) -> None:
    connection.execute(update(units).where(units.c.code == unit).values(hotline=hotline))


def last_checks(connection: Connection) -> dict[str, HotlineCheck]:
    """unit → its newest check."""
    newest = select(func.max(hotline_checks.c.id)).group_by(hotline_checks.c.unit)
    query = select(*(hotline_checks.c[name] for name in HotlineCheck._fields)).where(hotline_checks.c.id.in_(newest))
    return {row.unit: HotlineCheck(*row) for row in connection.execute(query)}
