"""One person's payments, and a payment's results, lie together in the index that finds them"""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.drop_index("ix_payments_proof", "payments")
    op.create_index(
        "ix_payments_proof",
        "payments",
        ["proof", "id", "batch_id", "village", "tail", "quantity", "rate", "fen", "held", "row_code", "corrects"],
    )
    op.drop_index("ix_results_payment_id", "results")
    op.create_index("ix_results_payment_id", "results", ["payment_id", "id", "result", "reason", "day"])


def downgrade() -> None:
    op.drop_index("ix_results_payment_id", "results")
    op.create_index("ix_results_payment_id", "results", ["payment_id"])
    op.drop_index("ix_payments_proof", "payments")
    op.create_index("ix_payments_proof", "payments", ["proof"])
