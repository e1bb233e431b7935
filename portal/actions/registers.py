"""Keeping the registers: staff, areas with their learned names, units."""

from __future__ import annotations

import re
from pathlib import Path

from portal.domain.areas import clean_area
from portal.domain.batches import ROLES, Actor
from portal.domain.findings import Refused
from portal.intake.lists import read_areas, read_units
from portal.ledger import batches, registers
from portal.office import Office, registered


def add_staff(office: Office, name: str, display: str, role: str, unit: str) -> None:
    """Register a staff member. Raises Refused when the name is taken or the role or unit is unknown."""
    if not re.fullmatch(r"[a-z][a-z0-9._-]{1,39}", name):
        raise Refused("用户名用小写字母开头的字母、数字，不要用真名拼写以外的个人信息", "staff.name")
    if role not in ROLES:
        raise Refused(
            f"没有角色“{role}”。可用：{'、'.join(f'{code}（{word}）' for code, word in ROLES.items())}", "role.unknown"
        )
    actor = Actor(name, display, role, unit)
    with office.ledger.write() as connection:
        if unit not in registers.all_units(connection):
            raise Refused(f"没有登记过的单位“{unit}”。先用 mingbai units import 导入单位表", "unit.unknown")
        if registers.find_staff(connection, name):
            raise Refused(f"用户名“{name}”已经有人用了", "staff.taken")
        registers.add_staff(connection, actor)
        office.write_down(connection, "staff.add", actor, {"name": name, "role": role, "unit": unit})


def import_areas(office: Office, path: Path) -> int:
    """Take over the county's areas; areas once used are kept. Returns how many changed."""
    areas = read_areas(path)
    with office.ledger.write() as connection:
        changed = registers.save_areas(connection, areas)
        if changed:
            office.write_down(connection, "areas.import", _system(office), {"changed": changed})
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
            office.write_down(connection, "units.import", _system(office), {"changed": changed})
            batches.announce(connection, "county", "units")
    return changed


def list_staff(office: Office) -> list[Actor]:
    with office.ledger.read() as connection:
        return registers.all_staff(connection)


def _system(office: Office) -> Actor:
    """Lists that come with the installation are set up before any staff exist."""
    return Actor("system", "系统", "admin", "")
