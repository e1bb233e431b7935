"""What one person was paid or is waiting for: the one statement that look-up asks, prepared and kept open.

A statement of our own instead of SQLAlchemy's because this is asked thousands of times a second at its worst;
tests/portal/ledger holds it against what SQLAlchemy finds.
"""

from __future__ import annotations

import threading
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection

from portal.ledger.engine import Ledger

STATEMENT: Final = """
SELECT p.id, p.batch_id, p.village, p.tail, p.quantity, p.rate, p.fen, p.held, p.row_code, p.corrects IS NOT NULL,
    coalesce(r.result, 'pending'), coalesce(r.reason, ''), coalesce(CAST(r.day AS VARCHAR(10)), '')
FROM payments p
LEFT JOIN results r ON r.id = (SELECT max(l.id) FROM results l WHERE l.payment_id = p.id)
WHERE p.proof = {0} AND NOT EXISTS (SELECT 1 FROM payments c WHERE c.corrects = p.id)
ORDER BY p.id DESC
"""


class FoundPayment(NamedTuple):
    """The newest of a chain of corrections, with its latest result. `quantity` and `rate` are decimal text or None;
    `result_day` is an ISO date or empty."""

    id: int
    batch_id: int
    village: str
    tail: bytes | None
    quantity: str | None
    rate: str | None
    fen: int
    held: str
    row_code: str
    is_correction: bool
    result: str
    reason: str
    result_day: str


class OwnPayments:
    """A connection a thread, for reading only, each statement a transaction of its own."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._local = threading.local()
        self._statement = STATEMENT.format("?" if ledger.is_sqlite else "%s")

    def of(self, proof: bytes) -> list[FoundPayment]:
        """Payments keyed with this proof (ID and name), newest first."""
        try:
            rows = self._ask(proof)
        except self._ledger.reader.dialect.loaded_dbapi.OperationalError:
            # PostgreSQL was started anew, or the connection was idle too long: once more on a fresh one.
            self._local.connection.invalidate()
            self._local.connection = None
            rows = self._ask(proof)
        return [FoundPayment(*row) for row in rows]

    def _ask(self, proof: bytes) -> list[Any]:
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._ledger.reader.connect().execution_options(isolation_level="AUTOCOMMIT")
            self._local.connection = connection
            self._local.driver = connection.connection.driver_connection
        return self._local.driver.execute(self._statement, (proof,)).fetchall()  # type: ignore[no-any-return]
