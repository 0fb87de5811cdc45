"""Booking: tables an absent party left, to be given back; and a caller found by number."""

import sqlalchemy as sa
from alembic import op

revision = "b7d41f0a6c52"
down_revision = "8f2b6c41d0e7"
branch_labels = None
depends_on = None

LEFT = sa.text("phone <> ''")
KNOWN = sa.text("phone IS NOT NULL")


def upgrade() -> None:
    op.add_column("reservations", sa.Column("seats_left", sa.JSON(), nullable=True))
    op.create_index("ix_reservations_phone", "reservations", ["phone"], sqlite_where=LEFT, postgresql_where=LEFT)
    op.create_index("ix_people_phone", "people", ["phone"], sqlite_where=KNOWN, postgresql_where=KNOWN)


def downgrade() -> None:
    op.drop_index("ix_people_phone", table_name="people")
    op.drop_index("ix_reservations_phone", table_name="reservations")
    with op.batch_alter_table("reservations", schema=None) as batch_op:
        batch_op.drop_column("seats_left")
