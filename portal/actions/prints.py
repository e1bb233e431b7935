"""Ordering paper: which postings a pack holds, and the journal entry that gives its sheets their print numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection

from portal.domain.areas import Area, AreaBook, AreaLevel
from portal.domain.findings import Refused
from portal.domain.sheets import PRINTERS, Layout, PackKind, PackOrder
from portal.ledger import batches, postings, registers
from portal.ledger.postings import Posting
from portal.office import Office, batch_named, must_have_role, own_areas, registered

_LEVELS: Final[Mapping[AreaLevel, str]] = {"village": "村", "township": "乡镇", "county": "县"}
_QUARTER: Final = re.compile(r"(20\d\d)Q([1-4])")


@dataclass(frozen=True, slots=True)
class PrintRequest:
    """`subject` is a batch number, or a village's or township's code or name. `township` narrows a batch to a township or
    a village; `quarter` (2025Q2) a place's postings to those published in it. `most` is how many sheets are too many, 0 for
    any number."""

    kind: PackKind
    subject: str
    by: str
    layout: Layout
    township: str = ""
    quarter: str = ""
    most: int = 0


def order_pack(office: Office, request: PrintRequest) -> PackOrder:
    """Record that a pack is printed. Raises Refused where there is nothing that may be shown, or for a place that is
    not the printer's own."""
    with office.ledger.read() as connection:
        actor = registered(connection, request.by)
        must_have_role(actor, *PRINTERS)
        place, ids = _wanted(connection, request, own_areas(connection, actor))
    if request.most and len(ids) > request.most:
        raise Refused(
            f"一次最多印{request.most}份，这里有{len(ids)}份。请一个村一个村印，或只印一个季度；"
            "要一次印齐，请系统管理员在命令行里印",
            "print.too_many",
        )
    area = place.code if place else ""
    detail: dict[str, object] = {
        "kind": request.kind,
        "batch": request.subject if request.kind == "batch" else "",
        "area": area,
        "quarter": request.quarter,
        "paper": request.layout.paper,
        "size": request.layout.size,
        "postings": list(ids),
    }
    with office.ledger.write() as connection:
        number = office.write_down(connection, "print.pack", actor, detail)
    return PackOrder(request.kind, area, number, ids, request.layout)


def give_up(office: Office, order: PackOrder, by: str) -> None:
    """Record that nothing came of an order, so that its sheets still wait to be printed."""
    with office.ledger.write() as connection:
        office.write_down(connection, "print.failed", registered(connection, by), {"order": order.number})


def _wanted(connection: Connection, request: PrintRequest, own: Set[str]) -> tuple[Area | None, tuple[int, ...]]:
    """The place that is asked for, and the ids of its postings that may be shown. Raises Refused for none."""
    book = registers.area_book(connection)
    place = None
    if request.kind != "batch":
        place = _area(book, request.subject, request.kind)
    elif batch_named(connection, request.subject) and request.township:
        place = _area(book, request.township)
    if place is not None and place.code not in own:
        raise Refused(f"{place.name}不归您的单位管，请由那里的人打印，或请上级打印", "print.place")
    shown = {batch.number for batch in batches.all_batches(connection) if batch.may_be_shown}
    inside = book.within(place.code) if place else own
    found = tuple(
        posting.id
        for posting in postings.current(connection)
        if posting.batch in shown
        and posting.area in inside
        and (request.kind != "batch" or posting.batch == request.subject)
        and _in_quarter(posting, request.quarter)
    )
    if not found:
        raise Refused("没有可以张贴的公示：还没有发布，或者已经撤下", "print.nothing", "mingbai batch list")
    return place, found


def _area(book: AreaBook, text: str, level: AreaLevel | None = None) -> Area:
    """The area with that code (a township's may be of nine digits) or name; of that level, or a village or township.
    Raises Refused."""
    levels = (level,) if level else ("village", "township")
    of_level = [area for area in book.areas.values() if area.level in levels]
    found = [area for area in of_level if text in (area.code, *area.names) or area.code == text.ljust(12, "0")]
    if len(found) == 1:
        return found[0]
    word = "或".join(_LEVELS[each] for each in _LEVELS if each in levels)
    if found:
        codes = "、".join(f"{book.areas[area.parent].name}{area.name} {area.code}" for area in found)
        raise Refused(f"有几个{word}叫“{text}”，请写代码：{codes}", "area.ambiguous")
    raise Refused(f"没有叫“{text}”的{word}，请核对名字，或写区划代码", "area.unknown")


def _in_quarter(posting: Posting, quarter: str) -> bool:
    if not quarter:
        return True
    match = _QUARTER.fullmatch(quarter)
    if match is None:
        raise Refused(f"季度“{quarter}”应写成 2025Q2 这样", "print.quarter")
    published = date.fromisoformat(posting.facts["published"])
    return published.year == int(match[1]) and (published.month - 1) // 3 + 1 == int(match[2])
