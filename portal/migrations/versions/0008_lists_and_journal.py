"""Policy lists that are made and edited at the desk; a journal that can be searched"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
COMMENT = "file_digest is keyed (HMAC) of the file, or SHA-256 of the contents once edited by hand; editors had a hand in it beside imported_by; reason says why a list in force got another version"


def upgrade() -> None:
    with op.batch_alter_table("policy_lists") as lists:
        lists.add_column(sa.Column("editors", sa.JSON(), nullable=True))
        lists.add_column(sa.Column("reason", sa.String(length=200), nullable=False, server_default=sa.text("''")))
        lists.create_table_comment(COMMENT)
    op.create_index("ix_journal_act", "journal", ["act", "number"])
    op.create_index("ix_journal_actor", "journal", ["actor", "number"])
    found = op.create_table(
        "journal_batches",
        sa.Column("batch", sa.String(length=20), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["number"], ["journal.number"], name=op.f("fk_journal_batches_number")),
        sa.PrimaryKeyConstraint("batch", "number", name=op.f("pk_journal_batches")),
        comment="which entries name a batch, so that they are found among a million; what they say stands in the entries alone",
    )
    journal = sa.table("journal", sa.column("number"), sa.column("detail"))
    connection = op.get_bind()
    naming = sa.select(journal).where(journal.c.detail.contains('"batch": "')).order_by(journal.c.number)
    rows = [
        {"batch": batch, "number": row.number}
        for row in connection.execute(naming)
        if (batch := json.loads(row.detail).get("batch"))
    ]
    if rows:
        connection.execute(sa.insert(found), rows)


def downgrade() -> None:
    op.drop_table("journal_batches")
    op.drop_index("ix_journal_actor", "journal")
    op.drop_index("ix_journal_act", "journal")
    with op.batch_alter_table("policy_lists") as lists:
        lists.drop_table_comment(existing_comment=COMMENT)
        lists.drop_column("reason")
        lists.drop_column("editors")
