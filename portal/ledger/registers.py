"""Registers: staff, areas with learned names, units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from sqlalchemy import Connection, delete, insert, select, update

from portal.domain.areas import Area, AreaBook
from portal.domain.batches import Actor
from portal.domain.units import Unit
from portal.ledger.tables import area_aliases, areas, staff, units


def find_staff(connection: Connection, name: str) -> Actor | None:
    row = connection.execute(select(staff).where(staff.c.name == name, staff.c.active)).first()
    return Actor(row.name, row.display, row.role, row.unit) if row else None


def all_staff(connection: Connection) -> list[Actor]:
    rows = connection.execute(select(staff).where(staff.c.active).order_by(staff.c.name))
    return [Actor(row.name, row.display, row.role, row.unit) for row in rows]


def add_staff(connection: Connection, actor: Actor) -> None:
    connection.execute(insert(staff).values(asdict(actor)))


def area_book(connection: Connection) -> AreaBook:
    rows = connection.execute(select(areas).order_by(areas.c.code))
    book = AreaBook.of(Area(row.code, row.name, tuple(row.aliases)) for row in rows)
    for row in connection.execute(select(area_aliases)):
        book.learn(row.name, row.area)
    return book


def save_areas(connection: Connection, wanted: Iterable[Area]) -> int:
    """Insert or update areas; an area once used is never removed. Returns how many changed."""
    known = {row.code: (row.name, row.aliases) for row in connection.execute(select(areas))}
    changed = 0
    for area in wanted:
        values = {"name": area.name, "aliases": list(area.aliases)}
        if area.code not in known:
            connection.execute(insert(areas).values(code=area.code, **values))
        elif known[area.code] != (area.name, list(area.aliases)):
            connection.execute(update(areas).where(areas.c.code == area.code).values(values))
        else:
            continue
        changed += 1
    return changed


def learn_area(connection: Connection, name: str, code: str, by: str) -> None:
    connection.execute(delete(area_aliases).where(area_aliases.c.name == name, area_aliases.c.area == code))
    connection.execute(insert(area_aliases).values(name=name, area=code, learned_by=by))


def all_units(connection: Connection) -> dict[str, Unit]:
    rows = connection.execute(select(units).order_by(units.c.code)).mappings()
    return {row["code"]: Unit(**row) for row in rows}


def save_units(connection: Connection, wanted: Sequence[Unit]) -> int:
    """Insert or update units. Returns how many changed."""
    known = all_units(connection)
    changed = 0
    for unit in wanted:
        if unit == known.get(unit.code):
            continue
        values = {column.name: getattr(unit, column.name) for column in units.c}
        if unit.code in known:
            connection.execute(update(units).where(units.c.code == unit.code).values(values))
        else:
            connection.execute(insert(units).values(values))
        changed += 1
    return changed
