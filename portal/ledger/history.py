"""What earlier batches say of the people of a roll, by digest: what its checks are made against."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, or_, select

from portal.ledger.payments import is_listed_now
from portal.ledger.tables import batches, payments, policies, results


def _people(batch_condition: Any, *columns: Any) -> Select[Any]:
    return (
        select(payments.c.person, *columns)
        .join(batches, batches.c.id == payments.c.batch_id)
        .where(payments.c.person.is_not(None), is_listed_now(), ~batches.c.superseded, batch_condition)
    )


def in_period(connection: Connection, policy: str, period: str, unit: str) -> dict[bytes, str]:
    """person → number of another unit's batch of the same policy and period, or of one of the unit's own that was
    withdrawn after the money had come: who is on its roll again must not be paid again."""
    was_paid = exists().where(results.c.payment_id == payments.c.id, results.c.result == "paid")
    condition = and_(batches.c.policy == policy, batches.c.period == period, or_(batches.c.unit != unit, was_paid))
    return {row.person: row.number for row in connection.execute(_people(condition, batches.c.number))}


def paid_in_year(connection: Connection, policy: str, year: int, period: str) -> dict[bytes, int]:
    """person → 分 of the same policy and part of year, in `year`."""
    same_part = batches.c.period == str(year) + period[4:]
    condition = and_(batches.c.policy == policy, batches.c.year == year, same_part)
    sums: dict[bytes, int] = {}
    for person, fen in connection.execute(_people(condition, payments.c.fen)):
        sums[person] = sums.get(person, 0) + fen
    return sums


def last_accounts(connection: Connection, year: int) -> dict[bytes, bytes]:
    """person → account digest of the newest payment of this year or the last."""
    condition = and_(batches.c.year >= year - 1, batches.c.year <= year, payments.c.account.is_not(None))
    query = _people(condition, payments.c.account).order_by(payments.c.id)
    return {row.person: row.account for row in connection.execute(query)}


def paid_under(connection: Connection, codes: Sequence[str], year: int) -> dict[bytes, str]:
    """person → name of one of these policies under which the person was paid in `year`."""
    if not codes:
        return {}
    called = select(policies.c.code, policies.c.name).where(policies.c.code.in_(codes))
    names = dict(connection.execute(called).all())
    condition = and_(batches.c.policy.in_(codes), batches.c.year == year)
    found = connection.execute(_people(condition, batches.c.policy))
    return {row.person: names.get(row.policy, row.policy) for row in found}
