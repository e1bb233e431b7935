"""Staff accounts: passwords, second factors, and what sessions stand for"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
COMMENT = "uniquifier is what sessions stand for; totp_secret is sealed with the desk's key; totp_counter is the last code that was used"


def upgrade() -> None:
    with op.batch_alter_table("staff") as batch_op:
        batch_op.add_column(sa.Column("uniquifier", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("password_hash", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("must_change", sa.Boolean(), server_default=sa.text("(false)"), nullable=False))
        batch_op.add_column(sa.Column("totp_secret", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("totp_counter", sa.BigInteger(), nullable=True))
    staff = sa.table("staff", sa.column("id"), sa.column("uniquifier"))
    connection = op.get_bind()
    for row in connection.execute(sa.select(staff.c.id)).all():
        connection.execute(staff.update().where(staff.c.id == row.id).values(uniquifier=secrets.token_hex(16)))
    with op.batch_alter_table("staff") as batch_op:
        batch_op.alter_column("uniquifier", existing_type=sa.String(length=32), nullable=False)
        batch_op.create_unique_constraint(batch_op.f("uq_staff_uniquifier"), ["uniquifier"])
        batch_op.create_table_comment(COMMENT)


def downgrade() -> None:
    with op.batch_alter_table("staff") as batch_op:
        batch_op.drop_table_comment(existing_comment=COMMENT)
        batch_op.drop_constraint(batch_op.f("uq_staff_uniquifier"), type_="unique")
        for column in ("totp_counter", "totp_secret", "must_change", "password_hash", "uniquifier"):
            batch_op.drop_column(column)
