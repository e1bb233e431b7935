"""What was noted of village boards, and its photos."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from portal.domain.board_records import BoardRecord
from portal.ledger.publishing_tables import board_records
from portal.ledger.tables import batches

_COLUMNS: Final = [board_records.c[name] for name in BoardRecord.__slots__]
_ORDER: Final = (board_records.c.area, board_records.c.day, board_records.c.event.desc(), board_records.c.id)


def add(connection: Connection, **values: object) -> int:
    """Returns its id."""
    key = connection.execute(insert(board_records).values(**values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def of_batch(connection: Connection, batch_id: int) -> list[BoardRecord]:
    """By place and day."""
    query = select(*_COLUMNS).where(board_records.c.batch_id == batch_id).order_by(*_ORDER)
    return [BoardRecord(*row) for row in connection.execute(query)]


def by_place(connection: Connection) -> dict[tuple[str, str], list[BoardRecord]]:
    """(batch, area) → what was noted there, by day."""
    query = select(batches.c.number, *_COLUMNS).join(batches, batches.c.id == board_records.c.batch_id)
    found: dict[tuple[str, str], list[BoardRecord]] = defaultdict(list)
    for number, *row in connection.execute(query.order_by(*_ORDER)):
        record = BoardRecord(*row)
        found[number, record.area].append(record)
    return found


def photo(connection: Connection, record: int) -> bytes | None:
    """None where it has none, or none any more."""
    return connection.scalar(select(board_records.c.photo).where(board_records.c.id == record))


def all_photos(connection: Connection) -> Iterator[tuple[str, BoardRecord, bytes]]:
    """(batch, record, photo) of every photo, one in memory at a time."""
    query = select(batches.c.number, board_records.c.photo, *_COLUMNS).join(
        batches, batches.c.id == board_records.c.batch_id
    )
    query = query.where(board_records.c.photo.is_not(None)).order_by(board_records.c.id)
    for number, content, *row in connection.execute(query.execution_options(yield_per=1)):
        yield number, BoardRecord(*row), content


def waiting(connection: Connection) -> list[tuple[str, str]]:
    """(batch, who noted it) of each photo that nobody has looked at."""
    query = select(batches.c.number, board_records.c.by).join(batches, batches.c.id == board_records.c.batch_id)
    query = query.where(board_records.c.photo.is_not(None), board_records.c.released_by.is_(None))
    return [(str(number), str(by)) for number, by in connection.execute(query.order_by(board_records.c.id))]


def release(connection: Connection, record: int, **values: object) -> None:
    connection.execute(update(board_records).where(board_records.c.id == record).values(**values))


def drop(connection: Connection, record: int) -> None:
    connection.execute(delete(board_records).where(board_records.c.id == record))


def erase_photos(connection: Connection, batch_id: int) -> int:
    """Delete the batch's photos; days stay. Returns how many."""
    of_batch = (board_records.c.batch_id == batch_id, board_records.c.photo.is_not(None))
    gone = {"photo": None, "sha256": "", "width": 0, "height": 0, "released_by": None, "released_on": None}
    return connection.execute(update(board_records).where(*of_batch).values(gone)).rowcount


def close_again(connection: Connection) -> None:
    """After a restore every photo waits to be looked at: which were taken off the site since, a backup cannot know."""
    connection.execute(update(board_records).values(released_by=None, released_on=None))
