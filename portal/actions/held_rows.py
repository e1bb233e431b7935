"""Settling held rows: each paid after all, or not paid, for a reason, by somebody else than who entered the roll."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.domain.batches import Actor, StepRecord
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
from portal.ledger import batches, payments, settlements
from portal.ledger.settlements import Settlement
from portal.office import Office, batch_named, must_be_clean, must_fit, must_have_role, policy_in_force

_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided about a held row (a payment's id). `outcome` is admitted or dropped."""

    payment: int
    outcome: str
    reason: str


def settle_rows(office: Office, actor: Actor, number: str, decisions: Sequence[Decision]) -> int:
    """Settle rows of a batch, all or none; returns how many. Raises Refused."""
    if not decisions:
        raise Refused("还没有选哪一行怎么办", "held.none")
    for decision in decisions:
        if not decision.reason:
            raise Refused("每一行都要写明原因：怎么核实的", "held.reason")
        must_fit(decision.reason, _LONGEST_REASON)
    must_be_clean(*(decision.reason for decision in decisions))
    with office.ledger.write() as connection:
        must_have_role(actor, *ROLES)
        batch = batch_named(connection, number)
        must_be_open(batch)
        must_be_another(batch, actor)
        closed = why_closed(batch, policy_in_force(connection, batch.year, batch.policy))
        held = {row.id: (row, is_known) for row, is_known in payments.held_of(connection, batch.id)}
        for decision in decisions:
            if decision.payment not in held or decision.outcome not in OUTCOMES:
                raise Refused("有的行别人已经处理过了。请看下面还剩哪些，再选一次", "held.gone")
            row, is_known = held[decision.payment]
            why_not = closed or why_not_admitted(HeldRow(row.held, is_known, row.village, row.fen))
            if decision.outcome == ADMITTED and why_not:
                raise Refused(f"工作表“{row.sheet}”第 {row.row} 行不能照发：{why_not}", "held.not_admitted")
        settlements.add(
            connection,
            (Settlement(each.payment, each.outcome, each.reason, actor.name, office.today) for each in decisions),
        )
        batches.add_step(connection, batch.id, StepRecord("settle", office.today, actor.name))
        detail: dict[str, object] = {
            "batch": batch.number,
            "rows": [[each.payment, each.outcome, each.reason] for each in decisions],
            "fen": sum(held[each.payment][0].fen for each in decisions),
        }
        office.write_down(connection, "held.settle", actor, detail)
        batches.announce(connection, "batch", batch.number)
    return len(decisions)
