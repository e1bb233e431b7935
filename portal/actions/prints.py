"""Ordering paper: which postings a pack holds, and the journal entry that gives its sheets their print numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection

from portal.domain.areas import Area, AreaBook, AreaLevel
from portal.domain.findings import Refused
from portal.domain.sheets import Layout, PackKind, PackOrder
from portal.ledger import batches, postings, registers
from portal.ledger.postings import Posting
from portal.office import Office, batch_named, must_have_role, registered

_PRINTERS: Final = ("village", "station", "township_finance", "department", "finance", "disclosure")
_LEVELS: Final[dict[AreaLevel, str]] = {"village": "村", "township": "乡镇", "county": "县"}
_QUARTER: Final = re.compile(r"(20\d\d)Q([1-4])")


@dataclass(frozen=True, slots=True)
class PrintRequest:
    """`subject` is a batch number, or a village's or township's code or name. `township` narrows a batch to a township;
    `quarter` (2025Q2) a place's postings to those published in it."""

    kind: PackKind
    subject: str
    by: str
    layout: Layout
    township: str = ""
    quarter: str = ""


def order_pack(office: Office, request: PrintRequest) -> PackOrder:
    """Record that a pack is printed. Raises Refused where there is nothing that may be shown."""
    with office.ledger.read() as connection:
        actor = registered(connection, request.by)
        must_have_role(actor, *_PRINTERS)
        place, ids = _wanted(connection, request)
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


def _wanted(connection: Connection, request: PrintRequest) -> tuple[Area | None, tuple[int, ...]]:
    """The place that is asked for, and the ids of its postings that may be shown. Raises Refused for none."""
    book = registers.area_book(connection)
    place = None
    if request.kind != "batch":
        place = _area(book, request.subject, request.kind)
    elif batch_named(connection, request.subject) and request.township:
        place = _area(book, request.township, "township")
    shown = {batch.number for batch in batches.all_batches(connection) if batch.may_be_shown}
    inside = {*book.under(place.code), place.code} if place else book.areas.keys()
    found = tuple(
        posting.id
        for posting in postings.current(connection)
        if posting.batch in shown
        and posting.area in inside
        and (request.kind != "batch" or posting.batch == request.subject)
        and _in_quarter(posting, request.quarter)
    )
    if not found:
        raise Refused("没有可以张贴的公示：还没有发布，或者已经撤下。用 mingbai batch list 查看", "print.nothing")
    return place, found


def _area(book: AreaBook, text: str, level: AreaLevel) -> Area:
    """The area with that code (a township's may be of nine digits) or name. Raises Refused."""
    of_level = [area for area in book.areas.values() if area.level == level]
    found = [area for area in of_level if text in (area.code, *area.names) or area.code == text.ljust(12, "0")]
    if len(found) == 1:
        return found[0]
    if found:
        codes = "、".join(f"{book.areas[area.parent].name}{area.name} {area.code}" for area in found)
        raise Refused(f"有几个{_LEVELS[level]}叫“{text}”，请写代码：{codes}", "area.ambiguous")
    raise Refused(f"没有叫“{text}”的{_LEVELS[level]}，请核对名字，或写区划代码", "area.unknown")


def _in_quarter(posting: Posting, quarter: str) -> bool:
    if not quarter:
        return True
    match = _QUARTER.fullmatch(quarter)
    if match is None:
        raise Refused(f"季度“{quarter}”应写成 2025Q2 这样", "print.quarter")
    published = date.fromisoformat(posting.facts["published"])
    return published.year == int(match[1]) and (published.month - 1) // 3 + 1 == int(match[2])
