"""How many bounces were read, day by day."""

import sqlalchemy as sa
from alembic import op

revision = "4c0e236b0f57"
down_revision = "91b6d0c3f5a4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bounce_readings",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("noted", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("others", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_error", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_bounce_readings")),
    )


def downgrade() -> None:
    op.drop_table("bounce_readings")
