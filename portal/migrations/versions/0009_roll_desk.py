"""What staff settle by hand about rolls"""

import sqlalchemy as sa
from alembic import op

from portal.ledger.tables import Id

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "acceptances",
        sa.Column("batch_id", Id, nullable=False, autoincrement=False),
        sa.Column("code", sa.String(length=40), nullable=False, autoincrement=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_acceptances_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", "code", name=op.f("pk_acceptances")),
        comment="kinds of warnings about a roll that were let pass, how often each came, and why",
    )
    op.create_table(
        "settlements",
        sa.Column("payment_id", Id, nullable=False, autoincrement=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_settlements_payment_id")),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_settlements")),
        comment="what became of held rows, who decided and why; the row's result says the same",
    )
    op.create_table(
        "bank_words",
        sa.Column("id", Id, nullable=False),
        sa.Column("bank", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=60), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_words")),
        sa.UniqueConstraint("bank", "words", name=op.f("uq_bank_words_bank_words")),
        comment="a bank's own words for a failure, clean of personal data, and the reason they stand for; code is empty until somebody says",
    )
    op.create_table(
        "unknown_reasons",
        sa.Column("payment_id", Id, nullable=False, autoincrement=False),
        sa.Column("words_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_unknown_reasons_payment_id")),
        sa.ForeignKeyConstraint(["words_id"], ["bank_words.id"], name=op.f("fk_unknown_reasons_words_id")),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_unknown_reasons")),
        comment="returned payments whose reason waits until somebody says what the bank's words mean",
    )
    op.create_index(op.f("ix_unknown_reasons_words_id"), "unknown_reasons", ["words_id"], unique=False)
    op.create_table(
        "unmatched_lines",
        sa.Column("id", Id, nullable=False),
        sa.Column("batch_id", Id, nullable=False),
        sa.Column("file_id", Id, nullable=False),
        sa.Column("sheet", sa.String(length=60), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("masked", sa.String(length=8), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("result", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("payment_id", Id, nullable=True),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_unmatched_lines_batch_id")),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_unmatched_lines_file_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_unmatched_lines_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unmatched_lines")),
        comment="lines of bank files that fit no payment by themselves; masked goes once outcome says what became of them",
    )
    op.create_index(op.f("ix_unmatched_lines_batch_id"), "unmatched_lines", ["batch_id"], unique=False)


def downgrade() -> None:
    op.drop_table("unmatched_lines")
    op.drop_table("unknown_reasons")
    op.drop_table("bank_words")
    op.drop_table("settlements")
    op.drop_table("acceptances")
