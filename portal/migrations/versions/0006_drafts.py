"""Drafts of rolls, kept a day, and what columns were taken for before"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "column_choices",
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("policy", sa.String(length=20), nullable=False),
        sa.Column("field", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("unit", "policy", "field", name=op.f("pk_column_choices")),
        comment="which header text somebody said a field's column has, in the rolls of that unit and policy",
    )
    op.create_table(
        "drafts",
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("created", sa.String(length=32), nullable=False),
        sa.Column("policy", sa.String(length=20), nullable=False),
        sa.Column("period", sa.String(length=12), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sheets", sa.JSON(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("guessed", sa.JSON(), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("file_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("import_key", sa.LargeBinary(length=32), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("prepared", sa.LargeBinary(), nullable=True),
        sa.Column("batch", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_drafts")),
        comment="previews of rolls, 24 hours; prepared holds masked and keyed rows and is NULL once batch says what it became; guessed names the fields that nobody chose",
    )
    op.create_index(op.f("ix_drafts_by"), "drafts", ["by"], unique=False)
    op.create_index(op.f("ix_drafts_created"), "drafts", ["created"], unique=False)


def downgrade() -> None:
    op.drop_table("drafts")
    op.drop_table("column_choices")
