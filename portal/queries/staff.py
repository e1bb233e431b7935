"""Who works here: all accounts, one of them, and whose session it is."""

from __future__ import annotations

from portal.domain.findings import Refused
from portal.domain.staff import Account
from portal.domain.units import UNIT_KINDS, Unit
from portal.ledger import accounts
from portal.ledger.registers import all_units
from portal.office import Office


def everybody(office: Office) -> list[Account]:
    with office.ledger.read() as connection:
        return accounts.all_accounts(connection)


def account_of(office: Office, name: str) -> Account:
    """Raises Refused where nobody has that name."""
    with office.ledger.read() as connection:
        found = accounts.find_account(connection, name)
    if found is None:
        raise Refused(f"没有登记过的工作人员“{name}”", "staff.unknown")
    return found


def known_account(office: Office, name: str) -> Account | None:
    with office.ledger.read() as connection:
        return accounts.find_account(connection, name)


def whose_session(office: Office, uniquifier: str) -> Account | None:
    with office.ledger.read() as connection:
        return accounts.find_session(connection, uniquifier)


def people_by_role(office: Office) -> dict[str, list[str]]:
    """Role → who has it and may work, each with their unit."""
    with office.ledger.read() as connection:
        units = all_units(connection)
        found: dict[str, list[str]] = {}
        for account in accounts.all_accounts(connection):
            if account.active:
                unit = units.get(account.actor.unit)
                words = f"{account.actor.display}（{unit.name if unit else account.actor.unit}）"
                found.setdefault(account.actor.role, []).append(words)
    return found


def unit_names(office: Office) -> dict[str, str]:
    """Code → name of every unit."""
    return {unit.code: unit.name for unit in units_to_choose(office)}


def units_to_choose(office: Office) -> list[Unit]:
    """Every unit, kind after kind as UNIT_KINDS has them, by place and name within each."""
    kinds = list(UNIT_KINDS)
    with office.ledger.read() as connection:
        units = all_units(connection).values()
    return sorted(units, key=lambda unit: (kinds.index(unit.kind), unit.area, unit.name))


def area_of_unit(office: Office, code: str) -> str:
    """The area that a unit works in; empty for a unit that is not known."""
    with office.ledger.read() as connection:
        unit = all_units(connection).get(code)
    return unit.area if unit else ""
