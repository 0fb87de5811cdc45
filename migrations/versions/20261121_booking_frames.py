"""Reservations taken on the house's own web site say so."""

from alembic import op

revision = "5c0e7d2b9a41"
down_revision = "7cb1daf6d17b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change nothing in the tables: the origin is a text, and `site` is a new word in it."""


def downgrade() -> None:
    """Give these reservations the word that an older version reads."""
    op.execute("UPDATE reservations SET origin = 'online' WHERE origin = 'site'")
