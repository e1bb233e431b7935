"""Printing numbered paper slips. The journal is their counter: it says which numbers were ever printed, and for where."""

from __future__ import annotations

from sqlalchemy import Connection

from portal.domain.areas import Area
from portal.domain.batches import Actor
from portal.domain.case_access import ENTRY_ROLES
from portal.domain.findings import Refused
from portal.domain.slips import MOST_AT_ONCE, Slips, slip_number
from portal.ledger import journal, registers
from portal.office import Office, must_have_role


def print_slips(office: Office, actor: Actor, area: str, count: int) -> Slips:
    """Give out the next numbers for blank slips of a village or township. Raises Refused."""
    must_have_role(actor, *ENTRY_ROLES)
    if not 1 <= count <= MOST_AT_ONCE:
        raise Refused(f"一次印1到{MOST_AT_ONCE}张", "slips.count")
    with office.ledger.write() as connection:
        found = registers.area_book(connection).areas.get(area)
        if found is None or found.level == "county":
            raise Refused("没有这个村或乡镇，请从名单里选", "area.unknown")
        return give_out(connection, office, actor, found, count)


def give_out(connection: Connection, office: Office, actor: Actor, area: Area, count: int) -> Slips:
    """The next numbers, for a place that is there, by somebody who may."""
    first = journal.slips_printed(connection) + 1
    office.write_down(connection, "case.slips", actor, {"area": area.code, "first": first, "last": first + count - 1})
    areas = registers.area_book(connection).areas
    above = areas[area.parent].name if area.level == "village" and area.parent in areas else ""
    return Slips(above + area.name, tuple(slip_number(number) for number in range(first, first + count)))
