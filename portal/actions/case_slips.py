"""Printing numbered paper slips. The journal is their counter: it says which numbers were ever printed, and for where."""

from __future__ import annotations

from portal.domain.batches import Actor
from portal.domain.case_access import ENTRY_ROLES
from portal.domain.findings import Refused
from portal.domain.slips import MOST_AT_ONCE, slip_number
from portal.ledger import journal, registers
from portal.office import Office, must_have_role


def print_slips(office: Office, actor: Actor, area: str, count: int) -> list[str]:
    """Give out the next numbers for blank slips of a village or township. Raises Refused."""
    must_have_role(actor, *ENTRY_ROLES)
    if not 1 <= count <= MOST_AT_ONCE:
        raise Refused(f"一次印1到{MOST_AT_ONCE}张", "slips.count")
    with office.ledger.write() as connection:
        if area not in registers.area_book(connection).areas:
            raise Refused("没有这个村或乡镇，请从名单里选", "area.unknown")
        first = journal.slips_printed(connection) + 1
        office.write_down(connection, "case.slips", actor, {"area": area, "first": first, "last": first + count - 1})
    return [slip_number(number) for number in range(first, first + count)]
