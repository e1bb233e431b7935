"""Who has declared to be related to whom (回避申报)."""

from __future__ import annotations

from portal.domain.batches import Actor
from portal.ledger import cases
from portal.office import Office


def own_relations(office: Office, actor: Actor) -> list[tuple[str, str]]:
    """(kind, subject): units and persons that this person has declared."""
    with office.ledger.read() as connection:
        return sorted(cases.relations_of(connection, actor.name))


def all_relations(office: Office) -> list[tuple[str, str, str]]:
    """(staff, kind, subject) of everybody, for the administrator: says nothing of cases."""
    with office.ledger.read() as connection:
        return cases.all_relations(connection)
