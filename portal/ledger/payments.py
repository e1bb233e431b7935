"""Payment facts: insert-only. A new result or a correction is a new linked row; nothing is changed in place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, and_, case, delete, exists, func, insert, or_, select, update

from portal.domain.held_rows import ADMITTED, DROPPED
from portal.domain.payment_refs import PaymentRef
from portal.domain.postings import Tally
from portal.ledger import sealed_names
from portal.ledger.roll_tables import unmatched_lines
from portal.ledger.tables import batches, payment_names, payments, results

_AT_ONCE: Final = 5000
"""Rows inserted at a time, so that a long roll takes no more memory than a short one."""


class NewPayment(NamedTuple):
    """A payment to be stored. `corrects` is the id of the payment it replaces; `sealed_name` is for the village board."""

    village: str
    area_group: str
    name: str
    person: bytes | None
    proof: bytes | None
    account: bytes | None
    tail: bytes | None
    quantity: str | None
    rate: str | None
    fen: int
    held: str
    row_code: str
    sheet: str
    row: int
    corrects: int | None = None
    sealed_name: bytes | None = None


class Payment(NamedTuple):
    """The newest of a chain of corrections, with its latest result ("pending" before any). `held` is empty once somebody
    settled the row; `is_correction` where the one before had a result: a held row that was corrected is no second payment."""

    id: int
    village: str
    group: str
    name: str
    quantity: str
    rate: str
    fen: int
    held: str
    row_code: str
    result: str
    reason: str
    is_correction: bool
    sheet: str
    row: int

    @property
    def is_listed(self) -> bool:
        """Whether it stands in the list, or behind a published total."""
        return not self.held and self.result != DROPPED


def add_payments(
    connection: Connection, batch_id: int, file_id: int, key_id: str, new: Sequence[NewPayment]
) -> list[int]:
    """Insert payments with their masked names; returns their ids in order."""
    first = 1 + (connection.scalar(select(func.max(payments.c.id))) or 0)
    shared = {"batch_id": batch_id, "file_id": file_id, "key_id": key_id}
    for start in range(0, len(new), _AT_ONCE):
        facts, names, boxes = [], [], []
        for number, payment in enumerate(new[start : start + _AT_ONCE], start=first + start):
            values = payment._asdict()
            names.append({"payment_id": number, "masked": values.pop("name")})
            if (sealed := values.pop("sealed_name")) is not None:
                boxes.append((number, sealed))
            facts.append({"id": number, **shared, **values})
        connection.execute(insert(payments), facts)
        connection.execute(insert(payment_names), names)
        sealed_names.add(connection, boxes)
    return list(range(first, first + len(new)))


def add_results(
    connection: Connection, file_id: int | None, day: date, found: Iterable[tuple[int, str, str, str, int]]
) -> None:
    """Insert results: (payment id, result, reason, sheet, row) each."""
    rows = [
        {
            "payment_id": payment,
            "result": result,
            "reason": reason,
            "day": day,
            "file_id": file_id,
            "sheet": sheet,
            "row": row,
        }
        for payment, result, reason, sheet, row in found
    ]
    if rows:
        connection.execute(insert(results), rows)


def add_reason(connection: Connection, found: Sequence[int], reason: str) -> None:
    """Insert the latest result of these payments once more, now with this reason, where they still are returned."""
    latest = select(func.max(results.c.id)).where(results.c.payment_id.in_(found)).group_by(results.c.payment_id)
    query = select(results).where(results.c.id.in_(latest), results.c.result == "returned")
    again = [{**row, "reason": reason} for row in connection.execute(query).mappings()]
    for row in again:
        del row["id"]
    if again:
        connection.execute(insert(results), again)


def find_reference(connection: Connection, reference: PaymentRef) -> int | None:
    """The newest payment of that batch, village and row code."""
    query = (
        select(func.max(payments.c.id))
        .join(batches, batches.c.id == payments.c.batch_id)
        .where(
            batches.c.number == reference.batch,
            payments.c.village == reference.village,
            payments.c.row_code == reference.code,
        )
    )
    found: int | None = connection.scalar(query)
    return found


def newest_of(connection: Connection, payment: int) -> int:
    """The end of the chain of corrections that this payment stands in: batch, village and row code stay the same."""
    later = payments.alias("later")
    same = (later.c[name] == payments.c[name] for name in ("batch_id", "village", "row_code"))
    query = select(func.max(later.c.id)).select_from(payments.join(later, and_(*same))).where(payments.c.id == payment)
    return int(connection.scalars(query).one())


def is_same_person(connection: Connection, one: int, other: int) -> bool:
    """Whether both payments are the same person's: by the digest of the ID number, or as corrections of one another."""
    people = select(payments.c.person).where(payments.c.id.in_((one, other)), payments.c.person.is_not(None))
    found = connection.scalars(people).all()
    is_by_digest = len(found) == len({one, other}) and len(set(found)) == 1
    return is_by_digest or newest_of(connection, one) == newest_of(connection, other)


