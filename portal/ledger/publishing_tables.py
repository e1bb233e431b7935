"""The tables about publishing: the releases there were, what the builder last did, whether the site is still on trial, and
when paper went up on village boards and came down."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table, text

from portal.ledger.tables import Id, metadata

releases = Table(
    "releases",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("change", Id, nullable=False),
    Column("ledger_head", String(64), nullable=False),
    Column("manifest_hash", String(64), nullable=False),
)

builder = Table(
    "builder",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("started", String(32), nullable=False),
    Column("seen", String(32), nullable=False),
    Column("state", String(10), nullable=False),
    Column("change", Id, nullable=False),
    Column("built_on", Date),
    Column("failure", String(300), nullable=False),
)
builder.comment = "one row: change is the last one that was published, seen its heartbeat in UTC, failure in words"

trial = Table(
    "trial",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("is_on", Boolean, nullable=False, server_default=text("false")),
    Column("since", Date, nullable=False),
)
trial.comment = "one row once somebody has said so; without one the site is open"

board_records = Table(
    "board_records",
    metadata,
    Column("id", Id, primary_key=True),
    Column("batch_id", Id, ForeignKey("batches.id"), nullable=False),
    Column("area", String(12), nullable=False),
    Column("event", String(4), nullable=False),
    Column("day", Date, nullable=False),
    Column("by", String(40), nullable=False),
    Column("noted_on", Date, nullable=False),
    Column("photo", LargeBinary),
    Column("sha256", String(64), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("released_by", String(40)),
    Column("released_on", Date),
    Index("ix_board_records_batch_id_area", "batch_id", "area"),
)
board_records.comment = "that a list went up on a village's board or came down; photo is made anew without metadata, public once somebody else than `by` has released it, and erased with the list"
