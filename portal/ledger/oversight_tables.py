"""The tables of oversight: words on leads, suspension lists as digests, telephones that were tried, objections that were
heard."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table

from portal.ledger.tables import Id, metadata

lead_words = Table(
    "lead_words",
    metadata,
    Column("id", Id, primary_key=True),
    Column("lead", String(80), nullable=False, index=True),
    Column("facts", String(64), nullable=False),
    Column("circle", String(20), nullable=False),
    Column("verdict", String(12), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("by", String(40), nullable=False),
    Column("day", Date, nullable=False),
)
lead_words.comment = "what somebody said of a lead, append-only; it holds for the facts whose hash stands there, and for the circle of who said it"

suspension_lists = Table(
    "suspension_lists",
    metadata,
    Column("id", Id, primary_key=True),
    Column("unit", String(20), ForeignKey("units.code"), nullable=False),
    Column("document", String(120), nullable=False),
    Column("issued", Date, nullable=False),
    Column("imported_by", String(40), nullable=False),
    Column("imported_on", Date, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("import_key", LargeBinary(32), nullable=False),
    Column("ended_by", String(40)),
    Column("ended_on", Date),
)
suspension_lists.comment = "what stays of a list once it has ended is that it was: its digests are deleted"

suspensions = Table(
    "suspensions",
    metadata,
    Column("list_id", Id, ForeignKey("suspension_lists.id"), primary_key=True, autoincrement=False),
    Column("proof", LargeBinary(32), primary_key=True),
    Column("key_id", String(16), nullable=False),
    Column("since", Date),
    Column("until", Date),
)
suspensions.comment = (
    "proof is the digest over ID and name that payments carry; why somebody is on a list stands nowhere"
)

hotline_checks = Table(
    "hotline_checks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("unit", String(20), ForeignKey("units.code"), nullable=False, index=True),
    Column("day", Date, nullable=False),
    Column("hotline", String(40), nullable=False),
    Column("before", String(40), nullable=False),
    Column("by", String(40), nullable=False),
)
hotline_checks.comment = (
    "hotline holds from that day on; before is the number it replaced, empty where it was confirmed"
)

objections = Table(
    "objections",
    metadata,
    Column("id", Id, primary_key=True),
    Column("batch_id", Id, ForeignKey("batches.id"), nullable=False),
    Column("village", String(12), nullable=False),
    Column("day", Date, nullable=False),
    Column("channel", String(8), nullable=False),
    Column("count", Integer, nullable=False),
    Column("about", String(200), nullable=False),
    Column("by", String(40), nullable=False),
    Column("outcome", String(200), nullable=False),
    Column("settled_by", String(40)),
    Column("settled_on", Date),
    Index("ix_objections_batch_id_village", "batch_id", "village"),
)
objections.comment = "what was said on paper or by mouth while a list was on notice; never who said it"
