"""Why warnings about a roll were let pass: one reason a kind, as whoever imported gave it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, insert, select

from portal.ledger.roll_tables import acceptances


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A kind of warning (its code) that came `times` times and was let pass."""

    code: str
    times: int
    reason: str


def add(connection: Connection, batch_id: int, found: Iterable[Acceptance]) -> None:
    """Insert what was let pass; at least one."""
    connection.execute(insert(acceptances), [{"batch_id": batch_id, **asdict(each)} for each in found])


def of_batch(connection: Connection, batch_id: int) -> list[Acceptance]:
    query = select(acceptances.c.code, acceptances.c.times, acceptances.c.reason)
    rows = connection.execute(query.where(acceptances.c.batch_id == batch_id).order_by(acceptances.c.code))
    return [Acceptance(*row) for row in rows]
