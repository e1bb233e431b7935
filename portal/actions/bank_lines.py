"""What a person settles of the banks' files: which payment a line is about, or that it is none of ours; and what a bank's
own words mean, once for all its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from portal.actions.feedback import ROLES
from portal.domain.batches import Actor, StepRecord
from portal.domain.findings import Refused
from portal.ledger import bank_lines, batches, payments
from portal.office import Office, must_be_clean, must_fit, must_have_role, own_batch

ATTACHED: Final = "attached"
NOT_OURS: Final = "not_ours"
_LONGEST_REASON: Final = 200


@dataclass(frozen=True, slots=True)
class LineDecision:
    """What somebody decided about a line: the payment (its id) that it is about, or None where it is none of the batch,
    for a reason."""

    line: int
    payment: int | None
    why: str = ""


def settle_lines(office: Office, actor: Actor, number: str, decisions: Sequence[LineDecision]) -> int:
    """Settle lines of a batch's bank files, all or none; returns how many. A line goes only to a payment that waits for
    its result and has the same masked name and amount. Raises Refused."""
    if not decisions:
        raise Refused("还没有选哪一行怎么办", "lines.none")
    for decision in decisions:
        if decision.payment is None and not decision.why:
            raise Refused("“不是这一批的”要写明原因：怎么核对的", "lines.reason")
        must_fit(decision.why, _LONGEST_REASON)
    must_be_clean(*(decision.why for decision in decisions))
    with office.ledger.write() as connection:
        must_have_role(actor, *ROLES)
        batch = own_batch(connection, actor, number)
        if not batch.is_live or batch.is_returned:
            raise Refused(f"批次 {number} 已退回、撤下或被替代，不能登记发放结果", "batch.closed")
        lines = {line.id: line for line in bank_lines.open_lines(connection, batch.id)}
        waiting = {payment.payment: payment for payment in payments.awaiting_result(connection, batch.id)}
        for decision in decisions:
            line = lines.pop(decision.line, None)
            if line is None:
                raise Refused("有的行别人已经处理过了。请看下面还剩哪些，再选一次", "lines.gone")
            outcome = NOT_OURS
            if decision.payment is not None:
                outcome, found = ATTACHED, waiting.pop(decision.payment, None)
                if found is None or (found.name, found.fen) != (line.name, line.fen):
                    raise Refused("选的那一笔已经有结果，或姓名、金额对不上。请看下面再选一次", "lines.taken")
                result = (decision.payment, line.result, line.reason, line.sheet, line.row)
                payments.add_results(connection, line.file_id, line.day, [result])
            bank_lines.settle_line(connection, line.id, outcome, decision.payment, decision.why, actor.name)
        is_first = batch.last("feedback") is None and any(decision.payment for decision in decisions)
        batches.add_step(
            connection, batch.id, StepRecord("feedback" if is_first else "settle", office.today, actor.name)
        )
        detail: dict[str, object] = {
            "batch": number,
            "lines": [[each.line, each.payment, each.why] for each in decisions],
        }
        office.write_down(connection, "feedback.settle", actor, detail)
        batches.announce(connection, "batch", number)
    office.ledger.forget_erased()
    return len(decisions)


def explain_words(office: Office, actor: Actor, number: str, meanings: Mapping[int, str]) -> int:
    """Say what a bank's words mean (id → reason code): the payments that waited get the reason, and later files of that
    bank are read so. Returns how many payments. Raises Refused."""
    if not meanings:
        raise Refused("还没有选是哪一种原因", "words.none")
    if set(meanings.values()) - set(office.rules.reason_words):
        raise Refused("没有这种原因，请从列出的里面选", "words.unknown")
    with office.ledger.write() as connection:
        must_have_role(actor, *ROLES)
        batch = own_batch(connection, actor, number)
        if set(meanings) - {words.id for words in bank_lines.unknown_words(connection, batch.id)}:
            raise Refused("有的说法别人已经登记过了。请看下面还剩哪些，再选一次", "words.gone")
        explained = 0
        for words_id, code in meanings.items():
            waiting = bank_lines.explain_words(connection, words_id, code)
            payments.add_reason(connection, waiting, code)
            explained += len(waiting)
            office.write_down(
                connection, "feedback.explain", actor, {"words": words_id, "reason": code, "rows": len(waiting)}
            )
        batches.announce(connection, "batch", number)
    return explained
