"""Whether what was erased is really gone: from the tables, and on SQLite from every byte of the database's files."""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import func, select

from portal.ledger.engine import Ledger
from portal.ledger.publishing_tables import board_records
from portal.ledger.roll_tables import unmatched_lines
from portal.ledger.tables import batches, payment_names, payments, postings, sealed_names


def stored_traces(ledger: Ledger, batch: str) -> tuple[int, int]:
    """(snapshots and photos, names) of the batch that are still in the tables: masked names, sealed ones, those of bank
    lines."""
    of_batch = select(batches.c.id).where(batches.c.number == batch).scalar_subquery()
    ids = select(payments.c.id).where(payments.c.batch_id == of_batch)
    kept = select(func.count()).where(postings.c.batch_id == of_batch, postings.c.snapshot.is_not(None))
    named = (
        select(func.count()).where(payment_names.c.payment_id.in_(ids)),
        select(func.count()).where(sealed_names.c.payment_id.in_(ids)),
        select(func.count()).where(unmatched_lines.c.batch_id == of_batch, unmatched_lines.c.masked != ""),
    )
    photos = select(func.count()).where(board_records.c.batch_id == of_batch, board_records.c.photo.is_not(None))
    with ledger.read() as connection:
        public = sum(connection.scalar(query) or 0 for query in (kept, photos))
        return public, sum(connection.scalar(query) or 0 for query in named)


def files_with(ledger: Ledger, words: Sequence[str]) -> list[str]:
    """Names of the SQLite files in which one of these still stands, in free pages or the write-ahead log too. PostgreSQL
    keeps its files to itself: the answer is empty there."""
    if not ledger.is_sqlite or not ledger.url.database:
        return []
    path = Path(ledger.url.database)
    files = (path.with_name(path.name + suffix) for suffix in ("", "-wal", "-journal"))
    return [file.name for file in files if file.exists() and file.stat().st_size and _holds(file, words)]


def _holds(file: Path, words: Sequence[str]) -> bool:
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return any(data.find(word.encode()) >= 0 for word in words)
