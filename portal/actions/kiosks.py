"""Kiosks: staff make a one-time code, the machine is set up with it, staff take it back."""

from __future__ import annotations

from portal.domain.batches import Actor
from portal.domain.findings import Refused
from portal.domain.kiosks import code_hash, new_code, new_token, token_hash
from portal.ledger import kiosks, registers
from portal.office import Office, must_be_clean, must_have_role, registered

ROLES = ("disclosure", "township_finance")
"""Who registers kiosks and takes them back."""


def add_kiosk(office: Office, name: str, area: str, by: str) -> str:
    """Register a machine; returns the one-time code, which is kept nowhere. Raises Refused."""
    name = name.strip()
    if not 2 <= len(name) <= 60:
        raise Refused("给自助机起个名字，2 到 60 个字，例如“东河镇便民大厅1号机”", "kiosk.name")
    must_be_clean(name)
    code = new_code()
    with office.ledger.write() as connection:
        actor = registered(connection, by)
        must_have_role(actor, *ROLES)
        if area not in registers.area_book(connection).areas:
            raise Refused(f"没有区划“{area}”。请填自助机所在的村、乡镇或县的区划代码", "area.unknown")
        kiosks.add_kiosk(connection, name=name, area=area, by=actor.name, day=office.today, code_hash=code_hash(code))
        office.write_down(connection, "kiosk.add", actor, {"name": name, "area": area})
    return code


def set_up_kiosk(office: Office, code: str) -> str:
    """The machine itself, with the code that staff made; returns its token. Raises Refused."""
    token = new_token()
    with office.ledger.write() as connection:
        kiosk = kiosks.find_by_code(connection, code_hash(code), office.today)
        if kiosk is None:
            raise Refused("登记码不对，已经用过，或者过期了。请让工作人员重新生成一个", "kiosk.code")
        kiosks.set_up(connection, kiosk.id, token_hash(token))
        office.write_down(connection, "kiosk.set_up", _machine(kiosk.id), {"kiosk": kiosk.id})
    return token


def revoke_kiosk(office: Office, kiosk: int, by: str) -> None:
    """Take the machine out of service at once. Raises Refused."""
    with office.ledger.write() as connection:
        actor = registered(connection, by)
        must_have_role(actor, *ROLES)
        if not kiosks.revoke(connection, kiosk):
            raise Refused(f"没有正在使用的自助机 {kiosk} 号", "kiosk.unknown")
        office.write_down(connection, "kiosk.revoke", actor, {"kiosk": kiosk})


def _machine(kiosk: int) -> Actor:
    return Actor(f"kiosk-{kiosk}", "自助机", "admin", "")
