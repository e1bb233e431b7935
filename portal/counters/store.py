"""Where attempts are counted: one store for all workers, apart from the ledger. A file by default, Redis at scale.

Keys are digests (portal.lookup makes them); nothing here is a name, a number or an address.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path
from typing import Any, Final

from limits.storage import Storage, storage_from_string

_BUSY_SECONDS: Final = 2.0
"""Look-up fails closed sooner than a queue at a kiosk gives up."""
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS counts (key TEXT PRIMARY KEY, count INTEGER NOT NULL, expires REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS openings (
    person BLOB NOT NULL, day TEXT NOT NULL, channel TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (person, day, channel)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS ix_counts_expires ON counts (expires);
"""
_COUNT: Final = """
INSERT INTO counts VALUES (:key, :amount, :expires) ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN expires <= :now THEN excluded.count ELSE count + excluded.count END,
    expires = CASE WHEN expires <= :now THEN excluded.expires ELSE expires END
RETURNING count
"""


class CounterFile(Storage):
    """A `limits` storage in an SQLite file that all workers share; a connection a thread."""

    STORAGE_SCHEME = ["sqlite"]  # noqa: RUF012 - the library asks for a list

    def __init__(self, uri: str, wrap_exceptions: bool = False, **_options: Any) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._path = Path(uri.removeprefix("sqlite:///"))
        self._local = threading.local()

    @property
    def base_exceptions(self) -> type[Exception]:
        return sqlite3.Error

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection. Raises sqlite3.Error where the file cannot be opened."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.touch(mode=0o600)
            found = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None)
            # A count lost with the power is no loss; a commit that waits for the disk is.
            found.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; {_TABLES}")
            self._local.connection = found
        return found

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = time.time()
        values = {"key": key, "amount": amount, "now": now, "expires": now + expiry}
        count: int = self.connection.execute(_COUNT, values).fetchone()[0]
        return count

    def get(self, key: str) -> int:
        query = "SELECT count FROM counts WHERE key = ? AND expires > ?"
        found = self.connection.execute(query, (key, time.time())).fetchone()
        return found[0] if found else 0

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

    def clear(self, key: str) -> None:
        self.connection.execute("DELETE FROM counts WHERE key = ?", (key,))


def open_store(url: str) -> Storage:
    """The store at sqlite:///path or redis://…; nothing is opened before the first count."""
    store = storage_from_string(url, wrap_exceptions=True)
    assert isinstance(store, Storage)
    return store
