"""Payments: what is contested at a bank. Lines of the books about it are of kinds the books had no name for before.

Going back leaves those lines: nothing deletes one.
"""

import sqlalchemy as sa
from alembic import op

revision = "adecb3044a25"
down_revision = "33e6af7b9661"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payment_disputes",
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "to_answer", "reviewed", "won", "lost", "dropped", name="disputestate", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('to_answer', 'reviewed')) = (closed_at IS NULL)", name=op.f("ck_payment_disputes_closed_at")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payment_disputes_amount")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishments.id"], name=op.f("fk_payment_disputes_establishment_id")
        ),
        sa.ForeignKeyConstraint(["payment_id"], ["money_movements.id"], name=op.f("fk_payment_disputes_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_disputes")),
        sa.UniqueConstraint("reference", name=op.f("uq_payment_disputes_reference")),
    )
    with op.batch_alter_table("payment_disputes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_disputes_establishment_id"), ["establishment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_disputes_payment_id"), ["payment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_disputes_state"), ["state"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("payment_disputes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_disputes_state"))
        batch_op.drop_index(batch_op.f("ix_payment_disputes_payment_id"))
        batch_op.drop_index(batch_op.f("ix_payment_disputes_establishment_id"))

    op.drop_table("payment_disputes")
