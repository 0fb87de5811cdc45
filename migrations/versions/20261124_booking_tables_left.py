"""Booking: which table a guest chose in place of the one they were paying."""

import sqlalchemy as sa
from alembic import op

revision = "8f2b6c41d0e7"
down_revision = "5c1e0d7a94b2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("guarantees", schema=None) as batch_op:
        batch_op.add_column(sa.Column("left_for_id", sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f("ix_guarantees_left_for_id"), ["left_for_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_guarantees_left_for_id"), "reservations", ["left_for_id"], ["id"], ondelete="SET NULL"
        )


def downgrade() -> None:
    with op.batch_alter_table("guarantees", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_guarantees_left_for_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_guarantees_left_for_id"))
        batch_op.drop_column("left_for_id")
