"""What there is to print: of a batch by place, and of what is on notice and was not printed yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection

from portal.domain.areas import Area
from portal.domain.batches import Actor, Batch
from portal.domain.findings import Refused
from portal.domain.sheets import PRINTERS
from portal.ledger import batches, journal, postings, registers
from portal.ledger.postings import Posting
from portal.office import Office, batch_named, own_areas

_TAKEN_DOWN_WITHIN: Final = timedelta(days=5)
"""For so long after a notice people are told to take it down; nobody says here that they did."""


@dataclass(frozen=True, slots=True)
class PlaceToPrint:
    """A village or township; `printed` of its `sheets` were ordered before. `place` names it with what is above."""

    code: str
    place: str
    is_township: bool
    sheets: int
    printed: int


@dataclass(frozen=True, slots=True)
class Unprinted:
    """Sheets of a batch that wait to be printed, or told what changed since they were."""

    batch: Batch
    sheets: int
    is_amendment: bool

    @property
    def words(self) -> str:
        if self.is_amendment:
            return f"{self.sheets}份公示单印过以后更正了，等着印变动说明"
        return f"{self.sheets}份公示单等着打印、张贴"


def places_of_batch(office: Office, actor: Actor, number: str) -> list[PlaceToPrint]:
    """Where the batch's current postings hang, each township before its villages; only what is the actor's own. Raises
    Refused where there is no such batch, or nothing of it may be shown."""
    with office.ledger.read() as connection:
        if not batch_named(connection, number).may_be_shown:
            raise Refused("这一批还没有通过公开审查，或者已经撤下，没有可以打印的公示单", "print.nothing")
        found = [posting for posting in postings.current(connection) if posting.batch == number]
        return list(_places(connection, actor, found))


def places_of_all(office: Office, actor: Actor) -> list[PlaceToPrint]:
    """Where anything hangs at all."""
    with office.ledger.read() as connection:
        shown = {batch.number for batch in batches.all_batches(connection) if batch.may_be_shown}
        found = [posting for posting in postings.current(connection) if posting.batch in shown]
        return list(_places(connection, actor, found))


def quarters(office: Office) -> list[str]:
    """2025Q2 …, the quarters in which something that hangs was published, newest first."""
    with office.ledger.read() as connection:
        days = {posting.facts["published"] for posting in postings.current(connection)}
    return sorted({f"{day[:4]}Q{(int(day[5:7]) - 1) // 3 + 1}" for day in days}, reverse=True)


def unprinted(connection: Connection, office: Office, actor: Actor, found: Iterable[Batch]) -> Iterator[Unprinted]:
    """Of batches on notice, sheets that were not printed yet; of all, corrections of what was printed: those of this
    person's unit."""
    if actor.role not in PRINTERS:
        return
    hanging = postings.hanging_places(connection)
    amended = {number for number, _ in hanging}
    wanted = [batch for batch in found if batch.is_on_notice(office.today) or batch.number in amended]
    if not wanted:
        return
    own, done = own_areas(connection, actor), journal.printed(connection)
    for batch in wanted:
        kinds = postings.current_kinds(connection, batch.id)
        current = postings.current_ids(connection, batch.id)
        left = [area for area, posting in current.items() if area in own and posting not in done]
        changed = [area for area in left if kinds[area] == "correction" and (batch.number, area) in hanging]
        if batch.is_on_notice(office.today) and left:
            yield Unprinted(batch, len(left), is_amendment=False)
        elif changed:
            yield Unprinted(batch, len(changed), is_amendment=True)


def to_take_down(connection: Connection, office: Office, actor: Actor, found: Iterable[Batch]) -> Iterator[Batch]:
    """Those whose notice has just ended, and whose sheets hang where this person prints."""
    if actor.role not in PRINTERS:
        return
    since = office.today - _TAKEN_DOWN_WITHIN
    ended = [
        batch
        for batch in found
        if batch.may_be_shown and batch.notice and batch.notice.until and since <= batch.notice.until < office.today
    ]
    own = own_areas(connection, actor) if ended else frozenset()
    for batch in ended:
        if own & postings.current_ids(connection, batch.id).keys():
            yield batch


def _places(connection: Connection, actor: Actor, found: Iterable[Posting]) -> Iterator[PlaceToPrint]:
    book, own, done = registers.area_book(connection), own_areas(connection, actor), journal.printed(connection)
    at: dict[str, list[bool]] = defaultdict(list)
    for posting in found:
        for code in {posting.area, book.areas[posting.area].parent} if posting.area else ():
            at[code].append(posting.id in done)
    for code in sorted(at.keys() & own):
        area: Area = book.areas[code]
        if area.level != "county":
            above = "" if area.level == "township" else book.areas[area.parent].name
            yield PlaceToPrint(code, above + area.name, area.level == "township", len(at[code]), sum(at[code]))
