"""The logo of an establishment, kept among the stored files."""

import sqlalchemy as sa
from alembic import op

revision = "9e8f5e002fbb"
down_revision = "adecb3044a25"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("establishments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("logo_digest", sa.String(length=64), nullable=True))
        batch_op.create_index(batch_op.f("ix_establishments_logo_digest"), ["logo_digest"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_establishments_logo_digest"), "stored_files", ["logo_digest"], ["digest"]
        )


def downgrade() -> None:
    with op.batch_alter_table("establishments", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_establishments_logo_digest"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_establishments_logo_digest"))
        batch_op.drop_column("logo_digest")
