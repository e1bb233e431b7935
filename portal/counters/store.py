"""Where attempts are counted: one store for all workers, apart from the ledger. A file by default, Redis at scale.

Keys are digests (portal.lookup makes them); nothing here is a name, a number or an address.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from limits.errors import StorageError
from limits.storage import Storage, storage_from_string

_BUSY_SECONDS: Final = 0.5
"""While somebody waits for the counters, everybody behind waits for the page."""
_UNUSABLE: Final = (sqlite3.Error, OSError)
_KEPT: Final = 16_384
"""KiB of the file that each connection keeps: keys are random, so each stands on a page of its own."""
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS counts (key TEXT PRIMARY KEY, count INTEGER NOT NULL, expires REAL NOT NULL) WITHOUT ROWID;
"""


_TELLING: Final = " RETURNING key, count"


@lru_cache
def _count(keys: int) -> str:
    """The statement that counts under so many keys: one statement, so one commit."""
    return f"""
        INSERT INTO counts VALUES {", ".join(["(?, ?, ?)"] * keys)} ON CONFLICT (key) DO UPDATE SET
            count = CASE WHEN expires <= ? THEN excluded.count ELSE count + excluded.count END,
            expires = CASE WHEN expires <= ? THEN excluded.expires ELSE expires END
    """  # noqa: S608 - question marks only


def _rows(wanted: Mapping[str, int]) -> list[object]:
    now = time.time()
    rows: list[object] = []
    for key, seconds in wanted.items():
        rows += (key, 1, now + seconds)
    return [*rows, now, now]


@lru_cache
def _get(keys: int) -> str:
    return f"SELECT key, count FROM counts WHERE key IN ({', '.join('?' * keys)}) AND expires > ?"  # noqa: S608


class CounterFile(Storage):
    """A `limits` storage in an SQLite file that all workers share; a connection a thread."""

    STORAGE_SCHEME = ["sqlite"]  # noqa: RUF012 - the library asks for a list

    def __init__(self, uri: str, wrap_exceptions: bool = False, **_options: Any) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._path = Path(uri.removeprefix("sqlite:///"))
        self._local = threading.local()

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        return _UNUSABLE

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection. Raises sqlite3.Error where the file cannot be opened."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.touch(mode=0o600)
            found = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None)
            try:
                # A count lost with the power is no loss; a commit that waits for the disk is.
                found.executescript(
                    f"PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA cache_size=-{_KEPT}; {_TABLES}"
                )
            except sqlite3.Error:
                found.close()
                raise
            self._local.connection = found
        return found

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = time.time()
        counted = self.connection.execute(_count(1) + _TELLING, (key, amount, now + expiry, now, now))
        count: int = counted.fetchone()[1]
        return count

    def get(self, key: str) -> int:
        query = "SELECT count FROM counts WHERE key = ? AND expires > ?"
        found = self.connection.execute(query, (key, time.time())).fetchone()
        return found[0] if found else 0

    def incr_all(self, wanted: Mapping[str, int]) -> list[int]:
        """Count one more under each key (→ seconds until it is forgotten), in one commit."""
        counts = dict(self._ask(_count(len(wanted)) + _TELLING, _rows(wanted)))  # RETURNING promises no order
        return [counts[key] for key in wanted]

    def note_all(self, wanted: Mapping[str, int]) -> None:
        """The same, without saying what each stands at."""
        self._ask(_count(len(wanted)), _rows(wanted))

    def forget_expired(self) -> int:
        """Delete what counts no more, key by key so that nobody waits; returns how many."""
        now = time.time()
        expired = self._ask("SELECT key FROM counts WHERE expires <= ?", (now,))
        delete = "DELETE FROM counts WHERE key = ? AND expires <= ? RETURNING key"
        return sum(len(self._ask(delete, (key, now))) for (key,) in expired)

    def get_all(self, keys: Sequence[str]) -> list[int]:
        """What every key has counted, in one question."""
        found = dict(self._ask(_get(len(keys)), (*keys, time.time())))
        return [found.get(key, 0) for key in keys]

    def get_expiry(self, key: str) -> float:
        found = self.connection.execute("SELECT expires FROM counts WHERE key = ?", (key,)).fetchone()
        return found[0] if found else time.time()

    def check(self) -> bool:
        try:
            self.connection.execute("SELECT 1")
        except sqlite3.Error:
            return False
        return True

    def reset(self) -> int:
        return self.connection.execute("DELETE FROM counts").rowcount

    def _ask(self, statement: str, values: Sequence[object]) -> list[Any]:
        """The rows, all of them. Whatever went wrong, the next question opens the file that is there by then."""
        try:
            return self.connection.execute(statement, values).fetchall()
        except _UNUSABLE as error:
            found: sqlite3.Connection | None = getattr(self._local, "connection", None)
            if found is not None:
                self._local.connection = None
                found.close()
            raise StorageError(error) from error

    def clear(self, key: str) -> None:
        self.connection.execute("DELETE FROM counts WHERE key = ?", (key,))


def open_store(url: str) -> Storage:
    """The store at sqlite:///path or redis://…; nothing is opened before the first count."""
    patience = (
        {} if url.startswith("sqlite") else {"socket_timeout": _BUSY_SECONDS, "socket_connect_timeout": _BUSY_SECONDS}
    )
    store = storage_from_string(url, wrap_exceptions=True, **patience)
    assert isinstance(store, Storage)
    return store
