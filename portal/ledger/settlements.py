"""Held rows and what became of them: insert-only, a result of the payment and beside it who decided, when and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import Connection, exists, func, insert, select

from portal.domain.held_rows import DROPPED
from portal.ledger.payments import Payment, add_results, newest
from portal.ledger.roll_tables import settlements
from portal.ledger.tables import batches, payment_names, payments, results


@dataclass(frozen=True, slots=True)
class Settlement:
    """`outcome` is admitted or dropped."""

    payment_id: int
    outcome: str
    reason: str
    by: str
    day: date


@dataclass(frozen=True, slots=True)
class SettledRow:
    """A settlement with the row it is about. `held` is the finding that had kept it back."""

    village: str
    sheet: str
    row: int
    name: str
    fen: int
    held: str
    outcome: str
    reason: str
    by: str
    day: date


def add(connection: Connection, found: Iterable[Settlement]) -> None:
    """Insert settlements and the results that follow; at least one."""
    found = list(found)
    connection.execute(insert(settlements), [asdict(each) for each in found])
    for each in found:
        add_results(connection, None, each.day, [(each.payment_id, each.outcome, "", "", 0)])


def of_batch(connection: Connection, batch_id: int) -> list[SettledRow]:
    """By sheet and row."""
    query = (
        select(
            payments.c.village,
            payments.c.sheet,
            payments.c.row,
            func.coalesce(payment_names.c.masked, ""),
            payments.c.fen,
            payments.c.held,
            settlements.c.outcome,
            settlements.c.reason,
            settlements.c.by,
            settlements.c.day,
        )
        .join(payments, payments.c.id == settlements.c.payment_id)
        .outerjoin(payment_names, payment_names.c.payment_id == payments.c.id)
        .where(payments.c.batch_id == batch_id)
        .order_by(payments.c.sheet, payments.c.row)
    )
    return [SettledRow(*tuple(row)) for row in connection.execute(query)]


def contradictions(connection: Connection) -> list[tuple[str, int, str]]:
    """(batch, row, what is wrong) where results of held rows and settlements do not say the same, or who entered a
    batch settled its row."""
    query = (
        select(batches.c.number, payments.c.row, batches.c.entered_by, settlements.c.by, settlements.c.outcome)
        .add_columns(results.c.result)
        .select_from(payments)
        .join(batches, batches.c.id == payments.c.batch_id)
        .outerjoin(settlements, settlements.c.payment_id == payments.c.id)
        .outerjoin(results, (results.c.payment_id == payments.c.id) & results.c.result.in_(("admitted", "dropped")))
        .where(settlements.c.outcome.is_not(None) | results.c.result.is_not(None))
    )
    found = []
    for number, row, entered_by, by, outcome, result in connection.execute(query):
        if outcome != result:
            found.append((number, row, "结果和核实记录不一样"))
        elif by == entered_by:
            found.append((number, row, "录入的人自己核实"))
    return found


def held_of(connection: Connection, batch_id: int) -> list[tuple[Payment, bool]]:
    """The batch's held rows, each with whether ID and name could be read, by sheet and row."""
    query = newest(payments.c.proof.is_not(None).label("is_known"))
    query = query.where(payments.c.batch_id == batch_id, payments.c.held != "").order_by(
        payments.c.sheet, payments.c.row
    )
    return [(Payment(*row[:-1]), bool(row.is_known)) for row in connection.execute(query) if row.held]


def listed_people(connection: Connection, batch_id: int) -> dict[int, tuple[bytes, int]]:
    """payment id → (person, 分) of the batch's rows that are not held and not dropped."""
    query = newest(payments.c.person).where(payments.c.batch_id == batch_id, payments.c.person.is_not(None))
    found = connection.execute(query)
    return {row.id: (row.person, row.fen) for row in found if not row.held and row.result != DROPPED}


def held_counts(connection: Connection) -> dict[int, int]:
    """batch id → how many rows are held and neither settled nor corrected yet."""
    correction = payments.alias("correction")
    query = (
        select(payments.c.batch_id, func.count())
        .where(
            payments.c.held != "",
            ~exists().where(results.c.payment_id == payments.c.id),
            ~exists().where(correction.c.corrects == payments.c.id),
        )
        .group_by(payments.c.batch_id)
    )
    return dict(connection.execute(query).all())


def place_payment(connection: Connection, payment: int, village: str, row_code: str) -> int:
    """Insert the payment once more, linked, in this village and under this row code; returns its id."""
    number = 1 + int(connection.scalars(select(func.max(payments.c.id))).one())
    old = connection.execute(select(payments).where(payments.c.id == payment)).mappings().one()
    new = {**old, "id": number, "corrects": payment, "village": village, "area_group": "", "row_code": row_code}
    connection.execute(insert(payments).values(new))
    masked = connection.scalar(select(payment_names.c.masked).where(payment_names.c.payment_id == payment))
    if masked is not None:
        connection.execute(insert(payment_names).values(payment_id=number, masked=masked))
    return number
