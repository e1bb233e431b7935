"""Keeping the registers: areas with their learned names, units."""

from __future__ import annotations

from pathlib import Path

from portal.actions.staff import CONSOLE
from portal.domain.areas import clean_area
from portal.domain.findings import Refused
from portal.intake.lists import read_areas, read_units
from portal.ledger import batches, registers
from portal.office import Office, registered


def import_areas(office: Office, path: Path) -> int:
    """Take over the county's areas; areas once used are kept. Returns how many changed."""
    areas = read_areas(path)
    with office.ledger.write() as connection:
        changed = registers.save_areas(connection, areas)
        if changed:
            office.write_down(connection, "areas.import", CONSOLE, {"changed": changed})
            batches.announce(connection, "county", "areas")
    return changed


def alias_area(office: Office, name: str, code: str, by: str) -> None:
    """Remember what an unknown village name means, for all rolls to come."""
    with office.ledger.write() as connection:
        actor = registered(connection, by)
        book = registers.area_book(connection)
        if code not in book.areas or book.areas[code].level != "village":
            raise Refused(f"没有村级区划“{code}”", "area.unknown")
        registers.learn_area(connection, clean_area(name), code, actor.name)
        office.write_down(connection, "areas.alias", actor, {"area": code})


def import_units(office: Office, path: Path) -> int:
    """Take over the county's units. Returns how many changed."""
    units = read_units(path)
    with office.ledger.write() as connection:
        known = registers.area_book(connection).areas
        if lost := [unit.name for unit in units if unit.area not in known]:
            raise Refused(f"这些单位的区划代码不在区划表里：{'、'.join(lost[:10])}", "unit.area")
        changed = registers.save_units(connection, units)
        if changed:
            office.write_down(connection, "units.import", CONSOLE, {"changed": changed})
            batches.announce(connection, "county", "units")
    return changed
