"""Telephones as who may try them sees them, those that nobody has tried this month first."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from portal.domain.batches import Actor
from portal.domain.hotlines import is_due, is_there, may_try
from portal.ledger import accounts, hotlines, registers
from portal.office import Office


class HotlineLine(NamedTuple):
    """`day` and `by` of the last time that somebody tried it; `before` is the number that was replaced then."""

    code: str
    name: str
    hotline: str
    is_due: bool
    day: date | None
    by: str
    before: str


def hotline_lines(office: Office, actor: Actor) -> list[HotlineLine]:
    """Of the units that exist today and that this person may try."""
    with office.ledger.read() as connection:
        units = registers.all_units(connection)
        checks = hotlines.last_checks(connection)
        people = {account.name: account.actor.display for account in accounts.all_accounts(connection)}
    own = units.get(actor.unit)
    lines = []
    for unit in units.values():
        if not is_there(unit, office.today) or not may_try(actor, own, unit):
            continue
        check = checks.get(unit.code)
        day, by, before = (check.day, people.get(check.by, check.by), check.before) if check else (None, "", "")
        due = is_due(unit, day, office.today)
        lines.append(HotlineLine(unit.code, unit.name, unit.hotline, due, day, by, before))
    return sorted(lines, key=lambda line: (not line.is_due, line.code != actor.unit, line.code))
