"""The sealed words and files of cases: stored, handed out to be opened, forgotten."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from portal.domain.case_words import SealedFile, SealedWords
from portal.ledger.case_tables import case_events, case_files, case_words

_AT_ONCE: Final = 20
"""Sealed photos are large: so many rows are held at a time."""
NOTHING_SEALED: Final = hashlib.sha256().hexdigest()


@dataclass(frozen=True, slots=True)
class StoredWords:
    """Sealed words with the place they have among the case's events: `event` counts from 1; 0 is what was filed."""

    id: int
    event: int
    part: str
    sealed: bytes


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file without its content."""

    number: int
    kind: str
    media: str
    reader: str
    size: int


def add_words(connection: Connection, case_id: int, event_id: int | None, pieces: Iterable[SealedWords]) -> None:
    for piece in pieces:
        reader = piece.reader if piece.case_id is None else receipt_of(piece.case_id)
        values = {"case_id": case_id, "event_id": event_id, "part": piece.part, "reader": reader}
        connection.execute(insert(case_words).values(**values, sealed=piece.sealed))


def receipt_of(case_id: int) -> str:
    """The reader who has the receipt of a case that was merged into another."""
    return f"receipt/{case_id}"


def words_of(connection: Connection, case_id: int, readers: Collection[str]) -> list[StoredWords]:
    """The case's words that are sealed to these readers, in the order they were said."""
    events = select(case_events.c.id).where(case_events.c.case_id == case_id).order_by(case_events.c.id)
    places = {row.id: place for place, row in enumerate(connection.execute(events), start=1)}
    rows = connection.execute(
        select(case_words)
        .where(case_words.c.case_id == case_id, case_words.c.reader.in_(readers))
        .order_by(case_words.c.id)
    )
    return [StoredWords(row.id, places.get(row.event_id, 0), row.part, row.sealed) for row in rows]


def forget_words(connection: Connection, case_id: int, reader: str) -> None:
    """What a reader needs no longer: the handling unit, once the case is answered or goes elsewhere."""
    connection.execute(delete(case_words).where(case_words.c.case_id == case_id, case_words.c.reader == reader))


def add_files(connection: Connection, case_id: int, files: Iterable[SealedFile]) -> int:
    """Returns how many."""
    rows = [
        {"case_id": case_id, "number": number, **{name: getattr(file, name) for name in SealedFile.__slots__}}
        for number, file in enumerate(files, start=1)
    ]
    if rows:
        connection.execute(insert(case_files), rows)
    return len(rows)


def files_of(connection: Connection, case_id: int, readers: Collection[str]) -> list[StoredFile]:
    """The case's files that are sealed to these readers."""
    table = case_files.c
    rows = connection.execute(
        select(table.number, table.kind, table.media, table.reader, table.size)
        .where(table.case_id == case_id, table.reader.in_(readers))
        .order_by(table.number, table.id)
    )
    return [StoredFile(*row) for row in rows]


def sealed_file(connection: Connection, case_id: int, number: int, readers: Collection[str]) -> SealedFile | None:
    """One file with its content, sealed to one of these readers."""
    table = case_files.c
    wanted = (table.case_id == case_id, table.number == number, table.reader.in_(readers))
    row = connection.execute(select(case_files).where(*wanted)).first()
    return SealedFile(row.kind, row.media, row.reader, row.size, row.sealed) if row else None


def sealed_hashes(
    connection: Connection, of: tuple[int, int | None] | None = None
) -> defaultdict[tuple[int, int | None], str]:
    """(case id, event id; None is the filing) → SHA-256 in hex over all that is sealed there, for whom and as what: of
    one of them, or of all. Words for the handling unit are left out, since they are erased later."""
    digests: dict[tuple[int, int | None], hashlib._Hash] = defaultdict(hashlib.sha256)
    words, files = case_words.c, case_files.c
    said = select(words.case_id, words.event_id, words.part, words.reader, words.sealed).where(words.reader != "unit")
    sent = select(files.case_id, files.kind, files.media, files.reader, files.sealed)
    if of is not None:
        said = said.where(words.case_id == of[0], words.event_id.is_not_distinct_from(of[1]))
        sent = sent.where(files.case_id == of[0])
    for case_id, event_id, *fields in connection.execute(said.order_by(words.id)).yield_per(_AT_ONCE):
        _feed(digests[case_id, event_id], fields)
    if of is None or of[1] is None:
        for case_id, *fields in connection.execute(sent.order_by(files.id)).yield_per(_AT_ONCE):
            _feed(digests[case_id, None], fields)
    return defaultdict(lambda: NOTHING_SEALED, {place: digest.hexdigest() for place, digest in digests.items()})


def _feed(digest: hashlib._Hash, fields: Iterable[str | bytes]) -> None:
    for field in fields:
        data = field.encode() if isinstance(field, str) else field
        digest.update(len(data).to_bytes(8))
        digest.update(data)
