"""Telephones that units publish: each is tried once a month."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from portal.domain.batches import Actor
from portal.domain.findings import Refused
from portal.domain.units import Unit

HOTLINE_ROLES: Final = (
    "village", "station", "township_finance", "department", "finance", "treasury", "bank", "disclosure", "complaints",
)  # fmt: skip
"""Whose units publish numbers."""
_OFFICE_PHONE: Final = re.compile(r"0\d{2,3}-\d{7,8}(?:-\d{1,5})?|\d{5,6}")


def is_due(unit: Unit, last_checked: date | None, today: date) -> bool:
    """Whether a unit that exists today and publishes a number has not tried it this month."""
    if not unit.hotline or not is_there(unit, today):
        return False
    return last_checked is None or (last_checked.year, last_checked.month) != (today.year, today.month)


def is_there(unit: Unit, today: date) -> bool:
    return (unit.valid_from is None or unit.valid_from <= today) and (unit.valid_to is None or unit.valid_to >= today)


def may_try(actor: Actor, own: Unit | None, unit: Unit) -> bool:
    """One's own unit's; the finance offices stand in for others, the township's for those of its township."""
    if actor.role not in HOTLINE_ROLES:
        return False
    if actor.role == "finance" or unit.code == actor.unit:
        return True
    is_townships = own is not None and not own.area.endswith("000000")
    return actor.role == "township_finance" and own is not None and is_townships and unit.area[:9] == own.area[:9]


def must_be_office_phone(number: str) -> None:
    """A number that the whole county may read: an office's, nobody's own. Raises Refused."""
    if not _OFFICE_PHONE.fullmatch(number):
        words = "请写办公电话，带区号，例如 0999-5201005，分机写成 0999-5201005-12。不要写个人手机：这个号码要登在网上"
        raise Refused(words, "hotline.bad")
