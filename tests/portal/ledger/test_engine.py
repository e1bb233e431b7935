"""What the ledger promises about transactions, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from portal.domain.findings import Refused
from portal.ledger import journal, schema
from portal.ledger.engine import Ledger
from portal.ledger.tables import publication_changes

NUMBERS = select(publication_changes.c.number)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    sqlite = request.param == "sqlite"
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}" if sqlite else request.getfixturevalue("postgres_url"))
    schema.migrate(ledger)
    yield ledger
    ledger.close()


def announce(ledger: Ledger, number: int) -> None:
    with ledger.write() as connection:
        connection.execute(publication_changes.insert().values(number=number, kind="batch", subject="x"))


def test_a_reader_cannot_write(ledger: Ledger) -> None:
    with pytest.raises(DBAPIError), ledger.read() as connection:
        connection.execute(publication_changes.insert().values(number=1, kind="batch", subject="x"))
    with ledger.read() as connection:
        assert connection.execute(NUMBERS).all() == []


def test_an_exception_leaves_nothing_of_a_transaction(ledger: Ledger) -> None:
    def fail() -> None:
        with ledger.write() as connection:
            connection.execute(publication_changes.insert().values(number=1, kind="batch", subject="x"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with ledger.read() as connection:
        assert connection.execute(NUMBERS).all() == []


def test_a_reader_sees_one_moment_whatever_is_written_meanwhile(ledger: Ledger) -> None:
    announce(ledger, 1)
    with ledger.read() as connection:
        assert len(connection.execute(NUMBERS).all()) == 1
        announce(ledger, 2)
        assert len(connection.execute(NUMBERS).all()) == 1
    with ledger.read() as connection:
        assert len(connection.execute(NUMBERS).all()) == 2


def test_a_second_writer_waits_for_the_first(ledger: Ledger) -> None:
    """Both read, then write what follows from it: only one after the other keeps every entry."""
    started = threading.Event()
    order: list[str] = []

    def second() -> None:
        started.wait()
        with ledger.write() as connection:
            order.append("second")
            journal.append(connection, "test", "second", {})

    waiting = threading.Thread(target=second)
    waiting.start()
    with ledger.write() as connection:
        started.set()
        time.sleep(0.3)
        journal.append(connection, "test", "first", {})
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]
    with ledger.read() as connection:
        assert [entry.number for entry in journal.entries(connection)] == [1, 2]


def test_many_writers_at_once_lose_nothing(ledger: Ledger) -> None:
    def write() -> None:
        for _ in range(5):
            with ledger.write() as connection:
                journal.append(connection, "test", "somebody", {})

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with ledger.read() as connection:
        assert [entry.number for entry in journal.entries(connection)] == list(range(1, 31))


def test_a_row_that_points_nowhere_is_refused(ledger: Ledger) -> None:
    sql = "INSERT INTO area_aliases (name, area, learned_by) VALUES ('x', '990199999999', 'x')"
    with pytest.raises(IntegrityError), ledger.write() as connection:
        connection.execute(text(sql))


def test_an_error_never_repeats_the_values_of_the_row(ledger: Ledger) -> None:
    announce(ledger, 1)
    with pytest.raises(IntegrityError) as error, ledger.write() as connection:
        connection.execute(
            text("INSERT INTO publication_changes VALUES (:n, :k, :s)"), {"n": 1, "k": "a", "s": "canary-value"}
        )
    assert "hidden" in str(error.value)
    assert "parameters: " not in str(error.value)


def test_sqlite_writes_begin_immediately_and_reach_the_disk(tmp_path: Path) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    schema.migrate(ledger)
    with ledger.write() as connection:  # nothing written yet, and still nobody else may begin
        other = sqlite3.connect(tmp_path / "ledger.db", timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout", "query_only")
        }
    assert pragmas == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 30_000,
        "query_only": 0,
    }  # fmt: skip
    ledger.close()


def test_a_reader_is_never_kept_waiting_by_a_writer(ledger: Ledger) -> None:
    with ledger.write() as connection:
        connection.execute(publication_changes.insert().values(number=1, kind="batch", subject="x"))
        with ledger.read() as reader:  # the writer is this thread: whoever waited for it would wait until refused
            assert reader.execute(NUMBERS).all() == []


def test_a_database_that_stays_locked_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.ledger.engine._BUSY_MILLISECONDS", 100)
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    schema.migrate(ledger)
    other = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Refused, match="数据库正忙") as refused, ledger.write():
        pass
    assert refused.value.findings[0].code == "ledger.busy"
    other.close()
    ledger.close()
