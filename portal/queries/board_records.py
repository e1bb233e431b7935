"""What was noted of the boards on which a batch hangs, as far as they are one person's to see."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Connection

from portal.domain.areas import Area
from portal.domain.batches import Actor
from portal.domain.board_records import NOTE_ROLES, RELEASE_ROLES, BoardRecord, may_show_photo, must_hang, told
from portal.domain.findings import Refused
from portal.domain.policies import Policy
from portal.ledger import board_records, registers
from portal.office import Office, must_keep_board_records, own_boards, policy_in_force, seen_batch


@dataclass(frozen=True, slots=True)
class Board:
    """One village's board: by day what was noted of it."""

    area: Area
    records: tuple[BoardRecord, ...]

    @property
    def words(self) -> str:
        return told(self.records)


@dataclass(frozen=True, slots=True)
class Boards:
    """`open` are the villages of which this person may note something."""

    boards: tuple[Board, ...]
    open: tuple[Area, ...]
    policy: Policy
    actor: Actor

    @property
    def takes_photos(self) -> bool:
        return may_show_photo(self.policy)

    @property
    def asks_for_release(self) -> bool:
        """Whether there are photos that this person may release."""
        return any(self.may_release(record) for board in self.boards for record in board.records)

    def may_release(self, record: BoardRecord) -> bool:
        return record.waits and self._releases and record.by != self.actor.name

    def may_drop(self, record: BoardRecord) -> bool:
        return record.by == self.actor.name or self._releases

    @property
    def _releases(self) -> bool:
        return self.actor.role in (*RELEASE_ROLES, "admin")


def boards(office: Office, actor: Actor, number: str) -> Boards:
    """Raises Refused where there is no such batch, nothing of it hangs, or the county keeps no such records."""
    must_keep_board_records(office)
    with office.ledger.read() as connection:
        seen = seen_batch(connection, actor, number)
        must_hang(seen.batch)
        areas = registers.area_book(connection).areas
        noted = [each for each in board_records.of_batch(connection, seen.batch.id) if seen.has_village(each.area)]
        places = dict.fromkeys(each.area for each in noted)
        own = own_boards(connection, actor, seen.batch) if actor.role in (*NOTE_ROLES, "admin") else []
        return Boards(
            tuple(Board(areas[code], tuple(each for each in noted if each.area == code)) for code in places),
            tuple(areas[code] for code in own),
            policy_in_force(connection, seen.batch.year, seen.batch.policy),
            actor,
        )


def board_photo(office: Office, actor: Actor, number: str, record: int) -> bytes:
    """Raises Refused for one that is not there, or not this person's to see."""
    found = {each.id for board in boards(office, actor, number).boards for each in board.records}
    with office.ledger.read() as connection:
        content = board_records.photo(connection, record) if record in found else None
    if content is None:
        raise Refused("没有这张照片，可能已经删掉", "board.unknown")
    return content


def waiting_photos(connection: Connection, actor: Actor) -> Counter[str]:
    """Batch → how many photos wait for this person to look at them."""
    if actor.role not in RELEASE_ROLES:
        return Counter()
    return Counter(batch for batch, by in board_records.waiting(connection) if by != actor.name)
