"""Guarantees of reservations: the rules of a house, the terms guests were told, what a house owes beyond them."""

import sqlalchemy as sa
from alembic import op

revision = "97210dd4d522"
down_revision = "9e8f5e002fbb"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "guarantee_rules",
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("covers_from", sa.Integer(), nullable=False),
        sa.Column("covers_to", sa.Integer(), nullable=True),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column(
            "moment",
            sa.Enum("any", "midday", "evening", name="guaranteemoment", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("is_for_occasions", sa.Boolean(), nullable=False),
        sa.Column(
            "who",
            sa.Enum("anybody", "first_visit", "past_absence", name="guaranteewho", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "basis",
            sa.Enum(
                "per_cover", "per_table", "prepayment", "imprint", name="guaranteekind", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column(
            "word",
            sa.Enum(
                "pledge", "deposit", "prepayment", "imprint", "charge", name="purpose", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("free_hours", sa.Integer(), nullable=False),
        sa.Column("kept_percent", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("word IN ('pledge', 'deposit')", name=op.f("ck_guarantee_rules_word")),
        sa.CheckConstraint("amount > 0", name=op.f("ck_guarantee_rules_amount")),
        sa.CheckConstraint(
            "covers_from >= 1 AND (covers_to IS NULL OR covers_to >= covers_from)",
            name=op.f("ck_guarantee_rules_covers"),
        ),
        sa.CheckConstraint("free_hours >= 0", name=op.f("ck_guarantee_rules_free_hours")),
        sa.CheckConstraint("kept_percent BETWEEN 0 AND 100", name=op.f("ck_guarantee_rules_kept_percent")),
        sa.ForeignKeyConstraint(
            ["establishment_id"],
            ["establishments.id"],
            name=op.f("fk_guarantee_rules_establishment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guarantee_rules")),
    )
    with op.batch_alter_table("guarantee_rules", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guarantee_rules_establishment_id"), ["establishment_id"], unique=False)

    op.create_table(
        "guarantees",
        sa.Column("reservation_id", sa.Uuid(), nullable=False),
        sa.Column("receivable_id", sa.Uuid(), nullable=False),
        sa.Column(
            "basis",
            sa.Enum(
                "per_cover", "per_table", "prepayment", "imprint", name="guaranteekind", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column(
            "purpose",
            sa.Enum(
                "pledge", "deposit", "prepayment", "imprint", "charge", name="purpose", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("unit_amount", sa.Integer(), nullable=False),
        sa.Column("covers", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("free_hours", sa.Integer(), nullable=False),
        sa.Column("free_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_percent", sa.Integer(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("visitor", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount > 0 AND unit_amount > 0", name=op.f("ck_guarantees_amounts")),
        sa.CheckConstraint("kept_percent BETWEEN 0 AND 100", name=op.f("ck_guarantees_kept_percent")),
        sa.ForeignKeyConstraint(["receivable_id"], ["receivables.id"], name=op.f("fk_guarantees_receivable_id")),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservations.id"], name=op.f("fk_guarantees_reservation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guarantees")),
        sa.UniqueConstraint("receivable_id", name=op.f("uq_guarantees_receivable_id")),
    )
    with op.batch_alter_table("guarantees", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guarantees_reservation_id"), ["reservation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_guarantees_visitor"), ["visitor"], unique=False)

    op.create_table(
        "house_debts",
        sa.Column("reservation_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_house_debts_amount")),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservations.id"], name=op.f("fk_house_debts_reservation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_house_debts")),
        sa.UniqueConstraint("reservation_id", name=op.f("uq_house_debts_reservation_id")),
    )


def downgrade() -> None:
    op.drop_table("house_debts")
    with op.batch_alter_table("guarantees", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guarantees_visitor"))
        batch_op.drop_index(batch_op.f("ix_guarantees_reservation_id"))

    op.drop_table("guarantees")
    with op.batch_alter_table("guarantee_rules", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guarantee_rules_establishment_id"))

    op.drop_table("guarantee_rules")
