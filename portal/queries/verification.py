"""What the ledger can prove about itself: the chain holds, and the sums agree at every level."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection

from portal.domain.journal import first_break
from portal.domain.money import grouped
from portal.domain.postings import Tally
from portal.domain.site import Check
from portal.ledger import batches, board_records, journal, payments, postings, settlements
from portal.ledger.engine import Ledger
from portal.queries.case_verification import verify_cases


def verify_ledger(ledger: Ledger) -> list[Check]:
    """Recompute the chain and the sums in one read transaction; each check names the first thing that is wrong."""
    with ledger.read() as connection:
        broken = first_break(journal.entries(connection))
        number, head = journal.head(connection)
        return [
            Check("日志链", broken is None, broken or f"{number} 条相接，链头 {head[:16]}…"),
            _check("清册＝批次", _file_and_batch(connection)),
            _check("清册＝已到账＋待发放＋待核实＋已退国库＋核实后不发，不超指标", _balance(connection)),
            _check("待核实的行都由别人核实", _settlements(connection)),
            _check("批次＝各村公示之和", _batch_and_postings(connection)),
            _check("公示栏照片和登记时一样，由另一人公开", _photos(connection)),
            *verify_cases(connection),
        ]


def _check(name: str, problems: list[str]) -> Check:
    return Check(name, not problems, problems[0] if problems else "相符")


def _file_and_batch(connection: Connection) -> list[str]:
    sums = payments.batch_sums(connection)
    problems = []
    for batch in batches.all_batches(connection):
        stated, stored = batches.file_totals(connection, batch.id), sums.get(batch.id, (0, 0))
        if stated != stored:
            problems.append(
                f"批次 {batch.number}：文件 {stated[0]} 行 {grouped(stated[1])} 元，"
                f"库中 {stored[0]} 行 {grouped(stored[1])} 元"
            )
    return problems


def _balance(connection: Connection) -> list[str]:
    problems = []
    for batch in batches.all_batches(connection):
        found = payments.tally(payments.payments_of(connection, batch.id))
        rows, fen = batches.file_totals(connection, batch.id)
        parts = found.paid_fen + found.pending_fen + found.held_fen + found.treasury_fen + found.dropped_fen
        allotment = batch.last("allotment")
        if parts != fen or found.rows != rows:
            problems.append(f"批次 {batch.number}：各项相加 {grouped(parts)} 元，清册 {grouped(fen)} 元")
        elif allotment and allotment.amount_fen is not None and allotment.amount_fen < fen:
            problems.append(f"批次 {batch.number}：清册 {grouped(fen)} 元，超过指标 {grouped(allotment.amount_fen)} 元")
    return problems


def _settlements(connection: Connection) -> list[str]:
    """What became of held rows stands with who decided and why, and that was never who entered them."""
    return [f"批次 {batch}：{problem}（第 {row} 行）" for batch, row, problem in settlements.contradictions(connection)]


def _photos(connection: Connection) -> list[str]:
    noted = {entry.detail.get("photo") for entry in journal.entries_of(connection, "board.note")}
    return [
        f"批次 {batch}：{record.words}的照片（第 {record.id} 条）{problem}"
        for batch, record, content in board_records.all_photos(connection)
        for problem, is_so in (
            ("被换过", hashlib.sha256(content).hexdigest() != record.sha256 or record.sha256 not in noted),
            ("是登记的人自己公开的", record.released_by == record.by),
        )
        if is_so
    ]


def _batch_and_postings(connection: Connection) -> list[str]:
    by_batch: dict[str, list[Tally]] = {}
    for posting in postings.current(connection):
        by_batch.setdefault(posting.batch, []).append(posting.tally)
    problems = []
    for batch in batches.all_batches(connection):
        if batch.number not in by_batch:
            continue
        published = Tally.total(by_batch[batch.number])
        rows, fen = batches.file_totals(connection, batch.id)
        if (published.rows, published.fen) != (rows, fen):
            problems.append(
                f"批次 {batch.number}：各村公示相加 {published.rows} 行 {grouped(published.fen)} 元，"
                f"清册 {rows} 行 {grouped(fen)} 元"
            )
    return problems
