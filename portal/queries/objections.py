"""Objections to a batch on notice, as one person may know of them: what was noted, and cases as far as they see them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from portal.domain.batches import Actor, Batch
from portal.domain.case_access import AUDIT_ROLE, DESK_ROLE, UNIT_ROLES
from portal.domain.case_acts import OPEN
from portal.domain.objections import Objection, may_note
from portal.domain.reach import Seen
from portal.domain.small_cells import SMALLEST_CELL
from portal.ledger import cases, leads, objections, registers
from portal.office import Office, batch_named

_SEES_CASES: Final = (DESK_ROLE, AUDIT_ROLE, *UNIT_ROLES)


@dataclass(frozen=True, slots=True)
class VillageObjections:
    """How many came from a village: `heard` on paper or by mouth, `cases` as complaints; and how many still stand."""

    code: str
    name: str
    heard: int
    cases: int
    open: int


@dataclass(frozen=True, slots=True)
class Objections:
    """`all_cases` is how many complaints there were in all, told where they are five or more: fewer say too much to who
    sees none of them. None of them concern whoever asks."""

    villages: tuple[VillageObjections, ...]
    noted: tuple[Objection, ...]
    all_cases: int | None
    may_note: tuple[str, ...]
    """Villages for which this person notes objections."""

    @property
    def count(self) -> int:
        return sum(village.heard + village.cases for village in self.villages)

    @property
    def open(self) -> int:
        return sum(village.open for village in self.villages)


def objections_to(office: Office, actor: Actor, number: str) -> Objections:
    """Raises Refused when there is no such batch."""
    with office.ledger.read() as connection:
        return batch_objections(connection, actor, batch_named(connection, number))


def batch_objections(connection: Connection, actor: Actor, batch: Batch, part: Seen | None = None) -> Objections:
    """The same within a read transaction. Where only a `part` of the batch is somebody's, what was noted in their villages alone."""
    noted = objections.objections_of(connection, batch.id)
    noted = [each for each in noted if part is None or part.has_village(each.village)]
    heard: Counter[str] = Counter()
    still_open: Counter[str] = Counter()
    for each in noted:
        heard[each.village] += each.count
        still_open[each.village] += each.count if each.is_open else 0
    seen: Counter[str] = Counter()
    told = 0
    if actor.role in _SEES_CASES and (notice := batch.notice) and notice.until:
        viewer = cases.viewer_of(connection, actor)
        period = (notice.day, notice.until)
        for village, state in cases.cases_about(connection, viewer, batch.id, batch.policy, period):
            seen[village] += 1
            still_open[village] += state in OPEN
        told = cases.count_about(connection, viewer, batch.id, batch.policy, period)
    areas, units = registers.area_book(connection).areas, registers.all_units(connection)
    own = units[actor.unit].area if actor.unit in units else ""
    villages = leads.villages_paid(connection, [batch.id]) - {""}
    return Objections(
        tuple(
            VillageObjections(
                code, areas[code].name if code in areas else "", heard[code], seen[code], still_open[code]
            )
            for code in sorted(heard.keys() | seen.keys())
        ),
        tuple(noted),
        told if told >= SMALLEST_CELL else None,
        tuple(sorted(code for code in villages if may_note(actor, own, code))),
    )
