"""Cases: what was reported (sealed), what was done, whom it concerns, who is related to whom"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "staff_relations",
        sa.Column("staff", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("staff", "kind", "subject", name=op.f("pk_staff_relations")),
        comment="whom a member of staff has declared to be related to (回避): a unit, or a person of the staff",
    )
    op.create_table(
        "cases",
        sa.Column("id", _ID, nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("category", sa.String(length=24), nullable=False),
        sa.Column("rules", sa.String(length=24), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("consent", sa.Boolean(), nullable=False),
        sa.Column("filed", sa.Date(), nullable=False),
        sa.Column("area", sa.String(length=12), nullable=False),
        sa.Column("policy", sa.String(length=20), nullable=False),
        sa.Column("payment_id", _ID, nullable=True),
        sa.Column("reader", sa.String(length=12), nullable=False),
        sa.Column("desk_sees", sa.Boolean(), nullable=False),
        sa.Column("discipline_sees", sa.Boolean(), nullable=False),
        sa.Column("receipt_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("reply_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("order_number", sa.String(length=40), nullable=False),
        sa.Column("given_due", sa.Date(), nullable=True),
        sa.Column("entered_by", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("summary", sa.String(length=1000), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_cases_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("number", name=op.f("uq_cases_number")),
        sa.UniqueConstraint("receipt_hash", name=op.f("uq_cases_receipt_hash")),
        comment="number says nothing about how many there are; receipt_hash is Argon2id under a pepper that is no data of the database; title and summary are the desk's words, all that a handling unit reads",
    )
    op.create_index("ix_cases_filed", "cases", ["filed"], unique=False)
    op.create_index("ix_cases_state", "cases", ["state"], unique=False)
    op.create_table(
        "case_concerns",
        sa.Column("case_id", _ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_concerns_case_id")),
        sa.PrimaryKeyConstraint("case_id", "kind", "subject", name=op.f("pk_case_concerns")),
        comment="units and staff (kind: unit, person) that the case is about or near to: no query gives it to them",
    )
    op.create_index("ix_case_concerns_kind_subject", "case_concerns", ["kind", "subject"], unique=False)
    op.create_table(
        "case_events",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=600), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_events_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_events")),
    )
    op.create_index(op.f("ix_case_events_case_id"), "case_events", ["case_id"], unique=False)
    op.create_table(
        "case_files",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("media", sa.String(length=40), nullable=False),
        sa.Column("reader", sa.String(length=12), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_files_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_files")),
        comment="kind: photo (made anew, without metadata), original, voice; size is that of the content in bytes",
    )
    op.create_index(op.f("ix_case_files_case_id"), "case_files", ["case_id"], unique=False)
    op.create_table(
        "case_words",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("event_id", _ID, nullable=True),
        sa.Column("part", sa.String(length=12), nullable=False),
        sa.Column("reader", sa.String(length=28), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_words_case_id")),
        sa.ForeignKeyConstraint(["event_id"], ["case_events.id"], name=op.f("fk_case_words_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_words")),
        comment="event_id is NULL for what was filed; reader is desk, discipline, unit, receipt (the reporter) or receipt/7 (the reporter of case 7, merged into this one)",
    )
    op.create_index(op.f("ix_case_words_case_id"), "case_words", ["case_id"], unique=False)


def downgrade() -> None:
    for table in ("case_words", "case_files", "case_events", "case_concerns", "cases", "staff_relations"):
        op.drop_table(table)
