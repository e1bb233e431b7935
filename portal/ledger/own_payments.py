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
SELECT p.id, p.tail, p.quantity, p.rate, p.fen, p.row_code,
    p.batch_id, p.village, p.held,
    p.corrects IS NOT NULL AND EXISTS (SELECT 1 FROM results b WHERE b.payment_id = p.corrects),
    coalesce(r.result, 'pending'), coalesce(r.reason, ''), coalesce(CAST(r.day AS VARCHAR(10)), '')
FROM payments p
LEFT JOIN results r ON r.payment_id = p.id
WHERE p.proof = {0} AND NOT EXISTS (SELECT 1 FROM payments c WHERE c.corrects = p.id)
ORDER BY p.id DESC, r.id
"""
"""A row for each result of a payment, the latest last: to ask for the latest alone is a search more for each payment."""


class FoundPayment(NamedTuple):
    """The newest of a chain of corrections, with its latest result. `quantity` and `rate` are decimal text or None;
    `result_day` is an ISO date or empty."""

    id: int
    tail: bytes | None
    quantity: str | None
    rate: str | None
    fen: int
    row_code: str
    batch_id: int
    village: str
    held: str
    is_correction: bool
    result: str
    reason: str
    result_day: str

    @property
    def standing(self) -> tuple[object, ...]:
        """What it has in common with other people's payments: all from the batch on."""
        return self[6:]


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
        return list(map(FoundPayment._make, {row[0]: row for row in rows}.values()))

    def _ask(self, proof: bytes) -> list[Any]:
        connection: Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._ledger.reader.connect().execution_options(isolation_level="AUTOCOMMIT")
            self._local.connection = connection
            self._local.driver = connection.connection.driver_connection
        return self._local.driver.execute(self._statement, (proof,)).fetchall()  # type: ignore[no-any-return]
