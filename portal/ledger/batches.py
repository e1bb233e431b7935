"""Batches, their files and their steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, func, insert, select, update

from portal.domain.batches import Batch, StepRecord
from portal.ledger.tables import batches, files, payments, publication_changes, steps


def add_batch(
    connection: Connection, *, policy: str, year: int, period: str, unit: str, revision: int, flow: str, by: str
) -> Batch:
    """A new batch with the next number of its year (2025-0007)."""
    last = connection.scalar(select(func.max(batches.c.number)).where(batches.c.year == year))
    number = f"{year}-{int(last[5:]) + 1 if last else 1:04d}"
    values: dict[str, Any] = {
        "number": number,
        "policy": policy,
        "year": year,
        "period": period,
        "unit": unit,
        "revision": revision,
        "flow": flow,
        "entered_by": by,
    }
    key = connection.execute(insert(batches).values(values)).inserted_primary_key
    assert key is not None
    return Batch(id=key[0], superseded=False, steps=(), **values)


def find_batch(connection: Connection, number: str) -> Batch | None:
    return next(iter(_batches(connection, select(batches).where(batches.c.number == number))), None)


def batch_of(connection: Connection, batch_id: int) -> Batch:
    """The batch of a payment's `batch_id`."""
    return _batches(connection, select(batches).where(batches.c.id == batch_id))[0]


def sums_within(connection: Connection, batch_id: int, area: str) -> tuple[int, int]:
    """Rows and 分 of the batch's roll in villages whose code begins so."""
    rows = select(func.count(), func.coalesce(func.sum(payments.c.fen), 0)).where(
        payments.c.batch_id == batch_id, payments.c.corrects.is_(None), *_within(area)
    )
    count, fen = connection.execute(rows).one()
    return count, int(fen)


def touches(connection: Connection, batch_id: int, area: str) -> bool:
    """Whether the batch has a row in a village whose code begins so."""
    rows = select(payments.c.id).where(payments.c.batch_id == batch_id, *_within(area))
    return connection.execute(rows.limit(1)).first() is not None


def _within(area: str) -> tuple[ColumnElement[bool], ...]:
    """Villages whose code begins so, as the index over batch and village finds them."""
    return payments.c.village >= area, payments.c.village <= area.ljust(12, "9")


def live_batch(connection: Connection, policy: str, period: str, unit: str) -> Batch | None:
    """The batch of that policy, period and unit which has not been superseded."""
    query = select(batches).where(
        batches.c.policy == policy, batches.c.period == period, batches.c.unit == unit, ~batches.c.superseded
    )
    return next((batch for batch in _batches(connection, query) if batch.is_live), None)


def revisions(connection: Connection, policy: str, period: str, unit: str) -> list[Batch]:
    """Every batch there ever was of that policy, period and unit."""
    same = (batches.c.policy == policy, batches.c.period == period, batches.c.unit == unit)
    return _batches(connection, select(batches).where(*same))


def all_batches(connection: Connection, numbers: Iterable[str] | None = None) -> list[Batch]:
    """Batches in the order of their numbers; only those named, where `numbers` is given."""
    query = select(batches).order_by(batches.c.number)
    if numbers is not None:
        query = query.where(batches.c.number.in_(list(numbers)))
    return _batches(connection, query)


def supersede(connection: Connection, batch_id: int) -> None:
    connection.execute(update(batches).where(batches.c.id == batch_id).values(superseded=True))


def add_step(connection: Connection, batch_id: int, record: StepRecord) -> None:
    connection.execute(insert(steps).values(batch_id=batch_id, **asdict(record)))


def add_file(
    connection: Connection,
    *,
    batch_id: int,
    kind: str,
    digest: bytes,
    import_key: bytes,
    sheets: Sequence[str],
    columns: Mapping[str, str],
    rows: int,
    fen: int,
) -> int:
    values = {
        "batch_id": batch_id,
        "kind": kind,
        "digest": digest,
        "import_key": import_key,
        "sheets": list(sheets),
        "columns": dict(columns),
        "rows": rows,
        "fen": fen,
    }
    key = connection.execute(insert(files).values(values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def imported_as(connection: Connection, import_key: bytes) -> Batch | None:
    """The live batch that the very same import made before, if any."""
    query = (
        select(batches)
        .join(files, files.c.batch_id == batches.c.id)
        .where(files.c.import_key == import_key, ~batches.c.superseded)
    )
    return next((batch for batch in _batches(connection, query) if batch.is_live and not batch.is_returned), None)


def has_file(connection: Connection, batch_id: int, import_key: bytes) -> bool:
    """Whether that very import was made for the batch before."""
    query = select(files.c.id).where(files.c.batch_id == batch_id, files.c.import_key == import_key)
    return connection.execute(query).first() is not None


def file_totals(connection: Connection, batch_id: int) -> tuple[int, int]:
    """(rows, 分) of the roll as it was read from its file."""
    row = connection.execute(
        select(files.c.rows, files.c.fen).where(files.c.batch_id == batch_id, files.c.kind == "roll")
    ).one()
    return row.rows, row.fen


def roll_sums(connection: Connection) -> dict[int, tuple[int, int]]:
    """batch id → (rows, 分) of its roll as it was read: cheap where many batches are listed."""
    query = select(files.c.batch_id, files.c.rows, files.c.fen).where(files.c.kind == "roll")
    return {row.batch_id: (row.rows, row.fen) for row in connection.execute(query)}


def _batches(connection: Connection, query: Select[Any]) -> list[Batch]:
    rows = connection.execute(query).mappings().all()
    taken: dict[int, list[StepRecord]] = {row["id"]: [] for row in rows}
    wanted = select(steps).order_by(steps.c.id)
    if len(taken) < 500:  # a few: ask for theirs; many: one scan is cheaper than a long list
        wanted = wanted.where(steps.c.batch_id.in_(taken))
    for step in connection.execute(wanted).mappings():
        if step["batch_id"] in taken:
            taken[step["batch_id"]].append(_record(step))
    return [Batch(steps=tuple(taken[row["id"]]), **row) for row in rows]


def _record(row: RowMapping) -> StepRecord:
    return StepRecord(**{name: row[name] for name in StepRecord.__slots__})


def announce(connection: Connection, kind: str, subject: str) -> int:
    """Tell the builder that something the site shows has changed, in the transaction that changes it."""
    number = 1 + (connection.scalar(select(func.max(publication_changes.c.number))) or 0)
    connection.execute(insert(publication_changes).values(number=number, kind=kind, subject=subject))
    return number


def changes_since(connection: Connection, number: int) -> list[tuple[int, str, str]]:
    """(number, kind, subject) of every announced change after `number`, in order."""
    query = (
        select(publication_changes).where(publication_changes.c.number > number).order_by(publication_changes.c.number)
    )
    return [(row.number, row.kind, row.subject) for row in connection.execute(query)]
