"""The tables of drafts: previews of rolls, kept a day, and what columns were taken for before."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Integer, LargeBinary, String, Table

from portal.ledger.tables import metadata

drafts = Table(
    "drafts",
    metadata,
    Column("token", String(32), primary_key=True),
    Column("by", String(40), nullable=False, index=True),
    Column("created", String(32), nullable=False, index=True),
    Column("policy", String(20), nullable=False),
    Column("period", String(12), nullable=False),
    Column("unit", String(20), nullable=False),
    Column("day", Date, nullable=False),
    Column("sheets", JSON, nullable=False),
    Column("columns", JSON, nullable=False),
    Column("guessed", JSON, nullable=False),
    Column("key_id", String(16), nullable=False),
    Column("file_digest", LargeBinary(32), nullable=False),
    Column("import_key", LargeBinary(32), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("held", Integer, nullable=False),
    Column("fen", BigInteger, nullable=False),
    Column("refused", Boolean, nullable=False),
    Column("prepared", LargeBinary),
    Column("batch", String(20), nullable=False),
)
drafts.comment = "previews of rolls, 24 hours; prepared holds masked and keyed rows and is NULL once batch says what it became; guessed names the fields that nobody chose"

column_choices = Table(
    "column_choices",
    metadata,
    Column("unit", String(20), primary_key=True),
    Column("policy", String(20), primary_key=True),
    Column("field", String(20), primary_key=True),
    Column("title", String(60), nullable=False),
)
column_choices.comment = "which header text somebody said a field's column has, in the rolls of that unit and policy"
