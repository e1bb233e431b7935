"""Full names for the village board, sealed"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sealed_names",
        sa.Column("payment_id", _Id, autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name=op.f("fk_sealed_names_payment_id")),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_sealed_names")),
        comment="full names for the village board, sealed to the desk's print key; erased when the notice is over, by withdrawal and retention; in no backup",
    )


def downgrade() -> None:
    op.drop_table("sealed_names")
