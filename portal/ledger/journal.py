"""The append-only journal: who did what, chained by hash. Nothing here updates or deletes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import Connection, Row, insert, select

from portal.domain.journal import GENESIS, Entry, entry_hash
from portal.domain.sheets import print_number
from portal.ledger.tables import journal, journal_batches


def head(connection: Connection) -> tuple[int, str]:
    """(number, hash) of the last entry; (0, 64 noughts) of an empty journal."""
    row = connection.execute(
        select(journal.c.number, journal.c.hash).order_by(journal.c.number.desc()).limit(1)
    ).first()
    return (row.number, row.hash) if row else (0, GENESIS)


def append(connection: Connection, act: str, actor: str, detail: Mapping[str, object]) -> int:
    """Add an entry within the caller's write transaction and return its number.

    `detail` holds row ids, counts, codes and salted hashes; never names of beneficiaries, words or digests.
    """
    number, previous = head(connection)
    number += 1
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    body = json.dumps(detail, ensure_ascii=False, sort_keys=True)
    values = {
        "number": number,
        "moment": moment,
        "act": act,
        "actor": actor,
        "detail": body,
        "previous": previous,
        "hash": entry_hash(number, moment, act, actor, json.loads(body), previous),
    }
    connection.execute(insert(journal).values(values))
    if batch := detail.get("batch"):
        connection.execute(insert(journal_batches).values(batch=batch, number=number))
    return number


def last_of(connection: Connection, act: str) -> Entry | None:
    """The newest entry of this act."""
    row = connection.execute(
        select(journal).where(journal.c.act == act).order_by(journal.c.number.desc()).limit(1)
    ).first()
    return _entry(row) if row else None


def slips_printed(connection: Connection) -> int:
    """The number of the last paper slip that was ever printed."""
    found = last_of(connection, "case.slips")
    return int(str(found.detail["last"])) if found else 0


def of_case(connection: Connection, act: str, number: str) -> list[Entry]:
    """The entries of this act about one case, oldest first."""
    about = journal.c.detail.contains(f'"case": {json.dumps(number)}', autoescape=True)
    rows = connection.execute(select(journal).where(journal.c.act == act, about).order_by(journal.c.number))
    return [entry for entry in map(_entry, rows) if entry.detail.get("case") == number]


def last_of_batch(connection: Connection, act: str, number: str) -> Entry | None:
    """The newest entry of this act about one batch."""
    return _last_with(connection, act, "batch", number)


def entry_of_release(connection: Connection, name: str) -> Entry | None:
    """When a release was there to be seen; its name says when building it began."""
    return _last_with(connection, "release", "release", name)


def _last_with(connection: Connection, act: str, key: str, value: str) -> Entry | None:
    about = journal.c.detail.contains(f"{json.dumps(key)}: {json.dumps(value)}", autoescape=True)
    query = select(journal).where(journal.c.act == act, about).order_by(journal.c.number.desc()).limit(1)
    row = connection.execute(query).first()
    return _entry(row) if row else None


def entries(connection: Connection) -> Iterator[Entry]:
    """All entries from the first on."""
    for row in connection.execute(select(journal).order_by(journal.c.number)).yield_per(1000):
        yield _entry(row)


def entries_of(connection: Connection, *acts: str) -> Iterator[Entry]:
    """The entries of these acts, oldest first."""
    query = select(journal).where(journal.c.act.in_(acts)).order_by(journal.c.number)
    for row in connection.execute(query).yield_per(1000):
        yield _entry(row)


def printed(connection: Connection) -> dict[int, str]:
    """Posting id → print number of the sheet that was made of it last."""
    ordered: dict[int, list[int]] = {}
    for entry in entries_of(connection, "print.pack", "print.names", "print.failed"):
        if entry.act == "print.failed":
            ordered.pop(cast(int, entry.detail["order"]), None)
        else:
            ordered[entry.number] = cast(list[int], entry.detail["postings"])
    return {
        posting: print_number(entry, place)
        for entry, postings in ordered.items()
        for place, posting in enumerate(postings, start=1)
    }


def _entry(row: Row[Any]) -> Entry:
    return Entry(row.number, row.moment, row.act, row.actor, json.loads(row.detail), row.previous, row.hash)
