"""The tables of what staff settle by hand about rolls: which warnings were let pass, and why."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table

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