def newest(*extra: Any) -> Select[Any]:
    """Payments that nothing corrects, with their latest result."""
    correction = payments.alias("correction")
    later, sent_back = results.alias("later"), results.alias("sent_back")
    latest = select(func.max(later.c.id)).where(later.c.payment_id == payments.c.id).scalar_subquery()
    return (
        select(
            payments.c.id,
            payments.c.village,
            payments.c.area_group,
            func.coalesce(payment_names.c.masked, "").label("name"),
            func.coalesce(payments.c.quantity, "").label("quantity"),
            func.coalesce(payments.c.rate, "").label("rate"),
            payments.c.fen,
            case((results.c.id.is_(None), payments.c.held), else_="").label("held"),
            payments.c.row_code,
            case((results.c.result == ADMITTED, "pending"), else_=func.coalesce(results.c.result, "pending")).label(
                "result"
            ),
            func.coalesce(results.c.reason, "").label("reason"),
            exists().where(sent_back.c.payment_id == payments.c.corrects).label("is_correction"),
            payments.c.sheet,
            payments.c.row,
            *extra,
        )
        .outerjoin(payment_names, payment_names.c.payment_id == payments.c.id)
        .outerjoin(results, and_(results.c.payment_id == payments.c.id, results.c.id == latest))
        .where(~exists().where(correction.c.corrects == payments.c.id))
    )


def tally(found: Iterable[Payment]) -> Tally:
    """Rows and 分 by what became of them."""
    total: dict[str, int] = defaultdict(int)
    for payment in found:
        kinds = ["rows"]
        if payment.held:
            kinds.append("held_rows")
        elif payment.result in ("paid", "returned", "treasury", DROPPED):
            kinds.append(f"{payment.result}_rows")
        for name in kinds:
            total[name] += 1
            total[name.replace("rows", "fen")] += payment.fen
    return Tally(**total)


def payments_of(connection: Connection, batch_id: int) -> Iterator[Payment]:
    """The batch's payments, by village, then in the roll's order."""
    query = newest().where(payments.c.batch_id == batch_id).order_by(payments.c.village, payments.c.id)
    for row in connection.execute(query).yield_per(5000):
        yield Payment(*row)


class Awaiting(NamedTuple):
    """What feedback is matched against: a payment without a final result."""

    payment: int
    account: bytes | None
    proof: bytes | None
    name: str
    fen: int


def awaiting_result(connection: Connection, batch_id: int) -> list[Awaiting]:
    """Payments of the batch that are not held and not yet paid, returned or given back."""
    query = newest(payments.c.account, payments.c.proof).where(payments.c.batch_id == batch_id, is_listed_now())
    return [
        Awaiting(row.id, row.account, row.proof, row.name, row.fen)
        for row in connection.execute(query)
        if row.result == "pending"
    ]


def returned_counts(connection: Connection, area: str = "") -> dict[int, int]:
    """batch id → how many payments the bank sent back that nothing has corrected yet, in villages whose code begins so."""
    later, correction = results.alias("later"), payments.alias("correction")
    query = (
        select(payments.c.batch_id, func.count())
        .join(results, results.c.payment_id == payments.c.id)
        .where(
            results.c.result == "returned",
            ~exists().where(later.c.payment_id == payments.c.id, later.c.id > results.c.id),
            ~exists().where(correction.c.corrects == payments.c.id),
            payments.c.village.startswith(area),
        )
        .group_by(payments.c.batch_id)
    )
    return dict(connection.execute(query).all())


def row_codes(connection: Connection, batch_id: int) -> set[str]:
    return set(connection.scalars(select(payments.c.row_code).where(payments.c.batch_id == batch_id)))


def batch_sums(connection: Connection) -> dict[int, tuple[int, int]]:
    """batch id → (rows, 分) of its roll: the payments that correct nothing."""
    query = (
        select(payments.c.batch_id, func.count(), func.sum(payments.c.fen))
        .where(payments.c.corrects.is_(None))
        .group_by(payments.c.batch_id)
    )
    return {batch: (count, int(fen)) for batch, count, fen in connection.execute(query)}


def erase_names(connection: Connection, batch_id: int) -> int:
    """Delete the batch's masked names, those of bank lines too (withdrawal, retention); the facts stay. Returns how many
    payments had one."""
    lines = update(unmatched_lines).where(unmatched_lines.c.batch_id == batch_id)
    connection.execute(lines.values(masked=""))
    ids = select(payments.c.id).where(payments.c.batch_id == batch_id)
    return connection.execute(delete(payment_names).where(payment_names.c.payment_id.in_(ids))).rowcount


def is_listed_now() -> Any:
    """Rows that nothing holds back: nothing did at first, or somebody let them in since."""
    since = results.alias("since")
    let_in = exists().where(since.c.payment_id == payments.c.id, since.c.result != DROPPED)
    return or_(payments.c.held == "", let_in)
