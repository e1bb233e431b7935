"""What the cases can prove about themselves: their events say what lists repeat, were admitted in this order, are all in
the journal, and what was sealed with them is what is sealed there now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from sqlalchemy import Connection

from portal.domain.case_acts import ACTS, STATES
from portal.domain.cases import Case, admit
from portal.domain.findings import Refused
from portal.domain.journal import Entry
from portal.domain.personal_data import find_personal_data
from portal.domain.site import Check
from portal.ledger import case_proof, case_words, cases, journal
from portal.ledger.case_proof import CaseRow, Piece
from portal.ledger.cases import StoredCase

_RECEIPT_HASH_BYTES: Final = 32


def verify_cases(connection: Connection) -> list[Check]:
    """Each check names the first thing that is wrong, by the case's number and nothing else of it."""
    found = _Found(connection)
    checks: dict[str, Callable[[_Found], Iterator[str]]] = {
        "件的状态、承办单位＝逐步记录": _state_and_events,
        "件的每一步照规定、按先后": _admitted,
        "件的原话、附件、回执齐全": _sealed_and_owned,
        "件＝日志，封存内容没有变": _journaled,
        "件的文字里没有个人信息": _clean,
    }
    return [_check(name, next(check(found), None), len(found.cases)) for name, check in checks.items()]


def _check(name: str, problem: str | None, count: int) -> Check:
    return Check(name, problem is None, problem or f"{count} 件相符")


@dataclass(frozen=True)
class _Found:
    """Everything that is stored of cases, read once."""

    connection: Connection

    @cached_property
    def cases(self) -> list[StoredCase]:
        return cases.all_cases(self.connection)

    @cached_property
    def rows(self) -> dict[int, CaseRow]:
        return {row.id: row for row in case_proof.case_rows(self.connection)}

    @cached_property
    def events(self) -> dict[int, list[int]]:
        return case_proof.event_ids(self.connection)

    @cached_property
    def pieces(self) -> list[Piece]:
        return case_proof.pieces(self.connection)


def _state_and_events(found: _Found) -> Iterator[str]:
    for stored in found.cases:
        row, case = found.rows[stored.id], stored.case
        if strange := next((event.act for event in case.events if event.act not in ACTS), None):
            yield f"{case.number}：没有“{strange}”这一步"
        elif row.state != case.state:
            said = STATES.get(row.state, row.state)
            yield f"{case.number}：列表里是“{said}”，按逐步记录应是“{STATES[case.state]}”"
        elif row.unit != case.unit:
            yield f"{case.number}：列表里的承办单位是“{row.unit}”，按逐步记录应是“{case.unit}”"


def _admitted(found: _Found) -> Iterator[str]:
    told = {(piece.case_id, piece.event_id) for piece in found.pieces if piece.part == "words"}
    for stored in found.cases:
        ids = found.events.get(stored.id, [])
        for place in range(_made_on_arrival(stored), len(stored.case.events)):
            event = stored.case.events[place]
            before = replace(stored.case, events=stored.case.events[:place])
            try:
                admit(before, event, (stored.id, ids[place]) in told)
            except (Refused, KeyError) as refused:
                yield f"{stored.case.number} 第 {place + 1} 步：{refused}"
                break


def _made_on_arrival(stored: StoredCase) -> int:
    """How many of its events came with the filing itself: what discipline inspection reads is handed over at once."""
    first = stored.case.events[:1]
    return int(stored.facts.reader == "discipline" and [event.act for event in first] == ["hand_over"])


def _sealed_and_owned(found: _Found) -> Iterator[str]:
    stories = {(piece.case_id, piece.reader) for piece in found.pieces if piece.part == "story"}
    for stored in found.cases:
        if (stored.id, stored.facts.reader) not in stories:
            yield f"{stored.case.number}：封存的原话不见了"
        if len(stored.facts.receipt_hash) != _RECEIPT_HASH_BYTES:
            yield f"{stored.case.number}：没有回执"
    for case_id in found.events.keys() - found.rows.keys():
        yield f"逐步记录第 {found.events[case_id][0]} 行不属于任何一件"
    for piece in found.pieces:
        what = f"封存的{'附件' if piece.part == 'file' else '话'}第 {piece.id} 行"
        if piece.case_id not in found.rows:
            yield f"{what}不属于任何一件"
        elif piece.event_id is not None and piece.event_id not in found.events.get(piece.case_id, ()):
            yield f"{what}不属于 {found.rows[piece.case_id].number} 的任何一步"


def _journaled(found: _Found) -> Iterator[str]:
    entries: dict[str, list[Entry]] = defaultdict(list)
    for entry in journal.entries_of(found.connection, "case.file", "case.act"):
        entries[str(entry.detail.get("case"))].append(entry)
    sealed = case_words.sealed_hashes(found.connection)
    for stored in found.cases:
        ids = found.events.get(stored.id, [])
        arrived = _made_on_arrival(stored)
        told = entries.pop(stored.case.number, [])
        expected: list[tuple[str, str | None, str]] = [("case.file", None, sealed[stored.id, None])]
        expected += [
            ("case.act", event.act, sealed[stored.id, number])
            for number, event in zip(ids[arrived:], stored.case.events[arrived:], strict=True)
        ]
        yield from _differences(stored.case, expected, told)
    for number in entries:
        yield f"{number}：日志里有，台账里没有这一件"


def _differences(case: Case, expected: list[tuple[str, str | None, str]], told: list[Entry]) -> Iterator[str]:
    if [(act, what) for act, what, _ in expected] != [(entry.act, entry.detail.get("act")) for entry in told]:
        yield f"{case.number}：台账里 {len(expected) - 1} 步，日志里 {len(told) - 1} 步，或先后不同"
        return
    for place, ((_, _, hash_now), entry) in enumerate(zip(expected, told, strict=True)):
        if entry.detail.get("sealed") != hash_now:
            where = f"第 {place} 步" if place else "收件时"
            yield f"{case.number}：{where}封存的内容和日志第 {entry.number} 条不符"


def _clean(found: _Found) -> Iterator[str]:
    for stored in found.cases:
        row = found.rows[stored.id]
        texts = {"标题": row.title, "转述": row.summary, "工单号": row.order_number}
        texts |= {f"第 {place} 步的说明": event.note for place, event in enumerate(stored.case.events, start=1)}
        for where, text in texts.items():
            if find_personal_data(text):
                yield f"{row.number}：{where}里有疑似身份证号、账号或电话"
