"""Opening the ledger: one engine that writes, one transaction at a time, and one that only reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError

from portal.domain.findings import Refused

_BUSY_MILLISECONDS: Final = 30_000
_MAPPED_BYTES: Final = 1 << 31
"""Readers look into the file itself instead of copying each page: a person's rows lie on as many pages as there are."""
_WRITER_LOCK: Final = 7_261_930_014  # any fixed number: PostgreSQL's advisory lock for the one writer
_AS_MANY_AS_THREADS: Final = -1
"""Connections beyond the pool's: no limit, since each thread that looks up keeps one, and threads are few."""


class Ledger:
    """`write()` is one serialised transaction, wholly there or not at all; `read()` sees one moment and cannot write.

    SQLite: WAL, BEGIN IMMEDIATE (a read that upgrades to a write fails at once, whatever the timeout),
    synchronous=FULL (an acknowledged commit survives power loss), foreign keys on, freed pages overwritten.
    PostgreSQL: an advisory transaction lock makes writers wait for each other.
    """

    def __init__(self, url: str | URL) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        self.writer = self._engine(read_only=False)
        self.reader = self._engine(read_only=True)

    def _engine(self, *, read_only: bool) -> Engine:
        if not self.is_sqlite:
            options = {"isolation_level": "REPEATABLE READ"} if read_only else {}
            return create_engine(
                self.url, pool_pre_ping=True, hide_parameters=True, max_overflow=_AS_MANY_AS_THREADS, **options
            )
        engine = create_engine(
            self.url,
            hide_parameters=True,
            max_overflow=_AS_MANY_AS_THREADS,
            connect_args={"timeout": _BUSY_MILLISECONDS / 1000},
        )

        @event.listens_for(engine, "connect")
        def prepare(connection: Any, _record: object) -> None:
            connection.isolation_level = None  # we begin transactions ourselves
            for pragma in (
                "journal_mode=WAL",
                "synchronous=FULL",
                "foreign_keys=ON",
                "secure_delete=ON",
                f"busy_timeout={_BUSY_MILLISECONDS}",
                "cache_size=-65536",
                f"query_only={'ON' if read_only else 'OFF'}",
                f"mmap_size={_MAPPED_BYTES if read_only else 0}",
            ):
                connection.execute(f"PRAGMA {pragma}")

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

        return engine

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A write transaction; commits at the end, rolls back on any exception."""
        with _plainly(), self.writer.begin() as connection:
            if not self.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _WRITER_LOCK})
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read transaction: everything read in it is of one moment."""
        with _plainly(), self.reader.begin() as connection:
            if not self.is_sqlite:
                connection.execute(text("SET TRANSACTION READ ONLY"))
            yield connection

    def forget_erased(self, *, publicly: bool = False) -> None:
        """After an erasure has committed: drop the copies that the database keeps for itself (SQLite's write-ahead
        log, PostgreSQL's dead rows). Waits for readers as long as any writer would.

        PostgreSQL leaves the bytes of dead rows in their pages until something needs the room. After a `publicly` made
        mistake the tables of postings are written anew, which keeps everybody off them for seconds.
        """
        if not self.is_sqlite:
            self._vacuum(publicly)
            return
        raw = self.writer.raw_connection()
        try:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            raw.close()

    def _vacuum(self, anew: bool) -> None:
        with self.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(
                text("VACUUM postings, payment_names, sealed_names, case_words, drafts, suspensions, unmatched_lines")
            )
            if anew:
                connection.execute(text(f"SET lock_timeout = {_BUSY_MILLISECONDS}"))
                with suppress(OperationalError):  # somebody reads for longer than that: the build tries again
                    connection.execute(
                        text("VACUUM FULL postings, payment_names, sealed_names, drafts, unmatched_lines")
                    )
                connection.invalidate()  # the next to use it shall wait as long as everybody

    def close(self) -> None:
        self.writer.dispose()
        self.reader.dispose()


@contextmanager
def _plainly() -> Iterator[None]:
    """What the machine is to blame for, said as a refusal; the transaction is rolled back by then."""
    try:
        yield
    except OperationalError as error:
        said = str(error.orig)
        if "locked" in said:
            raise Refused("数据库正忙，别的操作一直没有写完。没有写入任何内容，请稍后再试", "ledger.busy") from error
        if "full" in said or "disk I/O" in said or "No space" in said:
            raise Refused("磁盘已满或写不进去，没有写入任何内容。请清理磁盘后再试", "ledger.full") from error
        raise
