"""Noting that a list went up on a village's board or came down, and who looks at a photo before the public does."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from portal.domain.batches import Actor, Batch
from portal.domain.board_records import (
    EVENTS,
    MOST_OF_ONE,
    NOTE_ROLES,
    RELEASE_ROLES,
    BoardEvent,
    BoardRecord,
    Photo,
    must_hang,
    must_take_photo,
)
from portal.domain.findings import Refused
from portal.domain.workdays import in_chinese
from portal.ledger import batches, board_records, postings
from portal.ledger.publishing import ERASURE
from portal.office import (
    Office,
    batch_named,
    must_have_role,
    must_keep_board_records,
    own_boards,
    policy_in_force,
    registered,
)


@dataclass(frozen=True)
class Noted:
    """What somebody saw on the board; `area` is a village's code."""

    batch: str
    area: str
    event: BoardEvent
    day: date
    photo: Photo | None = None


def note_record(office: Office, actor: Actor, noted: Noted) -> None:
    """The day is public at once, the photo when it was released. Raises Refused for a place that is not the person's own,
    a day that cannot be, a photo where the board shows more than the web."""
    must_keep_board_records(office)
    with office.ledger.write() as connection:
        known = registered(connection, actor.name)
        must_have_role(known, *NOTE_ROLES)
        batch = batch_named(connection, noted.batch)
        must_hang(batch)
        if noted.area not in own_boards(connection, known, batch):
            raise Refused("这个村的公示栏不归您登记，或者这一批没有单独公示到这个村", "board.place")
        before = [each for each in board_records.of_batch(connection, batch.id) if each.area == noted.area]
        _must_be_possible(connection, office, batch, noted, before)
        sha256 = _photo_hash(connection, batch, noted, before)
        values: dict[str, object] = {
            "batch_id": batch.id,
            "area": noted.area,
            "event": noted.event,
            "day": noted.day,
            "by": known.name,
            "noted_on": office.today,
            "sha256": sha256,
            "photo": noted.photo.content if noted.photo else None,
            "width": noted.photo.width if noted.photo else 0,
            "height": noted.photo.height if noted.photo else 0,
        }
        board_records.add(connection, **values)
        detail: dict[str, object] = {
            "batch": batch.number,
            "area": noted.area,
            "board": noted.event,
            "date": noted.day.isoformat(),
        }
        if sha256:
            detail["photo"] = sha256
        office.write_down(connection, "board.note", known, detail)
        batches.announce(connection, "batch", batch.number)


def release_photo(office: Office, actor: Actor, number: str, record: int) -> None:
    """Somebody looked at the photo and nothing on it is anybody's secret. Raises Refused for who took it."""
    must_keep_board_records(office)
    with office.ledger.write() as connection:
        known = registered(connection, actor.name)
        must_have_role(known, *RELEASE_ROLES)
        batch = batch_named(connection, number)
        found = _record(connection, batch, record)
        must_hang(batch)
        if not found.waits:
            raise Refused("这张照片已经有人看过了，或者已经删掉", "board.done")
        if found.by == known.name:
            raise Refused("自己登记的照片不能自己公开，请另一个人看过再公开", "board.own")
        board_records.release(connection, record, released_by=known.name, released_on=office.today)
        detail: dict[str, object] = {"batch": batch.number, "area": found.area, "photo": found.sha256}
        office.write_down(connection, "board.release", known, detail)
        batches.announce(connection, "batch", batch.number)


def drop_record(office: Office, actor: Actor, number: str, record: int) -> None:
    """Take a record back, its photo with it, by who noted it or who releases. Raises Refused."""
    with office.ledger.write() as connection:
        known = registered(connection, actor.name)
        batch = batch_named(connection, number)
        found = _record(connection, batch, record)
        if found.by != known.name:
            must_have_role(known, *RELEASE_ROLES)
        board_records.drop(connection, record)
        detail: dict[str, object] = {
            "batch": batch.number,
            "area": found.area,
            "board": found.event,
            "date": found.day.isoformat(),
        }
        office.write_down(connection, "board.drop", known, detail)
        batches.announce(connection, ERASURE if found.is_photo_public else "batch", batch.number)
    if found.sha256:
        office.ledger.forget_erased(publicly=found.is_photo_public)


def _record(connection: Connection, batch: Batch, record: int) -> BoardRecord:
    found = next((each for each in board_records.of_batch(connection, batch.id) if each.id == record), None)
    if found is None:
        raise Refused("没有这条张贴登记，可能已经删掉", "board.unknown")
    return found


def _must_be_possible(
    connection: Connection, office: Office, batch: Batch, noted: Noted, before: list[BoardRecord]
) -> None:
    if noted.event not in EVENTS:
        raise Refused("请选是贴出还是撤下", "board.event")
    first = batch.notice.day if batch.notice else postings.published(connection, batch.id, noted.area)
    if not first <= noted.day <= office.today:
        raise Refused(f"日期应在{in_chinese(first)}（公开那天）到今天之间，请核对", "board.day")
    ups = [each.day for each in before if each.event == "up"]
    if noted.event == "down" and (not ups or noted.day < min(ups)):
        raise Refused("撤下以前应先贴出：请先登记哪一天贴出的，再核对撤下的日期", "board.order")
    same = [each for each in before if each.event == noted.event]
    if len(same) >= MOST_OF_ONE:
        raise Refused(f"这个村“{EVENTS[noted.event]}”已经登记了{MOST_OF_ONE}条，够了", "board.many")
    if noted.photo is None and any(each.day == noted.day for each in same):
        raise Refused("这一天已经登记过了", "board.again")


def _photo_hash(connection: Connection, batch: Batch, noted: Noted, before: list[BoardRecord]) -> str:
    """Empty without a photo. Raises Refused where there may be none, and for one that is there already."""
    if noted.photo is None:
        return ""
    must_take_photo(policy_in_force(connection, batch.year, batch.policy))
    sha256 = hashlib.sha256(noted.photo.content).hexdigest()
    if any(each.sha256 == sha256 for each in before):
        raise Refused("这张照片已经登记过了", "board.again")
    return sha256
