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


def downgrade() -> None:
    op.drop_table("settlements")
    op.drop_table("acceptances")
