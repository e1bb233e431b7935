"""Noting what villagers objected to while a list hung, and what was answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from portal.domain.batches import Actor
from portal.domain.findings import Refused
from portal.domain.objections import CHANNELS, LONGEST_WORDS, MOST_AT_ONCE, may_note, must_be_on_notice
from portal.ledger import leads, objections, registers
from portal.office import Office, batch_named, must_be_clean, must_fit, registered


@dataclass(frozen=True)
class HeardObjection:
    """What the clerk heard or read; `about` in words, without names."""

    batch: str
    village: str
    day: date
    channel: str
    count: int
    about: str


def note_objection(office: Office, actor: Actor, heard: HeardObjection) -> None:
    """Raises Refused for a day outside the notice, a village that is not on the list, or not this person's."""
    _must_say(heard.about, "请写一句反对的是什么，例如“有一户面积多报了”；不写姓名")
    if heard.channel not in CHANNELS or not 1 <= heard.count <= MOST_AT_ONCE:
        raise Refused("请选是纸上写的还是口头说的，写明几件（几个人说的）", "objection.count")
    if heard.day > office.today:
        raise Refused("这一天还没有到，请核对", "objection.day")
    with office.ledger.write() as connection:
        known = registered(connection, actor.name)
        batch = batch_named(connection, heard.batch)
        must_be_on_notice(batch, heard.day)
        if heard.village not in leads.villages_paid(connection, [batch.id]):
            raise Refused("这一批的名单里没有这个村，请从名单里选", "objection.village")
        _must_be_theirs(connection, known, heard.village)
        number = objections.add_objection(
            connection,
            batch_id=batch.id,
            village=heard.village,
            day=heard.day,
            channel=heard.channel,
            count=heard.count,
            about=heard.about,
            by=known.name,
        )
        detail: dict[str, object] = {"batch": batch.number, "objection": number, "count": heard.count}
        office.write_down(connection, "objection.note", known, detail)


def settle_objection(office: Office, actor: Actor, batch_number: str, number: int, outcome: str) -> None:
    """It was looked into and answered. Raises Refused."""
    _must_say(outcome, "请写一句怎么处理的，例如“重新量过，改了”“解释清楚了”")
    with office.ledger.write() as connection:
        known = registered(connection, actor.name)
        batch = batch_named(connection, batch_number)
        found = next((each for each in objections.objections_of(connection, batch.id) if each.id == number), None)
        if found is None or not found.is_open:
            raise Refused("没有这条等着处理的异议，可能已经有人处理了", "objection.unknown")
        _must_be_theirs(connection, known, found.village)
        objections.settle(connection, number, outcome, known.name, office.today)
        office.write_down(connection, "objection.settle", known, {"batch": batch.number, "objection": number})


def _must_say(words: str, advice: str) -> None:
    if not words:
        raise Refused(advice, "objection.words")
    must_fit(words, LONGEST_WORDS)
    must_be_clean(words)


def _must_be_theirs(connection: Connection, actor: Actor, village: str) -> None:
    own = registers.all_units(connection).get(actor.unit)
    if not may_note(actor, own.area if own else "", village):
        raise Refused("这个村的异议由村里、乡镇或主管部门登记，您的单位不办", "objection.others")
