"""Cases and their events. What a member of staff asks for never includes what they must not see (`_seen_by`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    delete,
    false,
    func,
    insert,
    not_,
    or_,
    select,
    true,
    tuple_,
    update,
)

from portal.domain.batches import Actor
from portal.domain.case_access import AUDIT_ROLE, DESK_ROLE, DISCIPLINE_ROLE, Viewer
from portal.domain.case_acts import Kind
from portal.domain.case_facts import CaseFacts
from portal.domain.cases import Case, CaseEvent
from portal.ledger.case_tables import case_concerns, case_events, cases, staff_relations
from portal.ledger.tables import payments, staff

_AT_ONCE: Final = 500
_on_list = payments.alias("_on_list")


@dataclass(frozen=True, slots=True)
class StoredCase:
    id: int
    case: Case
    facts: CaseFacts


def add_case(connection: Connection, case: Case, facts: CaseFacts) -> int:
    """Store a new case with its events; returns its id."""
    values = {name: getattr(facts, name) for name in CaseFacts.__slots__}
    first = {"number": case.number, "kind": case.kind, "filed": case.filed, "state": case.state, "unit": case.unit}
    made = connection.execute(insert(cases).values(**values, **first))
    case_id = int(cast(Any, made.inserted_primary_key)[0])
    add_concerns(connection, case_id, "unit", case.concerns)
    for event in case.events:
        _insert_event(connection, case_id, event)
    return case_id


def add_concerns(connection: Connection, case_id: int, kind: str, subjects: Iterable[str]) -> None:
    """Units or staff (kind: unit, person) that the case is about or near to, or that stand back from it; who is noted
    already is not noted twice."""
    new = {(kind, subject) for subject in subjects} - concerns_of(connection, case_id)
    rows = [{"case_id": case_id, "kind": kind, "subject": subject} for kind, subject in sorted(new)]
    if rows:
        connection.execute(insert(case_concerns), rows)


def concerns_of(connection: Connection, case_id: int) -> frozenset[tuple[str, str]]:
    """(kind, subject) of everybody who must not see the case."""
    table = case_concerns.c
    rows = connection.execute(select(table.kind, table.subject).where(table.case_id == case_id))
    return frozenset((row.kind, row.subject) for row in rows)


def add_event(connection: Connection, stored: StoredCase, event: CaseEvent) -> int:
    """Append an event that was admitted; returns its id. `state` and `unit` follow it."""
    event_id = _insert_event(connection, stored.id, event)
    after = Case(stored.case.number, stored.case.kind, stored.case.filed, events=(*stored.case.events, event))
    change_case(connection, stored.id, state=after.state, unit=after.unit)
    return event_id


def change_case(connection: Connection, case_id: int, **values: object) -> None:
    connection.execute(update(cases).where(cases.c.id == case_id).values(values))


def find_by_receipt(connection: Connection, receipt_hash: bytes) -> StoredCase | None:
    """For the reporter, who has the receipt."""
    return _one(connection, cases.c.receipt_hash == receipt_hash)


def find_seen(connection: Connection, viewer: Viewer, number: str) -> StoredCase | None:
    """The case if this viewer may see it; a case that may not be seen is none."""
    return _one(connection, and_(cases.c.number == number, _seen_by(viewer)))


def find_numbered(connection: Connection, number: str) -> StoredCase | None:
    """For the program's own checks; never for a person's page."""
    return _one(connection, cases.c.number == number)


def has_order(connection: Connection, source: str, order_number: str) -> bool:
    """Whether a case came in from this source under this number."""
    wanted = (cases.c.source == source, cases.c.order_number == order_number)
    return connection.execute(select(cases.c.id).where(*wanted)).first() is not None


def seen_cases(
    connection: Connection,
    viewer: Viewer,
    *,
    states: Collection[str] = (),
    since: date | None = None,
    until: date | None = None,
) -> list[StoredCase]:
    """All cases that this viewer may see, oldest first; in these states, filed in these days."""
    return _many(connection, and_(_seen_by(viewer), *_in(states), *_filed(since, until)))


def seen_numbers(connection: Connection, viewer: Viewer) -> frozenset[str]:
    """The numbers of all cases that this viewer may see."""
    return frozenset(connection.scalars(select(cases.c.number).where(_seen_by(viewer))))


def count_seen(connection: Connection, viewer: Viewer, states: Collection[str]) -> int:
    """How many cases in these states this viewer may see."""
    counting = select(func.count()).select_from(cases).where(and_(_seen_by(viewer), *_in(states)))
    return int(connection.execute(counting).scalar_one())


def all_cases(
    connection: Connection,
    *,
    states: Collection[str] = (),
    since: date | None = None,
    until: date | None = None,
    apart_from: Viewer | None = None,
) -> list[StoredCase]:
    """Every case, for what is counted and for the program's own acts; never for a person's list. Those that concern
    `apart_from` are left out: a figure must not tell them what no page does."""
    told = _does_not_concern(apart_from) if apart_from else true()
    return _many(connection, and_(told, *_in(states), *_filed(since, until)))


def cases_about(
    connection: Connection, viewer: Viewer, batch_id: int, policy: str, period: tuple[date, date]
) -> list[tuple[str, str]]:
    """(village, state) of complaints about a list that were filed while it was on notice, as far as the viewer sees
    them: about a payment of it, or about its policy in a village."""
    return [
        (village, state)
        for village, state in connection.execute(_about(batch_id, policy, period).where(_seen_by(viewer)))
    ]


def count_about(
    connection: Connection, apart_from: Viewer, batch_id: int, policy: str, period: tuple[date, date]
) -> int:
    """How many of them the desk has, without those that concern `apart_from`."""
    wanted = _about(batch_id, policy, period).where(cases.c.desk_sees, _does_not_concern(apart_from)).subquery()
    return int(connection.execute(select(func.count()).select_from(wanted)).scalar_one())


def merged_into(connection: Connection, number: str) -> list[StoredCase]:
    """The repeats that are handled with this case."""
    merged = select(case_events.c.case_id).where(case_events.c.act == "merge", case_events.c.note == number)
    return _many(connection, and_(cases.c.state == "merged", cases.c.id.in_(merged)))


def viewer_of(connection: Connection, actor: Actor) -> Viewer:
    """The person with everything they must keep away from."""
    declared = relations_of(connection, actor.name)
    units = {subject for kind, subject in declared if kind == "unit"}
    persons = {subject for kind, subject in declared if kind == "person"}
    return Viewer(actor, frozenset({actor.unit} | units), frozenset({actor.name} | persons))


def desk_units(connection: Connection) -> frozenset[str]:
    """Units of the active people who work at the complaints desk."""
    rows = connection.execute(select(staff.c.unit).where(staff.c.role == DESK_ROLE, staff.c.active))
    return frozenset(row.unit for row in rows)


def relations_of(connection: Connection, name: str) -> list[tuple[str, str]]:
    """(kind, subject): units and persons this member of staff has declared to be related to."""
    rows = connection.execute(
        select(staff_relations.c.kind, staff_relations.c.subject).where(staff_relations.c.staff == name)
    )
    return [(row.kind, row.subject) for row in rows]


def add_relation(connection: Connection, name: str, kind: str, subject: str) -> None:
    if (kind, subject) not in relations_of(connection, name):
        connection.execute(insert(staff_relations).values(staff=name, kind=kind, subject=subject))


def remove_relation(connection: Connection, name: str, kind: str, subject: str) -> None:
    table = staff_relations.c
    found = (table.staff == name, table.kind == kind, table.subject == subject)
    connection.execute(delete(staff_relations).where(*found))


def all_relations(connection: Connection) -> list[tuple[str, str, str]]:
    """(staff, kind, subject) of all that was declared."""
    rows = connection.execute(select(staff_relations).order_by(staff_relations.c.staff, staff_relations.c.kind))
    return [(row.staff, row.kind, row.subject) for row in rows]


def _seen_by(viewer: Viewer) -> ColumnElement[bool]:
    """Who sees which cases, as a condition that every staff query carries. Concerned units and persons see nothing."""
    role = viewer.actor.role
    if role in (DESK_ROLE, AUDIT_ROLE):
        base: ColumnElement[bool] = cases.c.desk_sees
    elif role == DISCIPLINE_ROLE:
        base = cases.c.discipline_sees
    elif viewer.actor.unit:
        base = cases.c.unit == viewer.actor.unit
    else:
        base = false()
    return and_(base, _does_not_concern(viewer))


def _does_not_concern(viewer: Viewer) -> ColumnElement[bool]:
    near = [("unit", unit) for unit in viewer.units] + [("person", person) for person in viewer.persons]
    concerned = (
        select(case_concerns.c.case_id)
        .where(case_concerns.c.case_id == cases.c.id)
        .where(tuple_(case_concerns.c.kind, case_concerns.c.subject).in_(near))
    )
    return not_(concerned.exists())


def _about(batch_id: int, policy: str, period: tuple[date, date]) -> Select[Any]:
    village = func.coalesce(payments.c.village, cases.c.area)
    return (
        select(village, cases.c.state)
        .outerjoin(payments, payments.c.id == cases.c.payment_id)
        .where(
            cases.c.kind.in_(("complaint", "report")),
            cases.c.filed.between(*period),
            or_(payments.c.batch_id == batch_id, and_(cases.c.payment_id.is_(None), cases.c.policy == policy)),
            village.in_(select(_on_list.c.village).where(_on_list.c.batch_id == batch_id)),
        )
    )


def _in(states: Collection[str]) -> list[ColumnElement[bool]]:
    return [cases.c.state.in_(states)] if states else []


def _filed(since: date | None, until: date | None) -> list[ColumnElement[bool]]:
    bounds = [cases.c.filed >= since] if since else []
    return [*bounds, *([cases.c.filed <= until] if until else [])]


def _insert_event(connection: Connection, case_id: int, event: CaseEvent) -> int:
    values = {name: getattr(event, name) for name in CaseEvent.__slots__}
    made = connection.execute(insert(case_events).values(case_id=case_id, **values))
    return int(cast(Any, made.inserted_primary_key)[0])


def _one(connection: Connection, condition: ColumnElement[bool]) -> StoredCase | None:
    return next(iter(_many(connection, condition)), None)


def _many(connection: Connection, condition: ColumnElement[bool]) -> list[StoredCase]:
    rows = connection.execute(select(cases).where(condition).order_by(cases.c.filed, cases.c.id)).all()
    ids = [row.id for row in rows]
    concerns: dict[int, set[str]] = {number: set() for number in ids}
    events: dict[int, list[CaseEvent]] = {number: [] for number in ids}
    for some in _chunks(ids):
        units = and_(case_concerns.c.case_id.in_(some), case_concerns.c.kind == "unit")
        for row in connection.execute(select(case_concerns).where(units)):
            concerns[row.case_id].add(row.subject)
        done = select(case_events).where(case_events.c.case_id.in_(some)).order_by(case_events.c.id)
        for row in connection.execute(done):
            events[row.case_id].append(CaseEvent(row.act, row.day, row.by, row.unit, row.outcome, row.note))
    return [_stored(row, frozenset(concerns[row.id]), tuple(events[row.id])) for row in rows]


def _chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))


def _stored(row: Row[Any], concerns: frozenset[str], events: tuple[CaseEvent, ...]) -> StoredCase:
    facts = CaseFacts(**{name: getattr(row, name) for name in CaseFacts.__slots__})
    return StoredCase(row.id, Case(row.number, cast(Kind, row.kind), row.filed, concerns, events), facts)
