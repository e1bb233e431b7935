"""The tables about publishing: the releases there were, what the builder last did, and whether the site is still on trial."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Integer, String, Table, text

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
