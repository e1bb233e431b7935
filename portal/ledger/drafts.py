"""Drafts: previews of rolls, seen by who made them and nobody else, for a day; and remembered choices of columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, or_, select, update

from portal.ledger.draft_tables import column_choices, drafts

KEPT: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """`prepared` is the packed roll, None in lists and once the draft became `batch`; `guessed` names what nobody chose;
    `created` is UTC."""

    token: str
    by: str
    created: str
    policy: str
    period: str
    unit: str
    day: date
    sheets: tuple[str, ...]
    columns: Mapping[str, str]
    guessed: tuple[str, ...]
    key_id: str
    file_digest: bytes = field(repr=False)
    import_key: bytes = field(repr=False)
    rows: int
    held: int
    fen: int
    refused: bool
    prepared: bytes | None = field(repr=False)
    batch: str = ""

    @property
    def ends(self) -> datetime:
        return datetime.fromisoformat(self.created) + KEPT


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def add_draft(connection: Connection, draft: StoredDraft) -> None:
    """Store a draft in the place of those of the same person that it replaces: of the same file, or the same batch."""
    same_batch = (drafts.c.policy == draft.policy) & (drafts.c.period == draft.period) & (drafts.c.unit == draft.unit)
    replaced = or_(drafts.c.file_digest == draft.file_digest, same_batch)
    connection.execute(delete(drafts).where(drafts.c.by == draft.by, drafts.c.batch == "", replaced))
    values = {**asdict(draft), "sheets": list(draft.sheets), "guessed": list(draft.guessed)}
    connection.execute(insert(drafts).values(values))


def find_draft(connection: Connection, token: str, by: str) -> StoredDraft | None:
    """Somebody's own draft, not yet too old; None for whatever is not."""
    query = select(drafts).where(drafts.c.token == token, drafts.c.by == by, drafts.c.created > _oldest())
    row = connection.execute(query).mappings().first()
    return _draft(**row) if row else None


def drafts_of(connection: Connection, by: str) -> list[StoredDraft]:
    """Somebody's drafts that wait to be confirmed, newest first, without their rows."""
    wanted = [column for column in drafts.c if column is not drafts.c.prepared]
    query = select(*wanted).where(drafts.c.by == by, drafts.c.batch == "", drafts.c.created > _oldest())
    rows = connection.execute(query.order_by(drafts.c.created.desc(), drafts.c.token)).mappings()
    return [_draft(**row, prepared=None) for row in rows]


def became(connection: Connection, token: str, batch: str) -> None:
    """The draft is confirmed: its rows go, what it became stays to be found for the rest of the day."""
    connection.execute(update(drafts).where(drafts.c.token == token).values(batch=batch, prepared=None))


def delete_draft(connection: Connection, token: str) -> None:
    connection.execute(delete(drafts).where(drafts.c.token == token))


def delete_of_batch(connection: Connection, number: str, policy: str, period: str, unit: str) -> int:
    """Delete what drafts there are of a batch, or of the same roll once more; returns how many."""
    same = (drafts.c.policy == policy) & (drafts.c.period == period) & (drafts.c.unit == unit)
    return connection.execute(delete(drafts).where(or_(drafts.c.batch == number, same))).rowcount


def delete_old(connection: Connection) -> int:
    """Delete drafts whose day is over; returns how many."""
    return connection.execute(delete(drafts).where(drafts.c.created <= _oldest())).rowcount


def choices_of(connection: Connection, unit: str, policy: str) -> dict[str, str]:
    """field → header text, as somebody last said it."""
    query = select(column_choices).where(column_choices.c.unit == unit, column_choices.c.policy == policy)
    return {row.field: row.title for row in connection.execute(query)}


def remember_choices(connection: Connection, unit: str, policy: str, columns: Mapping[str, str]) -> None:
    """What these fields are read from, from now on; what else was remembered is forgotten."""
    same = (column_choices.c.unit == unit, column_choices.c.policy == policy)
    connection.execute(delete(column_choices).where(*same))
    rows = [{"unit": unit, "policy": policy, "field": code, "title": title} for code, title in columns.items()]
    if rows:
        connection.execute(insert(column_choices), rows)


def _oldest() -> str:
    return (datetime.now(UTC) - KEPT).isoformat(timespec="seconds")


def _draft(**values: object) -> StoredDraft:
    values["sheets"] = tuple(values["sheets"])  # type: ignore[arg-type]
    values["guessed"] = tuple(values["guessed"])  # type: ignore[arg-type]
    return StoredDraft(**values)  # type: ignore[arg-type]
