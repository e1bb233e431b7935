"""The one door for the generator: what may be shown, as it stood at one moment of the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from portal.domain.areas import AreaBook
from portal.domain.batches import Batch, Flow, TimelineItem
from portal.domain.board_records import BoardRecord
from portal.domain.case_statistics import counted
from portal.domain.policies import Policy
from portal.domain.postings import Snapshot
from portal.domain.public_cases import PublicLine, PublicQuarter, Quarter, as_of, completed_quarters, public_quarter
from portal.domain.units import Unit
from portal.ledger import batches, board_records, cases, hotlines, journal, policies, postings, publishing, registers
from portal.ledger.cases import StoredCase
from portal.ledger.engine import Ledger
from portal.ledger.postings import Posting
from portal.rules import Rules

__all__ = [
    "BoardRecord",
    "Change",
    "Posting",
    "PublicBatch",
    "PublicLine",
    "PublicQuarter",
    "Publication",
    "PublishedList",
    "View",
]


@dataclass(frozen=True, slots=True)
class PublishedList:
    """An approved version of a year's policy list; the newest of its year. `published_on` is the day the year's first
    version came out."""

    year: int
    version: int
    approved_on: date
    published_on: date
    policies: tuple[Policy, ...]


@dataclass(frozen=True, slots=True)
class PublicBatch:
    """A batch that passed its disclosure review. Staff names are not part of it."""

    number: str
    policy: str
    year: int
    period: str
    unit: str
    revision: int
    on_notice: bool
    timeline: tuple[TimelineItem, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Something the site shows that changed: kind is `batch`, `policies`, `county`, or
    `erasure` where something of a batch was taken down."""

    number: int
    kind: str
    subject: str


class View:
    """What may be shown, within one read transaction."""

    def __init__(self, connection: Connection, rules: Rules, today: date) -> None:
        self._connection = connection
        self._rules = rules
        self.today = today
        changes = batches.changes_since(connection, 0)
        self._changes = [Change(*change) for change in changes]
        self.change = self._changes[-1].number if self._changes else 0
        self.ledger_entries, self.ledger_head = journal.head(connection)

    @property
    def erased(self) -> int:
        """The last change that took something down; 0 before the first."""
        return publishing.newest_erasure(self._connection)

    def changes_since(self, number: int) -> list[Change]:
        return [change for change in self._changes if change.number > number]

    def areas(self) -> AreaBook:
        return registers.area_book(self._connection)

    def units(self) -> Mapping[str, Unit]:
        """With the month in which each telephone was last tried."""
        tried = {code: f"{check.day:%Y-%m}" for code, check in hotlines.last_checks(self._connection).items()}
        found = registers.all_units(self._connection)
        return {code: replace(unit, tried=tried.get(code, "")) for code, unit in found.items()}

    def policy_lists(self) -> list[PublishedList]:
        """The newest approved list of each year, oldest year first."""
        found = [(each, each.approved_on) for each in policies.lists(self._connection) if each.approved_on is not None]
        newest = {each.year: (each, approved_on) for each, approved_on in found}
        return [
            PublishedList(
                year,
                each.version,
                approved_on,
                min(day for other, day in found if other.year == year),
                tuple(policies.policies_of(self._connection, each.id)),
            )
            for year, (each, approved_on) in sorted(newest.items())
        ]

    def batches(self) -> list[PublicBatch]:
        """Batches whose disclosure review says 主动公开, and which are neither withdrawn, returned nor superseded."""
        return [self._public(batch) for batch in batches.all_batches(self._connection) if batch.may_be_shown]

    def withdrawn(self) -> list[tuple[str, str]]:
        """(batch, area) of postings that were public once and were taken down: each leaves a tombstone."""
        return postings.taken_down(self._connection)

    def postings(self) -> list[Posting]:
        """Current postings without their rows, by area, newest batch first."""
        return postings.current(self._connection)

    def board_records(self) -> Mapping[tuple[str, str], Sequence[BoardRecord]]:
        """(batch, area) → when its list went up on the village's board and came down. Empty where the county keeps no such
        records."""
        return board_records.by_place(self._connection) if self._rules.keeps_board_records else {}

    def board_photo(self, record: BoardRecord) -> bytes:
        """A photo that may be shown."""
        found = board_records.photo(self._connection, record.id) if record.is_photo_public else None
        assert found is not None, "read in the same moment as its record"
        return found

    def earlier(self) -> list[tuple[str, str, str]]:
        """(batch, area, SHA-256) of postings that were public once: paper of theirs may still hang somewhere."""
        return postings.earlier(self._connection)

    def snapshots(self, ids: Sequence[int]) -> Iterator[tuple[int, Snapshot]]:
        return postings.snapshots(self._connection, ids)

    def case_quarters(self) -> list[PublicQuarter]:
        """The quarters that are over, newest first, since the first case: what they add up to, small numbers hidden."""
        found = cases.all_cases(self._connection)
        quarters = completed_quarters(found[0].case.filed, self.today) if found else []
        return [self._quarter(quarter, found) for quarter in reversed(quarters)]

    def release_hash(self, name: str) -> str | None:
        """The manifest hash that the journal has for a release; None while it is not recorded."""
        return postings.release_hash(self._connection, name)

    def _quarter(self, quarter: Quarter, found: Sequence[StoredCase]) -> PublicQuarter:
        received, decided, handed_over = [], [], 0
        for stored in found:
            if stored.case.filed > quarter.last_day:
                break
            then = as_of(stored.case, quarter.last_day)
            is_new = then.filed >= quarter.first_day
            if then.is_with_discipline:
                handed_over += is_new
                continue
            rules, facts = self._rules.case_rules[stored.facts.rules], stored.facts
            case = counted(then, facts.category, rules, self._rules.is_workday, quarter.last_day, facts.given_due)
            received += [case] if is_new else []
            decided += [case] if case.decided is not None and case.decided >= quarter.first_day else []
        return public_quarter(quarter, received, decided, handed_over, self._rules.categories)

    def _public(self, batch: Batch) -> PublicBatch:
        flow: Flow = self._rules.flows[batch.flow]
        return PublicBatch(
            batch.number,
            batch.policy,
            batch.year,
            batch.period,
            batch.unit,
            batch.revision,
            batch.is_on_notice(self.today),
            tuple(map(_without_staff, batch.timeline(flow, self._rules.is_workday))),
        )


def _without_staff(item: TimelineItem) -> TimelineItem:
    """Who did it and why is the journal's matter, not the public's."""
    return replace(item, record=replace(item.record, by="", reason="")) if item.record else item


class Publication:
    """Opens views; holds no key and can open no sealed field."""

    def __init__(self, ledger: Ledger, rules: Rules) -> None:
        self._ledger = ledger
        self._rules = rules

    @contextmanager
    def view(self, today: date) -> Iterator[View]:
        with self._ledger.read() as connection:
            yield View(connection, self._rules, today)
