"""The tables of cases (件). What people said is sealed (case_words, case_files); the rest holds codes, days and staff
words that were checked for personal data. Events are append-only: `state` and `unit` repeat what they say, for lists.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table

from portal.ledger.tables import Id, metadata

cases = Table(
    "cases",
    metadata,
    Column("id", Id, primary_key=True),
    Column("number", String(16), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("category", String(24), nullable=False),
    Column("rules", String(24), nullable=False),
    Column("source", String(12), nullable=False),
    Column("named", Boolean, nullable=False),
    Column("consent", Boolean, nullable=False),
    Column("filed", Date, nullable=False),
    Column("area", String(12), nullable=False),
    Column("policy", String(20), nullable=False),
    Column("payment_id", Id, ForeignKey("payments.id")),
    Column("reader", String(12), nullable=False),
    Column("desk_sees", Boolean, nullable=False),
    Column("discipline_sees", Boolean, nullable=False),
    Column("receipt_hash", LargeBinary(32), nullable=False, unique=True),
    Column("reply_key", LargeBinary(32), nullable=False),
    Column("order_number", String(40), nullable=False),
    Column("given_due", Date),
    Column("entered_by", String(40), nullable=False),
    Column("title", String(80), nullable=False),
    Column("summary", String(1000), nullable=False),
    Column("state", String(12), nullable=False),
    Column("unit", String(20), nullable=False),
    Index("ix_cases_state", "state"),
    Index("ix_cases_filed", "filed"),
)
cases.comment = "number says nothing about how many there are; receipt_hash is Argon2id under a pepper that is no data of the database; title and summary are the desk's words, all that a handling unit reads"

case_concerns = Table(
    "case_concerns",
    metadata,
    Column("case_id", Id, ForeignKey("cases.id"), primary_key=True, autoincrement=False),
    Column("kind", String(8), primary_key=True),
    Column("subject", String(40), primary_key=True),
    Index("ix_case_concerns_kind_subject", "kind", "subject"),
)
case_concerns.comment = (
    "units and staff (kind: unit, person) that the case is about or near to: no query gives it to them"
)

case_events = Table(
    "case_events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("act", String(20), nullable=False),
    Column("day", Date, nullable=False),
    Column("by", String(40), nullable=False),
    Column("unit", String(20), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("note", String(600), nullable=False),
)

case_words = Table(
    "case_words",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("event_id", Id, ForeignKey("case_events.id")),
    Column("part", String(12), nullable=False),
    Column("reader", String(28), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
case_words.comment = "event_id is NULL for what was filed; reader is desk, discipline, unit, receipt (the reporter) or receipt/7 (the reporter of case 7, merged into this one)"

case_files = Table(
    "case_files",
    metadata,
    Column("id", Id, primary_key=True),
    Column("case_id", Id, ForeignKey("cases.id"), nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("media", String(40), nullable=False),
    Column("reader", String(12), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
case_files.comment = "kind: photo (made anew, without metadata), original, voice; size is that of the content in bytes"

staff_relations = Table(
    "staff_relations",
    metadata,
    Column("staff", String(40), primary_key=True),
    Column("kind", String(8), primary_key=True),
    Column("subject", String(40), primary_key=True),
)
staff_relations.comment = (
    "whom a member of staff has declared to be related to (回避): a unit, or a person of the staff"
)
