"""Settling held rows: each paid after all, or not paid, for a reason, by somebody else than who entered the roll."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from portal.domain.batches import Actor, Batch, StepRecord
from portal.domain.findings import Refused
from portal.domain.held_rows import (
    ADMITTED,
    OUTCOMES,
    ROLES,
    HeldRow,
    must_be_another,
    must_be_open,
    why_closed,
    why_not_admitted,
)
from portal.domain.postings import new_row_codes
from portal.ledger import batches, payments, registers, settlements
from portal.ledger.payments import Payment
from portal.ledger.settlements import Settlement
from portal.office import Office, must_be_clean, must_fit, must_have_role, own_batch, policy_in_force

_LONGEST_REASON: Final = 200
AREA_PROBLEMS: Final[Mapping[str, str]] = {
    "area.empty": "没有写村名",
    "area.ambiguous": "有几个村叫这个名字，请连乡镇一起写",
    "area.mismatch": "这个村不在本单位辖区",
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided about a held row (a payment's id). `outcome` is admitted or dropped; `village` is its name,
    where the roll's could not be read."""

    payment: int
    outcome: str
    reason: str
    village: str = ""


def settle_rows(office: Office, actor: Actor, number: str, decisions: Sequence[Decision]) -> int:
    """Settle rows of a batch, all or none; returns how many. Raises Refused."""
    if not decisions:
        raise Refused("还没有选哪一行怎么办", "held.none")
    for decision in decisions:
        if not decision.reason:
            raise Refused("每一行都要写明原因：怎么核实的", "held.reason")
        must_fit(decision.reason, _LONGEST_REASON)
    must_be_clean(*(words for each in decisions for words in (each.reason, each.village)))
    with office.ledger.write() as connection:
        must_have_role(actor, *ROLES)
        batch = own_batch(connection, actor, number)
        must_be_open(batch)
        must_be_another(batch, actor)
        closed = why_closed(batch, policy_in_force(connection, batch.year, batch.policy))
        held = {row.id: (row, is_known) for row, is_known in settlements.held_of(connection, batch.id)}
        for decision in decisions:
            if decision.payment not in held or decision.outcome not in OUTCOMES:
                raise Refused("有的行别人已经处理过了。请看下面还剩哪些，再选一次", "held.gone")
            row, is_known = held[decision.payment]
            why_not = closed or why_not_admitted(HeldRow(row.held, is_known, row.village, row.fen))
            if decision.outcome == ADMITTED and why_not:
                raise Refused(f"工作表“{row.sheet}”第 {row.row} 行不能照发：{why_not}", "held.not_admitted")
        places = _places(connection, batch, decisions, held)
        settlements.add(
            connection,
            (
                Settlement(places.get(each.payment, each.payment), each.outcome, each.reason, actor.name, office.today)
                for each in decisions
            ),
        )
        batches.add_step(connection, batch.id, StepRecord("settle", office.today, actor.name))
        detail: dict[str, object] = {
            "batch": batch.number,
            "rows": [[each.payment, each.outcome, each.reason] for each in decisions],
            "placed": sorted(places.items()),
            "fen": sum(held[each.payment][0].fen for each in decisions),
        }
        office.write_down(connection, "held.settle", actor, detail)
        batches.announce(connection, "batch", batch.number)
    return len(decisions)


def _places(
    connection: Connection, batch: Batch, decisions: Sequence[Decision], held: Mapping[int, tuple[Payment, bool]]
) -> dict[int, int]:
    """Put admitted rows without a village where they belong: payment → the linked one that says the village. Raises
    Refused where none is named, or more than one may be meant."""
    book = registers.area_book(connection)
    within = registers.all_units(connection)[batch.unit].area
    taken = payments.row_codes(connection, batch.id)
    placed = {}
    for decision in decisions:
        row, _ = held[decision.payment]
        if decision.outcome != ADMITTED or row.village:
            continue
        found = book.resolve("", decision.village, "", within)
        if found.problem or not found.village:
            said = AREA_PROBLEMS.get(found.problem, "写的村名认不出来")
            raise Refused(f"工作表“{row.sheet}”第 {row.row} 行要照发，先写明是哪个村：{said}", "held.place")
        (code,) = new_row_codes(1, taken)
        taken.add(code)
        placed[row.id] = settlements.place_payment(connection, row.id, found.village, code)
    return placed
