"""What the banks' files left open: lines that fit no payment by themselves, and words that nobody has explained yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from portal.ledger.roll_tables import bank_words, unknown_reasons, unmatched_lines
from portal.ledger.tables import payments


@dataclass(frozen=True, slots=True)
class BankLine:
    """A line of a bank's file that waits for a person. `name` is masked; `code` says why it fits nothing."""

    id: int
    file_id: int
    sheet: str
    row: int
    code: str
    name: str
    fen: int
    result: str
    reason: str
    day: date


@dataclass(frozen=True, slots=True)
class UnknownWords:
    """A bank's own words for a failure, and how many payments of the batch wait for their meaning."""

    id: int
    words: str
    payments: int


def add_lines(
    connection: Connection,
    batch_id: int,
    file_id: int,
    day: date,
    lines: Iterable[tuple[str, str, int, str, str, str, int]],
) -> None:
    """Insert lines: (code, masked name, 分, result, reason, sheet, row) each."""
    names = ("code", "masked", "fen", "result", "reason", "sheet", "row")
    same = {"batch_id": batch_id, "file_id": file_id, "day": day, "outcome": "", "why": "", "by": ""}
    rows = [{**same, **dict(zip(names, line, strict=True))} for line in lines]
    if rows:
        connection.execute(insert(unmatched_lines), rows)


def open_lines(connection: Connection, batch_id: int) -> list[BankLine]:
    """The batch's lines that nobody has settled, in the order of the files."""
    names = ("id", "file_id", "sheet", "row", "code", "masked", "fen", "result", "reason", "day")
    query = select(*(unmatched_lines.c[name] for name in names))
    query = query.where(unmatched_lines.c.batch_id == batch_id, unmatched_lines.c.outcome == "")
    return [BankLine(*row) for row in connection.execute(query.order_by(unmatched_lines.c.id))]


def open_counts(connection: Connection) -> dict[int, int]:
    """batch id → lines and payments that wait for a person: to be attached, or to have their reason explained."""
    lines = select(unmatched_lines.c.batch_id, func.count()).where(unmatched_lines.c.outcome == "")
    words = select(payments.c.batch_id, func.count()).join(
        unknown_reasons, unknown_reasons.c.payment_id == payments.c.id
    )
    found: dict[int, int] = dict(connection.execute(lines.group_by(unmatched_lines.c.batch_id)).all())
    for batch, count in connection.execute(words.group_by(payments.c.batch_id)):
        found[batch] = found.get(batch, 0) + count
    return found


def settle_line(connection: Connection, line_id: int, outcome: str, payment: int | None, why: str, by: str) -> None:
    """Say what became of a line: attached to a payment, or not_ours. Its masked name goes."""
    values = {"outcome": outcome, "payment_id": payment, "why": why, "by": by, "masked": ""}
    connection.execute(update(unmatched_lines).where(unmatched_lines.c.id == line_id).values(values))


def learned(connection: Connection, bank: str) -> dict[str, str]:
    """The bank's words → reason code, as somebody said."""
    query = select(bank_words.c.words, bank_words.c.code).where(bank_words.c.bank == bank, bank_words.c.code != "")
    return dict(connection.execute(query).all())


def ask_words(connection: Connection, bank: str, asked: Iterable[tuple[int, str]]) -> None:
    """Note down (payment id, the bank's words) whose meaning somebody has to say."""
    for payment, words in asked:
        same = and_(bank_words.c.bank == bank, bank_words.c.words == words)
        found = connection.scalar(select(bank_words.c.id).where(same))
        if found is None:
            key = connection.execute(insert(bank_words).values(bank=bank, words=words, code="")).inserted_primary_key
            assert key is not None
            found = key[0]
        connection.execute(insert(unknown_reasons).values(payment_id=payment, words_id=found))


def unknown_words(connection: Connection, batch_id: int) -> list[UnknownWords]:
    query = (
        select(bank_words.c.id, bank_words.c.words, func.count())
        .join(unknown_reasons, unknown_reasons.c.words_id == bank_words.c.id)
        .join(payments, payments.c.id == unknown_reasons.c.payment_id)
        .where(payments.c.batch_id == batch_id)
        .group_by(bank_words.c.id, bank_words.c.words)
        .order_by(bank_words.c.id)
    )
    return [UnknownWords(*row) for row in connection.execute(query)]


def explain_words(connection: Connection, words_id: int, code: str) -> list[int]:
    """From now on these words mean this reason; returns the payments that waited for it, of all batches."""
    connection.execute(update(bank_words).where(bank_words.c.id == words_id).values(code=code))
    waiting = unknown_reasons.c.words_id == words_id
    found = list(connection.scalars(select(unknown_reasons.c.payment_id).where(waiting)))
    connection.execute(delete(unknown_reasons).where(waiting))
    return found
