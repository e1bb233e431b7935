"""Postings: immutable, each superseding the last of its area and batch; erasable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection, insert, select, update

from portal.domain.postings import Kind, Snapshot, Tally, read_snapshot, tally_of
from portal.ledger.publishing_tables import releases
from portal.ledger.tables import batches, journal, postings

_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Posting:
    """A current posting without its rows. `facts` is the head of its snapshot; `ledger_head` is the hash of the
    journal entry that published it."""

    id: int
    batch: str
    area: str
    kind: str
    facts: Mapping[str, str]
    sha256: str
    ledger_head: str

    @property
    def tally(self) -> Tally:
        return tally_of(self.facts)


def current_ids(connection: Connection, batch_id: int) -> dict[str, int]:
    """area → id of the posting that is current there."""
    query = select(postings.c.area, postings.c.id).where(postings.c.batch_id == batch_id, ~postings.c.superseded)
    return dict(connection.execute(query).all())


def current_kinds(connection: Connection, batch_id: int) -> dict[str, Kind]:
    """area → kind of the posting that is current there."""
    query = select(postings.c.area, postings.c.kind).where(postings.c.batch_id == batch_id, ~postings.c.superseded)
    return dict(connection.execute(query).all())


def add_posting(
    connection: Connection,
    *,
    batch_id: int,
    area: str,
    kind: str,
    supersedes: int | None,
    snapshot: Snapshot,
    entry: int,
    hangs: bool = False,
) -> None:
    """Publish a snapshot; the posting before it is marked as superseded, its text goes: but for one that `hangs`
    somewhere on paper, whose text stays to be compared with, in the place of any kept before."""
    if supersedes is not None:
        older = (postings.c.batch_id == batch_id, postings.c.area == area, postings.c.superseded)
        if hangs:
            connection.execute(update(postings).where(*older).values(snapshot=None))
        kept = {} if hangs else {"snapshot": None}
        connection.execute(
            update(postings).where(postings.c.id == supersedes).values(superseded=True, facts=None, **kept)
        )
    connection.execute(
        insert(postings).values(
            batch_id=batch_id,
            area=area,
            kind=kind,
            supersedes=supersedes,
            facts=dict(snapshot.facts),
            snapshot=snapshot.text,
            sha256=snapshot.sha256,
            journal_number=entry,
        )
    )


def erase(connection: Connection, batch_id: int) -> int:
    """Take the batch's postings back: their text is gone, their hashes stay. Returns how many."""
    return connection.execute(
        update(postings).where(postings.c.batch_id == batch_id).values(superseded=True, facts=None, snapshot=None)
    ).rowcount


def current(connection: Connection) -> list[Posting]:
    """All current postings by area, newest batch first."""
    query = (
        select(
            postings.c.id,
            batches.c.number,
            postings.c.area,
            postings.c.kind,
            postings.c.facts,
            postings.c.sha256,
            journal.c.hash,
        )
        .join(batches, batches.c.id == postings.c.batch_id)
        .join(journal, journal.c.number == postings.c.journal_number)
        .where(~postings.c.superseded)
        .order_by(postings.c.area, batches.c.number.desc())
    )
    return [Posting(*row) for row in connection.execute(query)]


def published(connection: Connection, batch_id: int, area: str) -> date:
    """The day on which what is current there was published."""
    query = select(postings.c.facts).where(
        postings.c.batch_id == batch_id, postings.c.area == area, ~postings.c.superseded
    )
    return date.fromisoformat(connection.execute(query).scalar_one()["published"])


def take_back(connection: Connection, ids: Iterable[int]) -> None:
    """Take single postings back, where the batch's next ones stand at other places, with what they superseded."""
    gone = list(ids)
    places = select(postings.c.batch_id, postings.c.area).where(postings.c.id.in_(gone))
    for batch_id, area in connection.execute(places).all():
        connection.execute(
            update(postings)
            .where(postings.c.batch_id == batch_id, postings.c.area == area)
            .values(superseded=True, facts=None, snapshot=None)
        )


def hanging_places(connection: Connection) -> set[tuple[str, str]]:
    """(batch, area) of what was printed and superseded since."""
    query = select(batches.c.number, postings.c.area).join(batches, batches.c.id == postings.c.batch_id)
    query = query.where(postings.c.superseded, postings.c.snapshot.is_not(None))
    return {(str(batch), str(area)) for batch, area in connection.execute(query)}


def hanging(connection: Connection, batch: str) -> dict[str, tuple[int, Snapshot]]:
    """Area → (id, snapshot) of the batch's postings that were printed and superseded since."""
    query = (
        select(postings.c.area, postings.c.id, postings.c.snapshot)
        .join(batches, batches.c.id == postings.c.batch_id)
        .where(batches.c.number == batch, postings.c.superseded, postings.c.snapshot.is_not(None))
    )
    return {area: (posting, read_snapshot(text)) for area, posting, text in connection.execute(query)}


def snapshots(connection: Connection, ids: Sequence[int]) -> Iterator[tuple[int, Snapshot]]:
    """(id, snapshot) of these postings, a few hundred in memory at a time."""
    for start in range(0, len(ids), _AT_ONCE):
        query = select(postings.c.id, postings.c.snapshot).where(postings.c.id.in_(ids[start : start + _AT_ONCE]))
        for posting, text in connection.execute(query):
            yield posting, read_snapshot(text)


def taken_down(connection: Connection) -> list[tuple[str, str]]:
    """(batch, area) that had a posting and have none now."""
    query = select(batches.c.number, postings.c.area).join(batches, batches.c.id == postings.c.batch_id)
    ever = {tuple(row) for row in connection.execute(query.where(postings.c.area != "").distinct())}
    now = {tuple(row) for row in connection.execute(query.where(~postings.c.superseded))}
    return sorted((str(batch), str(area)) for batch, area in ever - now)


def earlier(connection: Connection) -> list[tuple[str, str, str]]:
    """(batch, area, SHA-256) of every posting that is no longer current: superseded, or taken back."""
    query = (
        select(batches.c.number, postings.c.area, postings.c.sha256)
        .join(batches, batches.c.id == postings.c.batch_id)
        .where(postings.c.superseded, postings.c.area != "")
        .order_by(postings.c.id)
    )
    return [(str(batch), str(area), str(sha256)) for batch, area, sha256 in connection.execute(query)]


def add_release(connection: Connection, *, name: str, change: int, ledger_head: str, manifest_hash: str) -> None:
    connection.execute(
        insert(releases).values(name=name, change=change, ledger_head=ledger_head, manifest_hash=manifest_hash)
    )


def release_hash(connection: Connection, name: str) -> str | None:
    """The manifest hash recorded for a release."""
    return connection.scalar(select(releases.c.manifest_hash).where(releases.c.name == name))
