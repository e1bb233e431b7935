"""Full names for the village board, sealed: kept until the notice is over, in no backup."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from portal.ledger.tables import payments, sealed_names


def add(connection: Connection, sealed: Sequence[tuple[int, bytes]]) -> None:
    """(payment id, sealed name) each."""
    if sealed:
        connection.execute(insert(sealed_names), [{"payment_id": payment, "sealed": box} for payment, box in sealed])


def of_batch(connection: Connection, batch_id: int) -> dict[int, bytes]:
    """Payment id → sealed name."""
    query = select(sealed_names.c.payment_id, sealed_names.c.sealed).join(payments)
    return dict(connection.execute(query.where(payments.c.batch_id == batch_id)).all())


def batches_with(connection: Connection) -> set[int]:
    """Ids of the batches that have any."""
    return set(connection.scalars(select(payments.c.batch_id).join(sealed_names).distinct()))


def erase(connection: Connection, batch_id: int) -> int:
    """Delete the batch's. Returns how many."""
    ids = select(payments.c.id).where(payments.c.batch_id == batch_id)
    return connection.execute(delete(sealed_names).where(sealed_names.c.payment_id.in_(ids))).rowcount
