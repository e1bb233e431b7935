"""What a withdrawal takes down, how far it has got, and whether anything is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.domain.batches import Batch
from portal.domain.periods import period_word
from portal.domain.postings import Tally
from portal.ledger import batches, erasure, journal, policies, postings, publishing, registers
from portal.office import Office, batch_named, policy_in_force

_PROBES = 8


@dataclass(frozen=True, slots=True)
class PublicBatchLine:
    """A batch that is public, as the list shows it."""

    number: str
    title: str
    unit: str
    postings: int
    rows: int


@dataclass(frozen=True, slots=True)
class WhatGoes:
    """What is public of a batch. `shows_rows`: names are listed, not only totals."""

    batch: Batch
    title: str
    unit: str
    postings: int
    tally: Tally
    shows_rows: bool
    is_live: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a withdrawal has got. `erased` is when the ledger forgot, `released` when the site without it was there."""

    title: str
    erased: datetime
    snapshots: int
    names: int
    is_published: bool
    released: datetime | None

    @property
    def seconds(self) -> int:
        """From erasing to the new release, whole seconds."""
        return max(0, int((self.released - self.erased).total_seconds())) if self.released else 0

    @property
    def is_gone(self) -> bool:
        return self.is_published and not self.snapshots and not self.names


def public_batches(office: Office) -> list[PublicBatchLine]:
    """What could be withdrawn, newest first."""
    with office.ledger.read() as connection:
        units = registers.all_units(connection)
        found: dict[str, list[Tally]] = {}
        for posting in postings.current(connection):
            found.setdefault(posting.batch, []).append(posting.tally)
        lines = []
        for batch in reversed(batches.all_batches(connection, found)):
            policy = policies.find_policy(connection, batch.year, batch.policy)
            title = f"{period_word(batch.period)} {policy.name if policy else batch.policy}"
            tally = Tally.total(found[batch.number])
            lines.append(
                PublicBatchLine(
                    batch.number, title, units[batch.unit].name, len(found[batch.number]), tally.listed_rows
                )
            )
        return lines


def what_goes(office: Office, number: str) -> WhatGoes:
    """Raises Refused when there is no such batch."""
    with office.ledger.read() as connection:
        batch = batch_named(connection, number)
        policy = policy_in_force(connection, batch.year, batch.policy)
        ids = postings.current_ids(connection, batch.id).values()
        found = [snapshot for _, snapshot in postings.snapshots(connection, list(ids))]
        return WhatGoes(
            batch,
            f"{period_word(batch.period)} {policy.name}",
            registers.all_units(connection)[batch.unit].name,
            len(found),
            Tally.total(snapshot.tally for snapshot in found),
            any(snapshot.shows_rows for snapshot in found),
            batch.is_live,
        )


def progress_of(office: Office, number: str) -> Progress | None:
    """How far the withdrawal of that batch has got; None when it was not withdrawn. Raises Refused when there is none."""
    snapshots, names = erasure.stored_traces(office.ledger, number)
    with office.ledger.read() as connection:
        batch = batch_named(connection, number)
        entry = journal.last_of_batch(connection, "posting.erase", number)
        if not batch.is_withdrawn or entry is None:
            return None
        policy = policy_in_force(connection, batch.year, batch.policy)
        change = publishing.erasure_of(connection, number)
        is_published = publishing.read_builder(connection).change >= change
        release = publishing.first_release_with(connection, change)
        seen = journal.entry_of_release(connection, release)
        released = datetime.fromisoformat(seen.moment) if seen else None
        title = f"{period_word(batch.period)} {policy.name}"
        return Progress(title, datetime.fromisoformat(entry.moment), snapshots, names, is_published, released)


def left_in_ledger(office: Office, number: str, rows: Sequence[str]) -> list[str]:
    """Where the batch can still be found in the database, in words; `rows` are lines that were public."""
    snapshots, names = erasure.stored_traces(office.ledger, number)
    said = [f"数据库里还有{snapshots}份名单"] if snapshots else []
    said += [f"数据库里还有{names}个姓名"] if names else []
    probes = sorted(rows)[:: max(1, len(rows) // _PROBES)]
    return said + [f"数据库文件 {name}" for name in erasure.files_with(office.ledger, probes)]


def withdrawn_batches(office: Office) -> list[str]:
    """Numbers of all that were ever withdrawn, and of the revisions that were returned before them: an older backup may
    have one of those in their place."""
    with office.ledger.read() as connection:
        found = batches.all_batches(connection)
    last = {(each.policy, each.period, each.unit): each.id for each in found if each.is_withdrawn}
    return sorted(
        each.number
        for each in found
        if (each.is_withdrawn or each.superseded) and each.id <= last.get((each.policy, each.period, each.unit), 0)
    )
