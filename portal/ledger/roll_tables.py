"""The tables of what staff settle by hand about rolls: which warnings were let pass, what became of held rows,
what the bank's lines and words meant."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Integer, String, Table, UniqueConstraint

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

bank_words = Table(
    "bank_words",
    metadata,
    Column("id", Id, primary_key=True),
    Column("bank", String(20), nullable=False),
    Column("words", String(60), nullable=False),
    Column("code", String(20), nullable=False),
    UniqueConstraint("bank", "words"),
)
bank_words.comment = "a bank's own words for a failure, clean of personal data, and the reason they stand for; code is empty until somebody says"

unknown_reasons = Table(
    "unknown_reasons",
    metadata,
    Column("payment_id", Id, ForeignKey("payments.id"), primary_key=True, autoincrement=False),
    Column("words_id", Id, ForeignKey("bank_words.id"), nullable=False, index=True),
)
unknown_reasons.comment = "returned payments whose reason waits until somebody says what the bank's words mean"

unmatched_lines = Table(
    "unmatched_lines",
    metadata,
    Column("id", Id, primary_key=True),
    Column("batch_id", Id, ForeignKey("batches.id"), nullable=False, index=True),
    Column("file_id", Id, ForeignKey("files.id"), nullable=False),
    Column("sheet", String(60), nullable=False),
    Column("row", Integer, nullable=False),
    Column("code", String(40), nullable=False),
    Column("masked", String(8), nullable=False),
    Column("fen", BigInteger, nullable=False),
    Column("result", String(12), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("day", Date, nullable=False),
    Column("outcome", String(12), nullable=False),
    Column("payment_id", Id, ForeignKey("payments.id")),
    Column("why", String(200), nullable=False),
    Column("by", String(40), nullable=False),
)
unmatched_lines.comment = (
    "lines of bank files that fit no payment by themselves; masked goes once outcome says what became of them"
)
