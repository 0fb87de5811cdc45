"""What each user prefers, on their account."""

import sqlalchemy as sa
from alembic import op

revision = "a7c31d5e9b02"
down_revision = "877f31ee618c"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give each account a place for what its user prefers."""
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("preferences", sa.JSON(), server_default=sa.text("'{}'"), nullable=False))


def downgrade() -> None:
    """Forget it."""
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_column("preferences")
