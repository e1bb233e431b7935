"""The one raw statement of look-up finds what SQLAlchemy finds, on both databases, and reads only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.ledger import batches, payments, tables
from portal.ledger.own_payments import STATEMENT, OwnPayments
from portal.office import Office
from tests.county import HARDSHIP, LAND, make_batch, office_in, published_batch
from tests.workbooks import Person, people

PERSONS = people(8)


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    url = request.getfixturevalue("new_postgres_database")() if request.param == "postgresql" else None
    folder = tmp_path_factory.mktemp("own")
    with office_in(folder / "office", url) as office:
        published_batch(office, folder, PERSONS, returned={0: "销户"})
        published_batch(office, folder, [replace(each, quantity=None, amount="5.55") for each in PERSONS[:4]], HARDSHIP)
        make_batch(office, folder, PERSONS[2:3], LAND, "2025+1")
        yield office


def proof_of(office: Office, person: Person) -> bytes:
    return office.digester().proof(person.id, person.name)


@pytest.mark.parametrize("number", range(8))
def test_the_statement_finds_what_the_ledger_module_finds(office: Office, number: int) -> None:
    proof = proof_of(office, PERSONS[number])
    found = OwnPayments(office.ledger).of(proof)
    with office.ledger.read() as connection:
        ids = set(connection.scalars(select(tables.payments.c.id).where(tables.payments.c.proof == proof)))
        wanted = [
            payment
            for batch in batches.all_batches(connection)
            for payment in payments.payments_of(connection, batch.id)
            if payment.id in ids
        ]
    assert len(found) == len(wanted) == {0: 2, 1: 2, 2: 3, 3: 2}.get(number, 1)
    for one, other in zip(found, sorted(wanted, key=lambda each: -each.id), strict=True):
        assert (one.id, one.village, one.fen, one.held, one.row_code, one.result, one.reason) == (
            other.id, other.village, other.fen, other.held, other.row_code, other.result, other.reason,
        )  # fmt: skip
        assert (one.quantity or "", one.rate or "", bool(one.is_correction)) == (
            other.quantity,
            other.rate,
            other.is_correction,
        )
        assert one.result_day == ("2025-06-13" if one.result in ("paid", "returned") else "")


def test_payments_carry_the_digest_of_their_accounts_tail(office: Office) -> None:
    person = PERSONS[3]
    tail = office.digester().tail(person.id, person.name, person.account[-4:])
    assert {payment.tail for payment in OwnPayments(office.ledger).of(proof_of(office, person))} == {tail}


def test_what_is_written_later_is_seen_on_the_same_connection(office: Office, tmp_path: Path) -> None:
    own, person = OwnPayments(office.ledger), people(1, start=300)[0]
    assert own.of(proof_of(office, person)) == []
    make_batch(office, tmp_path, [person], LAND, "2025+5")
    assert len(own.of(proof_of(office, person))) == 1


def test_threads_that_look_up_leave_the_pool_to_others(office: Office) -> None:
    proof = office.digester().proof("990121195506155000", "没有这个人")
    kept = [OwnPayments(office.ledger) for _ in range(20)]
    assert [found.of(proof) for found in kept] == [[]] * 20
    with office.ledger.read() as connection:
        assert connection.execute(select(1)).scalar() == 1


def test_a_lost_connection_is_opened_again(office: Office) -> None:
    own = OwnPayments(office.ledger)
    proof = proof_of(office, PERSONS[1])
    assert own.of(proof)
    if office.ledger.is_sqlite:
        return  # a file has no connection to lose
    with office.ledger.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as admin:
        admin.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    assert own.of(proof)


def test_look_up_uses_the_indexes(office: Office) -> None:
    """Twenty million rows must cost what two million do; no row is read from where its roll lies, nothing is sorted."""
    if not office.ledger.is_sqlite:
        return  # its planner reads a small table whole, and rightly
    with office.ledger.read() as connection:
        plan = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + STATEMENT.format("?"), (b"",)).all()
    searches = [row[3] for row in plan if "SUBQUERY" not in row[3]]
    assert len(searches) == 4
    assert [search for search in searches if "USING COVERING INDEX" not in search] == []
