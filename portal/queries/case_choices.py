"""What the complaint form offers to choose from, and what a case that starts from a payment or a posting is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.domain.areas import Area
from portal.domain.batches import Actor
from portal.domain.payment_refs import PaymentRef
from portal.domain.units import Unit
from portal.ledger import batches, cases, payments, policies, registers
from portal.office import Office

_NOT_REPORTED_HERE = ("county", "discipline")
"""Kinds of units that are chosen by their own line: what concerns them goes to the superior organ."""


@dataclass(frozen=True, slots=True)
class Choices:
    """Townships with their villages, departments and banks that work today, this year's policies (code → name).
    `desk_units` are those whose people work at the complaints desk."""

    townships: tuple[tuple[Area, tuple[Area, ...]], ...]
    departments: tuple[Unit, ...]
    banks: tuple[Unit, ...]
    policies: Mapping[str, str]
    units: Mapping[str, Unit]
    desk_units: frozenset[str]

    def place(self, code: str) -> str:
        """东河镇王村; empty where it is not known."""
        for township, villages in self.townships:
            if township.code == code:
                return township.name
            for village in villages:
                if village.code == code:
                    return township.name + village.name
        return ""


def case_choices(office: Office) -> Choices:
    with office.ledger.read() as connection:
        areas = registers.area_book(connection).areas
        units = registers.all_units(connection)
        current = policies.in_force(connection, office.today.year)
        listed = policies.policies_of(connection, current.id) if current else []
        desk = cases.desk_units(connection)
    working = [unit for unit in units.values() if unit.valid_to is None or unit.valid_to >= office.today]
    villages: dict[str, list[Area]] = {}
    for area in areas.values():
        if not area.code.endswith("000"):
            villages.setdefault(area.parent, []).append(area)
    return Choices(
        tuple((areas[code], tuple(found)) for code, found in sorted(villages.items()) if code in areas),
        tuple(
            unit for unit in working if unit.kind not in (*_NOT_REPORTED_HERE, "bank") and unit.area.endswith("000000")
        ),
        tuple(unit for unit in working if unit.kind == "bank"),
        {policy.code: policy.name for policy in listed},
        units,
        desk,
    )


def own_units(office: Office, actor: Actor) -> frozenset[str]:
    """Units whose cases this person keeps away from: the own one and those that the person is related to."""
    with office.ledger.read() as connection:
        return frozenset(filter(None, cases.viewer_of(connection, actor).units))


def about_payment(office: Office, reference: PaymentRef) -> tuple[int, str] | None:
    """(payment id, policy code) of the payment that this names; None where there is none."""
    with office.ledger.read() as connection:
        payment = payments.find_reference(connection, reference)
        batch = batches.find_batch(connection, reference.batch)
    return (payment, batch.policy) if payment is not None and batch is not None else None
