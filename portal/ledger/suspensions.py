"""Suspension lists: digests alone. Nobody can ask here whether somebody is on one; rolls are compared as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, update

from portal.ledger.oversight_tables import suspension_lists, suspensions

_AT_ONCE: Final = 5000


class Suspended(NamedTuple):
    """Somebody on a list. Without `since` or `until` it has no such end."""

    proof: bytes
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class SuspensionList:
    """`people` is how many digests are still there: none once the list has ended."""

    id: int
    unit: str
    document: str
    issued: date
    imported_by: str
    imported_on: date
    rows: int
    ended_by: str | None
    ended_on: date | None
    people: int


def add_list(
    connection: Connection,
    *,
    unit: str,
    document: str,
    issued: date,
    by: str,
    day: date,
    import_key: bytes,
    key_id: str,
    people: Iterable[Suspended],
) -> int:
    """Store a list; returns its id. Whoever stands in it twice is stored once."""
    rows = {person.proof: {"key_id": key_id, **person._asdict()} for person in people}
    values = {
        "unit": unit, "document": document, "issued": issued, "imported_by": by, "imported_on": day,
        "rows": len(rows), "import_key": import_key,
    }  # fmt: skip
    key = connection.execute(insert(suspension_lists).values(values)).inserted_primary_key
    assert key is not None
    found = [{"list_id": key[0], **row} for row in rows.values()]
    for start in range(0, len(found), _AT_ONCE):
        connection.execute(insert(suspensions), found[start : start + _AT_ONCE])
    return int(key[0])


def imported_as(connection: Connection, import_key: bytes) -> int | None:
    """The list in force that the very same import made before, if any."""
    query = select(suspension_lists.c.id).where(
        suspension_lists.c.import_key == import_key, suspension_lists.c.ended_on.is_(None)
    )
    return connection.scalar(query)


def all_lists(connection: Connection) -> list[SuspensionList]:
    """Newest first, those that have ended among them."""
    counted = select(suspensions.c.list_id, func.count().label("people")).group_by(suspensions.c.list_id).subquery()
    shown = [suspension_lists.c[name] for name in SuspensionList.__slots__ if name != "people"]
    query = (
        select(*shown, func.coalesce(counted.c.people, 0))
        .outerjoin(counted, counted.c.list_id == suspension_lists.c.id)
        .order_by(suspension_lists.c.id.desc())
    )
    return [SuspensionList(*tuple(row)) for row in connection.execute(query)]


def end_list(connection: Connection, list_id: int, by: str, day: date) -> int:
    """The list ends and its digests go; returns how many."""
    values = {"ended_by": by, "ended_on": day}
    connection.execute(update(suspension_lists).where(suspension_lists.c.id == list_id).values(values))
    return connection.execute(delete(suspensions).where(suspensions.c.list_id == list_id)).rowcount


def delete_past(connection: Connection, today: date) -> int:
    """Delete the digests of who was on a list until a day that is over; returns how many."""
    return connection.execute(delete(suspensions).where(suspensions.c.until < today)).rowcount


def suspended_on(connection: Connection, day: date) -> frozenset[bytes]:
    """The digests of everybody who is on a list in force that day: for comparing a roll with, in memory."""
    in_force = and_(
        suspension_lists.c.ended_on.is_(None),
        or_(suspensions.c.since.is_(None), suspensions.c.since <= day),
        or_(suspensions.c.until.is_(None), suspensions.c.until >= day),
    )
    joined = suspensions.join(suspension_lists, suspension_lists.c.id == suspensions.c.list_id)
    return frozenset(connection.scalars(select(suspensions.c.proof).select_from(joined).where(in_force)))
