"""The waiting list, and the places offered to it."""

import sqlalchemy as sa
from alembic import op

revision = "0f42b014d5a3"
down_revision = "5c0e7d2b9a41"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "waiting_entries",
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("shift", sa.String(length=60), nullable=False),
        sa.Column("first_minutes", sa.Integer(), nullable=False),
        sa.Column("last_minutes", sa.Integer(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("covers", sa.Integer(), nullable=False),
        sa.Column("area_wish", sa.String(length=40), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "offered",
                "accepted",
                "expired",
                "withdrawn",
                "closed",
                name="waitingstate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "origin",
            sa.Enum("online", "staff", "walk_in", name="reservationorigin", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("claim", sa.String(length=64), nullable=True),
        sa.Column("guest_id", sa.Uuid(), nullable=True),
        sa.Column("first_name", sa.String(length=80), nullable=False),
        sa.Column("last_name", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("special_requests", sa.Text(), nullable=False),
        sa.Column("search_text", sa.String(length=500), nullable=False),
        sa.Column("search_contact", sa.String(length=500), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("visitor", sa.String(length=64), nullable=True),
        sa.Column("consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('waiting', 'offered')) = (claim IS NOT NULL)", name=op.f("ck_waiting_entries_claim")
        ),
        sa.CheckConstraint(
            "state NOT IN ('waiting', 'offered') OR guest_id IS NOT NULL", name=op.f("ck_waiting_entries_guest")
        ),
        sa.CheckConstraint("covers >= 1", name=op.f("ck_waiting_entries_covers")),
        sa.CheckConstraint("last_minutes >= first_minutes", name=op.f("ck_waiting_entries_minutes")),
        sa.ForeignKeyConstraint(
            ["establishment_id"],
            ["establishments.id"],
            name=op.f("fk_waiting_entries_establishment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["guest_id"], ["people.id"], name=op.f("fk_waiting_entries_guest_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_entries")),
        sa.UniqueConstraint("claim", name=op.f("uq_waiting_entries_claim")),
    )
    with op.batch_alter_table("waiting_entries", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_waiting_entries_establishment_id_service_date_state"),
            ["establishment_id", "service_date", "state"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_waiting_entries_guest_id"), ["guest_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_waiting_entries_state_closes_at"), ["state", "closes_at"], unique=False)

    op.create_table(
        "waiting_offers",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("reservation_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "open", "accepted", "declined", "expired", "taken_back", name="offerstate", native_enum=False, length=40
            ),
            nullable=False,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(state = 'open') = (answered_at IS NULL)", name=op.f("ck_waiting_offers_answered_at")),
        sa.CheckConstraint("state <> 'open' OR reservation_id IS NOT NULL", name=op.f("ck_waiting_offers_reservation")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["waiting_entries.id"], name=op.f("fk_waiting_offers_entry_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservations.id"], name=op.f("fk_waiting_offers_reservation_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_offers")),
        sa.UniqueConstraint("reservation_id", name=op.f("uq_waiting_offers_reservation_id")),
    )
    with op.batch_alter_table("waiting_offers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_waiting_offers_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(
            "ix_waiting_offers_open",
            ["entry_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.create_index(batch_op.f("ix_waiting_offers_state_expires_at"), ["state", "expires_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("waiting_offers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_waiting_offers_state_expires_at"))
        batch_op.drop_index(
            "ix_waiting_offers_open", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_index(batch_op.f("ix_waiting_offers_entry_id"))

    op.drop_table("waiting_offers")
    with op.batch_alter_table("waiting_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_waiting_entries_state_closes_at"))
        batch_op.drop_index(batch_op.f("ix_waiting_entries_guest_id"))
        batch_op.drop_index(batch_op.f("ix_waiting_entries_establishment_id_service_date_state"))

    op.drop_table("waiting_entries")
