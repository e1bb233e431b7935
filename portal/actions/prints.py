"""Ordering paper: which postings a pack holds, and the journal entry that gives its sheets their print numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection

from portal.actions.board_lists import BoardLists
from portal.actions.case_slips import give_out
from portal.domain.areas import Area, AreaBook, AreaLevel
from portal.domain.batches import Actor
from portal.domain.findings import Refused
from portal.domain.sheets import PRINTERS, BoardList, Extra, Hanging, Layout, PackKind, PackOrder
from portal.domain.slips import EACH_IN_A_PACK, Slips
from portal.ledger import batches, journal, objections, postings, registers
from portal.ledger.postings import Posting
from portal.office import Office, batch_named, must_have_role, own_areas, policy_in_force, registered

_LEVELS: Final[Mapping[AreaLevel, str]] = {"village": "村", "township": "乡镇", "county": "县"}
_QUARTER: Final = re.compile(r"(20\d\d)Q([1-4])")


@dataclass(frozen=True, slots=True)
class PrintRequest:
    """`subject` is a batch number, or a village's or township's code or name. `township` narrows a batch to a township or
    a village; `quarter` (2025Q2) a place's postings to those published in it. `most` is how many sheets are too many, 0 for
    any number. An `amendment` tells what changed since sheets were printed that hang now."""

    kind: PackKind
    subject: str
    by: str
    layout: Layout
    township: str = ""
    quarter: str = ""
    most: int = 0
    amendment: bool = False
    extras: tuple[Extra, ...] = ()


def order_pack(office: Office, request: PrintRequest) -> PackOrder:
    """Record that a pack is printed. Raises Refused where there is nothing that may be shown, or for a place that is
    not the printer's own."""
    with office.ledger.read() as connection:
        actor = registered(connection, request.by)
        must_have_role(actor, *PRINTERS)
        place, sheets = _wanted(connection, request, own_areas(connection, actor))
        amended = _hanging(connection, [posting for posting, _ in sheets]) if request.amendment else {}
        heard = objections.counts(connection) if "meeting" in request.extras else {}
    if request.amendment:
        sheets = [(posting, None) for posting in dict.fromkeys(posting for posting, _ in sheets) if posting in amended]
        if not sheets:
            raise Refused("没有要说明的变动：印过的公示单，后来都没有改过", "print.no_change")
    if request.most and len(sheets) > request.most:
        raise Refused(
            f"一次最多印{request.most}份，这里有{len(sheets)}份。请一个村一个村印，或只印一个季度；"
            "要一次印齐，请系统管理员在命令行里印",
            "print.too_many",
        )
    area, ids = place.code if place else "", tuple(posting for posting, _ in sheets)
    detail: dict[str, object] = {
        "kind": request.kind,
        "batch": request.subject if request.kind == "batch" else "",
        "area": area,
        "quarter": request.quarter,
        "paper": request.layout.paper,
        "size": request.layout.size,
        "postings": list(ids),
    }
    if request.amendment:
        detail["amendment"] = True
    if request.extras:
        detail["extras"] = list(request.extras)
    with office.ledger.write() as connection:
        number = office.write_down(connection, "print.pack", actor, detail)
        slips = tuple(_slips(connection, office, actor, sheets)) if "slips" in request.extras else ()
    boards = {at: board for at, (_, board) in enumerate(sheets, start=1) if board is not None}
    amends = {at: amended[posting] for at, posting in enumerate(ids, start=1) if posting in amended}
    return PackOrder(request.kind, area, number, ids, request.layout, boards, amends, request.extras, heard, slips)


def give_up(office: Office, order: PackOrder, by: str) -> None:
    """Record that nothing came of an order, so that its sheets still wait to be printed."""
    with office.ledger.write() as connection:
        office.write_down(connection, "print.failed", registered(connection, by), {"order": order.number})


def own_place(book: AreaBook, text: str, own: Set[str], level: AreaLevel | None = None) -> Area:
    """The township or village that is asked for. Raises Refused for none, and for one that is not the printer's own."""
    place = _area(book, text, level)
    if place.code not in own:
        raise Refused(f"{place.name}不归您的单位管，请由那里的人打印，或请上级打印", "print.place")
    return place


def _wanted(
    connection: Connection, request: PrintRequest, own: Set[str]
) -> tuple[Area | None, list[tuple[int, BoardList | None]]]:
    """The place that is asked for, and the ids of its postings that may be shown, in the order of the paper, with what
    hangs there where the web has no rows. Raises Refused for none."""
    book = registers.area_book(connection)
    place = None
    if request.kind != "batch":
        place = own_place(book, request.subject, own, request.kind)
    elif batch_named(connection, request.subject) and request.township:
        place = own_place(book, request.township, own)
    inside = book.within(place.code) if place else own
    found = [posting for posting in postings.current(connection) if _is_asked_for(posting, request)]
    by_batch = {batch.number: batch for batch in batches.all_batches(connection) if batch.may_be_shown}
    sheets: list[tuple[int, BoardList | None]] = []
    for number, batch in by_batch.items():
        of_batch = [posting for posting in found if posting.batch == number]
        policy = policy_in_force(connection, batch.year, batch.policy) if of_batch else None
        if policy is not None:
            lists = BoardLists(connection, book, batch, policy, of_batch)
            for posting in of_batch:
                is_on_web = policy.shown_on_web(posting.kind) == "rows"
                boards = [] if is_on_web else lists.of(posting, inside)
                sheets += [(posting.id, board) for board in boards]
                if not boards and posting.area in inside:
                    sheets.append((posting.id, None))
    if not sheets:
        raise Refused("没有可以张贴的公示：还没有发布，或者已经撤下", "print.nothing", "mingbai batch list")
    order = {posting.id: at for at, posting in enumerate(found)}
    return place, sorted(sheets, key=lambda sheet: order[sheet[0]])


def _slips(
    connection: Connection, office: Office, actor: Actor, sheets: Sequence[tuple[int, BoardList | None]]
) -> Iterator[Slips]:
    """Blank slips for each village that a sheet of the pack hangs in, by its code."""
    areas = registers.area_book(connection).areas
    place_of = {posting.id: posting.area for posting in postings.current(connection)}
    places = {board.village if board is not None else place_of[posting] for posting, board in sheets}
    for code in sorted(places):
        if areas[code].level == "village":
            yield give_out(connection, office, actor, areas[code], EACH_IN_A_PACK)


def _hanging(connection: Connection, ids: Sequence[int]) -> dict[int, Hanging]:
    """Posting id → the sheet that hangs of it and shows something older."""
    numbers = journal.printed(connection)
    current = [posting for posting in postings.current(connection) if posting.id in set(ids)]
    older = {number: postings.hanging(connection, number) for number in {posting.batch for posting in current}}
    return {
        posting.id: Hanging(numbers[old], snapshot)
        for posting in current
        if posting.area in older[posting.batch]
        for old, snapshot in (older[posting.batch][posting.area],)
    }


def _is_asked_for(posting: Posting, request: PrintRequest) -> bool:
    return (request.kind != "batch" or posting.batch == request.subject) and _in_quarter(posting, request.quarter)


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
