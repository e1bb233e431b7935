"""Declaring whom one is related to (回避申报): who has declared a unit or a colleague sees no case about them."""

from __future__ import annotations

from typing import Final

from portal.domain.batches import Actor
from portal.domain.findings import Refused
from portal.ledger import cases, registers
from portal.office import Office, must_have_role

_KINDS: Final = frozenset({"unit", "person"})


def declare_relation(office: Office, actor: Actor, kind: str, subject: str) -> None:
    """The person's own declaration: a unit or a member of staff. Raises Refused for who or what is not registered."""
    with office.ledger.write() as connection:
        known = (
            subject in registers.all_units(connection)
            if kind == "unit"
            else registers.find_staff(connection, subject) is not None
        )
        if kind not in _KINDS or not known:
            raise Refused("没有登记过这个单位或人，请从名单里选", "relation.unknown")
        if subject == actor.name:
            raise Refused("自己不用申报：反映您本人的，您本来就看不到", "relation.self")
        cases.add_relation(connection, actor.name, kind, subject)
        office.write_down(connection, "staff.relation", actor, {"kind": kind, "subject": subject})


def end_relation(office: Office, by: Actor, name: str, kind: str, subject: str) -> None:
    """What was declared by mistake, or is no longer so: the administrator's act, never one's own."""
    must_have_role(by, "admin")
    if by.name == name:
        raise Refused("自己申报的不能自己撤，请另一位管理员撤", "relation.self")
    with office.ledger.write() as connection:
        cases.remove_relation(connection, name, kind, subject)
        detail: dict[str, object] = {"name": name, "kind": kind, "subject": subject}
        office.write_down(connection, "staff.relation_ended", by, detail)
