"""Payments: what Stripe sends to the bank, why an event was not followed, with which key a page was opened.

A line of the books may now stand alone where money left Stripe, or where Stripe kept some of the account itself. On
SQLite the table is rebuilt for that, and its triggers with it. Going back leaves those lines, and the check that bears
them: nothing deletes one.
"""

import sqlalchemy as sa
from alembic import op

revision = "2aa161ca313d"
down_revision = "97210dd4d522"
branch_labels = None
depends_on = None

CORRECTS = (
    "(nature <> 'payment' OR corrects_id IS NULL) AND "
    "(nature IN ('payment', 'remittance', 'fee') OR corrects_id IS NOT NULL)"
)


def let_lines_stand_alone() -> None:
    with op.batch_alter_table("money_movements", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_money_movements_corrects"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_money_movements_corrects"), CORRECTS)
    if op.get_bind().dialect.name == "sqlite":
        keep_the_books()


def keep_the_books() -> None:
    """Make the triggers again that went with the table."""
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER money_movements_{act.lower()} BEFORE {act} ON money_movements "
            "BEGIN SELECT RAISE(ABORT, 'the books are never changed'); END"
        )
    op.execute(
        "CREATE TRIGGER money_movements_closed BEFORE INSERT ON money_movements WHEN EXISTS (SELECT 1 FROM "
        "daily_closings WHERE establishment_id = NEW.establishment_id AND day >= NEW.booked_on) "
        "BEGIN SELECT RAISE(ABORT, 'that day is closed'); END"
    )


def upgrade() -> None:
    let_lines_stand_alone()
    op.create_table(
        "payouts",
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("whole", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("on_its_way", "paid", "failed", name="payoutstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("failure", sa.String(length=200), nullable=False),
        sa.Column("arrives_on", sa.Date(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["establishment_id"], ["establishments.id"], name=op.f("fk_payouts_establishment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payouts")),
        sa.UniqueConstraint("reference", "establishment_id", name=op.f("uq_payouts_reference_establishment_id")),
    )
    with op.batch_alter_table("payouts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payouts_establishment_id"), ["establishment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payouts_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_payouts_told_at"), ["told_at"], unique=False)

    op.create_table(
        "payout_lines",
        sa.Column("payout_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("stripe_type", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("fee", sa.Integer(), nullable=False),
        sa.Column("movement_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["movement_id"], ["money_movements.id"], name=op.f("fk_payout_lines_movement_id")),
        sa.ForeignKeyConstraint(["payout_id"], ["payouts.id"], name=op.f("fk_payout_lines_payout_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_lines")),
        sa.UniqueConstraint("payout_id", "reference", name=op.f("uq_payout_lines_payout_id_reference")),
    )
    with op.batch_alter_table("payout_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payout_lines_movement_id"), ["movement_id"], unique=False)

    with op.batch_alter_table("payment_checkouts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("key_mark", sa.String(length=12), server_default="", nullable=False))

    with op.batch_alter_table("provider_events", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "trouble",
                sa.Enum("none", "other_mode", "unknown", name="eventtrouble", native_enum=False, length=40),
                server_default="none",
                nullable=False,
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("payment_checkouts", schema=None) as batch_op:
        batch_op.drop_column("key_mark")

    with op.batch_alter_table("provider_events", schema=None) as batch_op:
        batch_op.drop_column("trouble")

    with op.batch_alter_table("payout_lines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payout_lines_movement_id"))

    op.drop_table("payout_lines")
    with op.batch_alter_table("payouts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payouts_told_at"))
        batch_op.drop_index(batch_op.f("ix_payouts_state"))
        batch_op.drop_index(batch_op.f("ix_payouts_establishment_id"))

    op.drop_table("payouts")
