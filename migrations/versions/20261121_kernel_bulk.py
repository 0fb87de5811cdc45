"""What is promised in bulk waits for its turn."""

import sqlalchemy as sa
from alembic import op

revision = "9f2b6c1e7a48"
down_revision = "c41f0a7d2e63"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("in_bulk", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_index(
            "ix_outbox_in_bulk",
            ["handed_over_at"],
            unique=False,
            sqlite_where=sa.text("in_bulk = 1"),
            postgresql_where=sa.text("in_bulk"),
        )


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_in_bulk", sqlite_where=sa.text("in_bulk = 1"), postgresql_where=sa.text("in_bulk")
        )
        batch_op.drop_column("in_bulk")
