"""When lists went up on village boards and came down, with photos"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "board_records",
        sa.Column("id", _Id, nullable=False),
        sa.Column("batch_id", _Id, nullable=False),
        sa.Column("area", sa.String(length=12), nullable=False),
        sa.Column("event", sa.String(length=4), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.Column("photo", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("released_by", sa.String(length=40), nullable=True),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_board_records_batch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_records")),
        comment="that a list went up on a village's board or came down; photo is made anew without metadata, public once somebody else than `by` has released it, and erased with the list",
    )
    op.create_index("ix_board_records_batch_id_area", "board_records", ["batch_id", "area"])


def downgrade() -> None:
    op.drop_table("board_records")
