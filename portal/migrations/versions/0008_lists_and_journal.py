"""Policy lists that are made and edited at the desk"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0006"
COMMENT = "file_digest is keyed (HMAC) of the file, or SHA-256 of the contents once edited by hand; editors had a hand in it beside imported_by; reason says why a list in force got another version"


def upgrade() -> None:
    with op.batch_alter_table("policy_lists") as lists:
        lists.add_column(sa.Column("editors", sa.JSON(), nullable=True))
        lists.add_column(sa.Column("reason", sa.String(length=200), nullable=False, server_default=sa.text("''")))
        lists.create_table_comment(COMMENT)


def downgrade() -> None:
    with op.batch_alter_table("policy_lists") as lists:
        lists.drop_table_comment(existing_comment=COMMENT)
        lists.drop_column("reason")
        lists.drop_column("editors")
