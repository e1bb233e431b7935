"""Leads as somebody may see them: found anew when something has changed, with what was said of each."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import Connection

from portal.domain.batches import Actor
from portal.domain.findings import Refused
from portal.domain.leads import COUNTY_ROLES, KINDS, ROW_ROLES, Lead, LeadWord, Scope, circle_of, is_told, settles
from portal.domain.periods import period_word
from portal.ledger import batches, leads, policies, registers, suspensions
from portal.ledger.engine import Ledger
from portal.office import Office
from portal.queries.lead_payments import Year, load_year, payment_leads
from portal.queries.lead_registers import register_leads

SHOWN_ROWS: Final = 100
_LARGEST: Final = 20
"""Of a list that is behind a lead as a whole, so many rows."""
_Stamp = tuple[object, ...]
_remembered: WeakKeyDictionary[Ledger, tuple[_Stamp, list[Lead]]] = WeakKeyDictionary()
_one_at_a_time = threading.Lock()
"""Looking at all payments of a year is done once for all who ask, in each process."""


@dataclass(frozen=True, slots=True)
class LeadLine:
    """A lead with names for its codes. `words` are what others said of it, newest last, as far as this person hears."""

    lead: Lead
    places: tuple[str, ...]
    policies: tuple[str, ...]
    words: tuple[LeadWord, ...]
    is_settled: bool


@dataclass(frozen=True, slots=True)
class RowLine:
    """A row in the clerk's own file."""

    batch: str
    policy: str
    period: str
    village: str
    sheet: str
    row: int
    name: str
    fen: int


@dataclass(frozen=True, slots=True)
class LeadPage:
    """`rows` is None for who may not see rows; `others` counts rows of units that are not this person's matter."""

    line: LeadLine
    rows: tuple[RowLine, ...] | None
    others: int
    may_say: bool


def lead_lines(office: Office, actor: Actor) -> list[LeadLine]:
    """Everything that this person may see, settled or not, by kind, the largest amounts first."""
    with office.ledger.read() as connection:
        return _lines(connection, office, actor)


def open_counts(lines: Iterable[LeadLine]) -> dict[str, int]:
    """kind → how many wait to be looked at, in the order of the kinds."""
    counted = Counter(line.lead.kind for line in lines if not line.is_settled)
    return {kind: counted[kind] for kind in KINDS if counted[kind]}


def lead_page(office: Office, actor: Actor, name: str) -> LeadPage:
    """Raises the same Refused for a lead that is not there any more and for one that is not this person's to see."""
    with office.ledger.read() as connection:
        line = next((line for line in _lines(connection, office, actor) if line.lead.name == name), None)
        if line is None:
            raise Refused("没有这条线索：可能情况已经变了，或者不归您单位管", "lead.unknown")
        may_see = actor.role in ROW_ROLES
        scope = scope_of(connection, office, actor)
        rows, others = _rows(connection, line.lead, scope) if may_see else ((), 0)
        return LeadPage(line, rows if may_see else None, others, may_see)


def source_rows(office: Office, lead: Lead) -> tuple[RowLine, ...]:
    """All rows that a lead shows, for the command line of the county itself."""
    with office.ledger.read() as connection:
        return _rows(connection, lead, Scope(True))[0]


def scope_of(connection: Connection, office: Office, actor: Actor) -> Scope:
    """The whole county; or the policies of a department; or the places of a township."""
    if actor.role in COUNTY_ROLES:
        return Scope(True)
    unit = registers.all_units(connection).get(actor.unit)
    if unit is None:
        return Scope(False)
    if not unit.area.endswith("000000"):
        return Scope(False, unit.area[:9] if unit.area.endswith("000") else unit.area, unit=unit.code)
    listed = policies.listed(connection, office.today.year)
    own = frozenset(code for code, policy in listed.items() if unit.name in policy.departments)
    return Scope(False, policies=own, unit=unit.code)


def all_leads(connection: Connection, office: Office) -> list[Lead]:
    """Of the whole county. Those among payments are remembered until a row, a list or a batch's standing changes."""
    year = load_year(connection, office.today.year)
    with _one_at_a_time:
        stamp = _stamp(connection, office.today, year)
        known = _remembered.get(office.ledger)
        if known is None or known[0] != stamp:
            known = _remembered[office.ledger] = (stamp, payment_leads(connection, office.rules.warnings, year))
    return [*known[1], *register_leads(connection, office)]


def _stamp(connection: Connection, today: date, year: Year) -> _Stamp:
    current = policies.in_force(connection, today.year)
    lists = [(each.id, each.people, each.ended_on) for each in suspensions.all_lists(connection)]
    return (
        leads.newest_payment(connection), tuple(year.batches), tuple(year.before), tuple(lists), current, today.year,
    )  # fmt: skip


def _lines(connection: Connection, office: Office, actor: Actor) -> list[LeadLine]:
    scope, circle = scope_of(connection, office, actor), circle_of(actor)
    areas = registers.area_book(connection).areas
    names = {code: policy.name for code, policy in policies.listed(connection, office.today.year).items()}
    said: dict[str, list[LeadWord]] = {}
    for word in leads.words(connection):
        if is_told(word, circle):
            said.setdefault(word.lead, []).append(word)
    order = list(KINDS)
    seen = sorted(
        (lead for lead in all_leads(connection, office) if scope.sees(lead)),
        key=lambda lead: (order.index(lead.kind), -lead.fen, lead.subject),
    )
    return [
        LeadLine(
            lead,
            tuple(areas[code].name for code in sorted(lead.areas) if code in areas and areas[code].level != "county"),
            tuple(names.get(code, code) for code in sorted(lead.policies)),
            words := tuple(said.get(lead.name, ())),
            any(settles(word, lead, circle) for word in words),
        )
        for lead in seen
    ]


def _rows(connection: Connection, lead: Lead, scope: Scope) -> tuple[tuple[RowLine, ...], int]:
    """The rows that may be shown, and how many others there are."""
    found = leads.source_rows(connection, lead.rows[:SHOWN_ROWS]) if lead.rows else []
    for batch_id, village in lead.lists:
        found += leads.largest_rows(connection, batch_id, village, _LARGEST)
    known = {each.id: each for each in batches.all_batches(connection)} if found else {}
    areas = registers.area_book(connection).areas
    names: dict[int, Mapping[str, str]] = {
        year: {code: policy.name for code, policy in policies.listed(connection, year).items()}
        for year in {known[row.batch_id].year for row in found}
    }
    lines = tuple(
        RowLine(
            batch.number,
            names[batch.year].get(batch.policy, batch.policy),
            period_word(batch.period),
            areas[row.village].name if row.village in areas else "",
            row.sheet,
            row.row,
            row.name,
            row.fen,
        )
        for row in found
        if (batch := known[row.batch_id]) and scope.sees_row(batch.policy, row.village)
    )
    return lines, len(found) - len(lines)
