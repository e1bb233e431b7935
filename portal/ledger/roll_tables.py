"""The tables of what staff settle by hand about rolls: which warnings were let pass, what became of held rows."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Integer, String, Table

from portal.ledger.tables import Id, metadata

acceptances = Table(
    "acceptances",
    metadata,
    Column("batch_id", Id, ForeignKey("batches.id"), primary_key=True, autoincrement=False),
    Column("code", String(40), primary_key=True),
    Column("times", Integer, nullable=False),
    Column("reason", String(200), nullable=False),
)
acceptances.comment = "kinds of warnings about a roll that were let pass, how often each came, and why"

settlements = Table(
    "settlements",
    metadata,
    Column("payment_id", Id, ForeignKey("payments.id"), primary_key=True, autoincrement=False),
    Column("outcome", String(12), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("by", String(40), nullable=False),
    Column("day", Date, nullable=False),
)
settlements.comment = "what became of held rows, who decided and why; the row's result says the same"
