"""Telephones that units publish are tried once a month: confirmed, or put right."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import Connection

from portal.domain.batches import Actor
from portal.domain.findings import Refused
from portal.domain.hotlines import is_there, may_try, must_be_office_phone
from portal.domain.units import Unit
from portal.ledger import batches, hotlines, registers
from portal.ledger.hotlines import HotlineCheck
from portal.office import Office, registered

_OTHERS: Final = "只能核对自己单位的电话；乡镇财政所可以核对本乡镇的，县财政可以核对全部"


def confirm_hotlines(office: Office, actor: Actor, codes: Collection[str]) -> int:
    """These units' numbers were tried today and answered. Returns how many; all or none. Raises Refused."""
    if not codes:
        raise Refused("请先勾上打得通的电话", "hotline.none")
    with office.ledger.write() as connection:
        known = registered(connection, actor.name)
        for unit in [_may(connection, office, known, code) for code in sorted(set(codes))]:
            hotlines.add_check(connection, HotlineCheck(unit.code, office.today, unit.hotline, "", known.name))
        office.write_down(connection, "hotline.confirm", known, {"units": sorted(set(codes))})
        batches.announce(connection, "county", "units")
    return len(set(codes))


def correct_hotline(office: Office, actor: Actor, code: str, number: str) -> None:
    """Another number holds from today; the one before stays with the day until which it held. Raises Refused."""
    must_be_office_phone(number)
    with office.ledger.write() as connection:
        known = registered(connection, actor.name)
        unit = _may(connection, office, known, code)
        if number == unit.hotline:
            raise Refused("这就是现在公布的号码。打得通的话，勾上它就行", "hotline.same")
        hotlines.add_check(connection, HotlineCheck(code, office.today, number, unit.hotline or "无", known.name))
        hotlines.change_hotline(connection, code, number)
        office.write_down(connection, "hotline.correct", known, {"unit": code})
        batches.announce(connection, "county", "units")


def _may(connection: Connection, office: Office, actor: Actor, code: str) -> Unit:
    units = registers.all_units(connection)
    unit, own = units.get(code), units.get(actor.unit)
    if unit is None or not is_there(unit, office.today) or not may_try(actor, own, unit):
        raise Refused(_OTHERS, "hotline.others")
    return unit
