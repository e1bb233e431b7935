"""What there is to print: of a batch by place, and of what is on notice and was not printed yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from portal.domain.areas import Area
from portal.domain.batches import Actor, Batch
from portal.domain.findings import Refused
from portal.domain.sheets import PRINTERS
from portal.ledger import batches, journal, postings, registers
from portal.ledger.postings import Posting
from portal.office import Office, batch_named, own_areas


@dataclass(frozen=True, slots=True)
class PlaceToPrint:
    """A village or township; `printed` of its `sheets` were ordered before. `place` names it with what is above."""

    code: str
    place: str
    is_township: bool
    sheets: int
    printed: int


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


def unprinted(
    connection: Connection, office: Office, actor: Actor, found: Iterable[Batch]
) -> Iterator[tuple[Batch, int]]:
    """Batches on notice of which sheets wait to be printed by this person's unit, with how many."""
    on_notice = {batch.number: batch for batch in found if batch.is_on_notice(office.today)}
    if actor.role not in PRINTERS or not on_notice:
        return
    own, done = own_areas(connection, actor), journal.printed(connection)
    waiting: dict[str, int] = defaultdict(int)
    for posting in postings.current(connection):
        if posting.batch in on_notice and posting.area in own and posting.id not in done:
            waiting[posting.batch] += 1
    for number, count in waiting.items():
        yield on_notice[number], count


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
