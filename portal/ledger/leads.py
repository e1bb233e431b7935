"""What early warning asks of all payments of a year: aggregates over indexes alone, so that millions of rows stay
quick; and what was said of leads. Digests group rows here and leave this module no further than the next."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, func, insert, select

from portal.domain.leads import LeadWord, is_told
from portal.ledger.oversight_tables import lead_words, suspension_lists, suspensions
from portal.ledger.tables import payment_names, payments

_AT_ONCE: Final = 500


class Grouped(NamedTuple):
    """A payment that belongs to a lead; rows of the same `key` belong together."""

    key: bytes
    id: int
    batch_id: int
    village: str
    fen: int
    quantity: str | None
    person: bytes
    account: bytes | None


class SourceRow(NamedTuple):
    """A row of somebody's file, masked."""

    id: int
    batch_id: int
    village: str
    name: str
    fen: int
    sheet: str
    row: int


def village_sums(connection: Connection, batch_ids: Collection[int]) -> list[tuple[int, str, int, int]]:
    """(batch id, village, rows, 分) of rolls, without what is held and what corrects something."""
    query = (
        select(payments.c.batch_id, payments.c.village, func.count(), func.sum(payments.c.fen))
        .where(payments.c.batch_id.in_(batch_ids), payments.c.held == "", payments.c.corrects.is_(None))
        .group_by(payments.c.batch_id, payments.c.village)
    )
    return [(batch, village, rows, int(fen)) for batch, village, rows, fen in connection.execute(query)]


def villages_paid(connection: Connection, batch_ids: Collection[int]) -> set[str]:
    query = select(payments.c.village).where(payments.c.batch_id.in_(batch_ids)).distinct()
    return set(connection.scalars(query))


def shared_accounts(connection: Connection, batch_ids: Collection[int], people: int) -> list[Grouped]:
    """Payments on accounts that so many different people are paid to."""
    return _shared(connection, batch_ids, payments.c.account, payments.c.person, people)


def many_accounts(connection: Connection, batch_ids: Collection[int], accounts: int) -> list[Grouped]:
    """Payments of people who are paid to so many different accounts."""
    return _shared(connection, batch_ids, payments.c.person, payments.c.account, accounts)


def paid_by_both(connection: Connection, some: Collection[int], others: Collection[int]) -> list[Grouped]:
    """Payments of people who stand in a batch of either; quick where `some` have few rows."""
    one, other = payments.alias("one"), payments.alias("other")
    both = and_(other.c.person == one.c.person, other.c.batch_id.in_(others), other.c.held == "")
    people = (
        select(one.c.person)
        .join(other, and_(both, other.c.batch_id != one.c.batch_id))
        .where(one.c.batch_id.in_(some), one.c.held == "", one.c.person.is_not(None))
        .distinct()
    )
    return _rows_of(connection, {*some, *others}, payments.c.person, connection.scalars(people).all())


def suspended(connection: Connection, batch_ids: Collection[int]) -> list[tuple[Grouped, date | None, date | None]]:
    """(payment, since, until) of people who are on a list that has not ended."""
    in_force = select(suspension_lists.c.id).where(suspension_lists.c.ended_on.is_(None))
    listed = select(suspensions.c.proof, suspensions.c.since, suspensions.c.until)
    times = {
        row.proof: (row.since, row.until)
        for row in connection.execute(listed.where(suspensions.c.list_id.in_(in_force)))
    }
    return [(row, *times[row.key]) for row in _rows_of(connection, batch_ids, payments.c.proof, list(times))]


def corrected_ids(connection: Connection) -> set[int]:
    """Payments that another one has taken the place of."""
    return set(connection.scalars(select(payments.c.corrects).where(payments.c.corrects.is_not(None))))


def newest_payment(connection: Connection) -> int:
    """The last id: as long as it stays, no row came in."""
    return connection.scalar(select(func.max(payments.c.id))) or 0


def source_rows(connection: Connection, ids: Sequence[int]) -> list[SourceRow]:
    return _sources(connection, payments.c.id.in_(ids), len(ids))


def largest_rows(connection: Connection, batch_id: int, village: str, count: int) -> list[SourceRow]:
    """The rows of a village in a batch with the largest amounts."""
    wanted = and_(payments.c.batch_id == batch_id, payments.c.village == village, payments.c.held == "")
    return _sources(connection, wanted, count)


def add_word(connection: Connection, word: LeadWord) -> int:
    """Returns its id, which is what the journal has of it."""
    key = connection.execute(insert(lead_words).values(asdict(word))).inserted_primary_key
    assert key is not None
    return int(key[0])


def words(connection: Connection, lead: str = "") -> list[LeadWord]:
    """Of one lead or all, oldest first."""
    columns = [lead_words.c[name] for name in LeadWord.__slots__]
    query = select(*columns).order_by(lead_words.c.id)
    return [LeadWord(*row) for row in connection.execute(query.where(lead_words.c.lead == lead) if lead else query)]


def told_words(connection: Connection, circle: str) -> frozenset[int]:
    """Numbers of the words of which that circle hears."""
    query = select(lead_words.c.id, *(lead_words.c[name] for name in LeadWord.__slots__))
    return frozenset(row[0] for row in connection.execute(query) if is_told(LeadWord(*row[1:]), circle))


def _shared(
    connection: Connection, batch_ids: Collection[int], key: ColumnElement[bytes], counted: Any, least: int
) -> list[Grouped]:
    found = (
        select(key)
        .where(*_paid_in_order(batch_ids), key.is_not(None))
        .group_by(key)
        .having(func.count(counted.distinct()) >= least)
    )
    return _rows_of(connection, batch_ids, key, connection.scalars(found).all())


def _rows_of(
    connection: Connection, batch_ids: Collection[int], key: ColumnElement[bytes], keys: Sequence[bytes]
) -> list[Grouped]:
    """The payments with these keys, oldest first."""
    rows = []
    for start in range(0, len(keys), _AT_ONCE):
        wanted = (key.in_(keys[start : start + _AT_ONCE]), *_paid_in_order(batch_ids), payments.c.person.is_not(None))
        rows += [Grouped(*row) for row in connection.execute(select(*_columns(key)).where(*wanted))]
    return sorted(rows, key=lambda row: row.id)


def _columns(key: ColumnElement[bytes]) -> list[Any]:
    table = payments.c
    return [key, table.id, table.batch_id, table.village, table.fen, table.quantity, table.person, table.account]


def _paid_in_order(batch_ids: Collection[int]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """What is paid in these batches, read in the order of the key's index: a database that has no statistics would go
    by the batches, and sort a year's rows."""
    return (payments.c.batch_id + 0).in_(batch_ids), payments.c.held == ""


def _sources(connection: Connection, wanted: ColumnElement[bool], count: int) -> list[SourceRow]:
    table = payments.c
    query = (
        select(
            table.id,
            table.batch_id,
            table.village,
            func.coalesce(payment_names.c.masked, ""),
            table.fen,
            table.sheet,
            table.row,
        )
        .outerjoin(payment_names, payment_names.c.payment_id == table.id)
        .where(wanted)
        .order_by(table.fen.desc(), table.id)
        .limit(count)
    )
    return [SourceRow(*row) for row in connection.execute(query)]
