"""What the builder last did, which changes wait for it, and whether the site is on trial."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select, update

from portal.domain.publishing import Builder
from portal.ledger.publishing_tables import builder, releases, trial
from portal.ledger.tables import publication_changes

ERASURE: Final = "erasure"
"""The kind of change after which no earlier release may lie about."""


def newest_change(connection: Connection) -> int:
    """The number of the last change that was announced; 0 before the first. Asked every few seconds."""
    return connection.scalar(select(func.max(publication_changes.c.number))) or 0


def newest_erasure(connection: Connection, after: int = 0) -> int:
    """The number of the last change after `after` that erased something; 0 where there is none."""
    query = select(func.max(publication_changes.c.number)).where(
        publication_changes.c.number > after, publication_changes.c.kind == ERASURE
    )
    return connection.scalar(query) or 0


def erasure_of(connection: Connection, batch: str) -> int:
    """The number of the last change that took something of that batch down; 0 where there is none."""
    query = select(func.max(publication_changes.c.number)).where(
        publication_changes.c.kind == ERASURE, publication_changes.c.subject == batch
    )
    return connection.scalar(query) or 0


def first_release_with(connection: Connection, change: int) -> str:
    """The name of the first release that goes up to that change; "" while there is none."""
    return connection.scalar(select(func.min(releases.c.name)).where(releases.c.change >= change)) or ""


def pending(connection: Connection, after: int) -> int:
    """How many changes were announced after that one."""
    query = select(func.count()).where(publication_changes.c.number > after)
    return connection.scalar(query) or 0


def last_release(connection: Connection) -> str:
    """The name of the newest release that is recorded, which is its moment; "" before the first."""
    return connection.scalar(select(func.max(releases.c.name))) or ""


def read_builder(connection: Connection) -> Builder:
    row = connection.execute(select(builder)).mappings().first()
    if row is None:
        return Builder()
    return Builder(
        _moment(row["started"]), _moment(row["seen"]), row["state"], row["change"], row["built_on"], row["failure"]
    )


def change_builder(connection: Connection, **values: Any) -> None:
    """Note something about the builder: `started` and `seen` as moments, the rest as the table has it."""
    values = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
    if not connection.execute(update(builder).values(values)).rowcount:
        empty = {"started": "", "seen": "", "state": "ended", "change": 0, "built_on": None, "failure": ""}
        connection.execute(insert(builder).values({"id": 1, **empty, **values}))


def trial_since(connection: Connection) -> date | None:
    """The day since which the site is on trial; None when it is open."""
    row = connection.execute(select(trial)).first()
    return row.since if row is not None and row.is_on else None


def set_trial(connection: Connection, is_on: bool, since: date) -> None:
    values = {"is_on": is_on, "since": since}
    if not connection.execute(update(trial).values(values)).rowcount:
        connection.execute(insert(trial).values({"id": 1, **values}))


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
