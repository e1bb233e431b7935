"""Words on leads, suspension lists, tried telephones, objections that were heard; indexes for early warning"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_COVERING = {
    "ix_payments_batch_id_village": (["batch_id", "village"], ["held", "corrects", "fen"]),
    "ix_payments_person": (["person"], ["batch_id", "held", "account"]),
}


def upgrade() -> None:
    for name, (found_by, carried) in _COVERING.items():
        op.drop_index(name, "payments")
        op.create_index(name, "payments", [*found_by, *carried])
    op.create_index("ix_payments_account", "payments", ["account", "person", "batch_id", "held"])
    op.create_table(
        "lead_words",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lead", sa.String(length=80), nullable=False),
        sa.Column("facts", sa.String(length=64), nullable=False),
        sa.Column("circle", sa.String(length=20), nullable=False),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_words")),
        comment="what somebody said of a lead, append-only; it holds for the facts whose hash stands there, and for the circle of who said it",
    )
    op.create_index(op.f("ix_lead_words_lead"), "lead_words", ["lead"])
    op.create_table(
        "suspension_lists",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("document", sa.String(length=120), nullable=False),
        sa.Column("issued", sa.Date(), nullable=False),
        sa.Column("imported_by", sa.String(length=40), nullable=False),
        sa.Column("imported_on", sa.Date(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("import_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("ended_by", sa.String(length=40), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["unit"], ["units.code"], name=op.f("fk_suspension_lists_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension_lists")),
        comment="what stays of a list once it has ended is that it was: its digests are deleted",
    )
    op.create_table(
        "suspensions",
        sa.Column("list_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("proof", sa.LargeBinary(length=32), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["list_id"], ["suspension_lists.id"], name=op.f("fk_suspensions_list_id")),
        sa.PrimaryKeyConstraint("list_id", "proof", name=op.f("pk_suspensions")),
        comment="proof is the digest over ID and name that payments carry; why somebody is on a list stands nowhere",
    )
    op.create_table(
        "hotline_checks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hotline", sa.String(length=40), nullable=False),
        sa.Column("before", sa.String(length=40), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["unit"], ["units.code"], name=op.f("fk_hotline_checks_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hotline_checks")),
        comment="hotline holds from that day on; before is the number it replaced, empty where it was confirmed",
    )
    op.create_index(op.f("ix_hotline_checks_unit"), "hotline_checks", ["unit"])
    op.create_table(
        "objections",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("village", sa.String(length=12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=200), nullable=False),
        sa.Column("settled_by", sa.String(length=40), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_objections_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
        comment="what was said on paper or by mouth while a list was on notice; never who said it",
    )
    op.create_index("ix_objections_batch_id_village", "objections", ["batch_id", "village"])


def downgrade() -> None:
    for table in ("objections", "hotline_checks", "suspensions", "suspension_lists", "lead_words"):
        op.drop_table(table)
    op.drop_index("ix_payments_account", "payments")
    for name, (found_by, _carried) in _COVERING.items():
        op.drop_index(name, "payments")
        op.create_index(name, "payments", found_by)
