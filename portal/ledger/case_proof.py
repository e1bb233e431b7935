"""What verification reads of cases: rows as they stand, without the joins that would hide what does not belong."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from sqlalchemy import Connection, literal, null, select, union_all

from portal.ledger.case_tables import case_events, case_files, case_words, cases


class CaseRow(NamedTuple):
    """What lists repeat of a case, and the staff words beside it."""

    id: int
    number: str
    state: str
    unit: str
    receipt_hash: bytes
    order_number: str
    title: str
    summary: str


class Piece(NamedTuple):
    """A sealed row without its content; of a file, `part` is "file"."""

    id: int
    case_id: int
    event_id: int | None
    part: str
    reader: str


def case_rows(connection: Connection) -> list[CaseRow]:
    return [CaseRow(*row) for row in connection.execute(select(*(cases.c[name] for name in CaseRow._fields)))]


def event_ids(connection: Connection) -> dict[int, list[int]]:
    """case id → ids of its events in their order, events of no case included."""
    found: dict[int, list[int]] = defaultdict(list)
    for row in connection.execute(select(case_events.c.id, case_events.c.case_id).order_by(case_events.c.id)):
        found[row.case_id].append(row.id)
    return found


def pieces(connection: Connection) -> list[Piece]:
    """Every sealed row of words and files."""
    words, files = case_words.c, case_files.c
    query = union_all(
        select(words.id, words.case_id, words.event_id, words.part, words.reader),
        select(files.id, files.case_id, null(), literal("file"), files.reader),
    )
    return [Piece(*row) for row in connection.execute(query)]
