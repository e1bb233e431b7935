"""Finding entries among a million: always along an index, the newest first, from a place on."""

from __future__ import annotations

import heapq
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from portal.domain.journal import Entry
from portal.ledger.tables import journal, journal_batches


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; empty says nothing. `acts` are any of them, `person` a name of the staff; `since` and `until`
    are moments (UTC, ISO, until not included)."""

    acts: tuple[str, ...] = ()
    person: str = ""
    batch: str = ""
    since: str = ""
    until: str = ""


def find_entries(
    connection: Connection, wanted: Wanted, before: int | None, apart_from: Collection[str], at_once: int
) -> Iterator[Entry]:
    """The newest entries that fit, below the number `before`, `at_once` of them and none of the acts `apart_from`; fewer
    when there are no more."""
    low = first_since(connection, wanted.since) if wanted.since else 1
    high = first_since(connection, wanted.until) if wanted.until else None
    if before is not None:
        high = before if high is None else min(high, before)
    found = [connection.execute(query.limit(at_once)) for query in _queries(connection, wanted, low, high, apart_from)]
    rows: Iterator[Row[Any]] = heapq.merge(*found, key=lambda row: -row.number)
    for _, row in zip(range(at_once), rows, strict=False):
        yield Entry(row.number, row.moment, row.act, row.actor, json.loads(row.detail), row.previous, row.hash)


def first_since(connection: Connection, moment: str) -> int:
    """The number of the first entry not older than a moment, by halves: moments rise with the numbers."""
    low, high = 1, 1 + (connection.scalar(select(func.max(journal.c.number))) or 0)
    while low < high:
        middle = (low + high) // 2
        if (connection.scalar(select(journal.c.moment).where(journal.c.number == middle)) or "") < moment:
            low = middle + 1
        else:
            high = middle
    return low


def _queries(
    connection: Connection, wanted: Wanted, low: int, high: int | None, apart_from: Collection[str]
) -> Iterator[Select[Any]]:
    """One query for each act or signature of a person, so that each walks down one index."""
    table = journal.c
    query = select(journal).where(table.number >= low).order_by(table.number.desc())
    if high is not None:
        query = query.where(table.number < high)
    if wanted.batch:
        naming = select(journal_batches.c.number).where(journal_batches.c.batch == wanted.batch)
        query = query.where(table.number.in_(naming))
    acts = [act for act in wanted.acts if act not in apart_from]
    if wanted.acts and not acts:
        return
    if wanted.person:
        by_act = query.where(table.act.in_(acts)) if acts else query.where(table.act.not_in(list(apart_from)))
        for signature in signatures(connection):
            if signature.partition(" (")[0] == wanted.person:
                yield by_act.where(table.actor == signature)
    elif acts and not wanted.batch:
        for act in acts:
            yield query.where(table.act == act)
    else:
        yield query.where(table.act.in_(acts)) if acts else query.where(table.act.not_in(list(apart_from)))


def signatures(connection: Connection) -> Iterator[str]:
    """Everybody who ever signed, once for each channel ("zhang (desk)"): hops along the index, whatever its order is."""
    found = ""
    while True:
        after = select(journal.c.actor).where(journal.c.actor > found).order_by(journal.c.actor).limit(1)
        following = connection.scalar(after)
        if following is None:
            return
        yield following
        found = following
