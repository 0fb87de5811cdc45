"""Policies of shifts, the tables the engine changed, and the wishes it has yet to answer."""

import sqlalchemy as sa
from alembic import op

revision = "75fab1885ce5"
down_revision = "294361432e77"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "open_wishes",
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("local_time", sa.Time(), nullable=False),
        sa.Column("covers", sa.Integer(), nullable=False),
        sa.Column("first_name", sa.String(length=80), nullable=False),
        sa.Column("last_name", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("special_requests", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("visitor", sa.String(length=64), nullable=False),
        sa.Column(
            "origin",
            sa.Enum("online", "staff", "walk_in", "site", name="reservationorigin", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum("checking", "granted", "refused", "unanswered", name="wishstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reservation_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(state = 'checking') = (answered_at IS NULL)", name=op.f("ck_open_wishes_answered_at")),
        sa.CheckConstraint("covers >= 1", name=op.f("ck_open_wishes_covers")),
        sa.ForeignKeyConstraint(
            ["establishment_id"],
            ["establishments.id"],
            name=op.f("fk_open_wishes_establishment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservations.id"], name=op.f("fk_open_wishes_reservation_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_wishes")),
    )
    with op.batch_alter_table("open_wishes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_open_wishes_asked_at"), ["asked_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_open_wishes_establishment_id_state"), ["establishment_id", "state"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_open_wishes_reservation_id"), ["reservation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_open_wishes_visitor"), ["visitor"], unique=False)

    op.create_table(
        "rearrangements",
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum("newcomer", "optimised", name="rearrangementreason", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("newcomer_id", sa.Uuid(), nullable=True),
        sa.Column("moves", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["establishment_id"],
            ["establishments.id"],
            name=op.f("fk_rearrangements_establishment_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["newcomer_id"], ["reservations.id"], name=op.f("fk_rearrangements_newcomer_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rearrangements")),
    )
    with op.batch_alter_table("rearrangements", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rearrangements_establishment_id_service_date"),
            ["establishment_id", "service_date"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_rearrangements_newcomer_id"), ["newcomer_id"], unique=False)

    with op.batch_alter_table("shifts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("engine", sa.String(length=20), nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM funnel_counts WHERE step IN ('undecided', 'unsound')")
    with op.batch_alter_table("shifts", schema=None) as batch_op:
        batch_op.drop_column("engine")

    with op.batch_alter_table("rearrangements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rearrangements_newcomer_id"))
        batch_op.drop_index(batch_op.f("ix_rearrangements_establishment_id_service_date"))

    op.drop_table("rearrangements")
    with op.batch_alter_table("open_wishes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_open_wishes_visitor"))
        batch_op.drop_index(batch_op.f("ix_open_wishes_reservation_id"))
        batch_op.drop_index(batch_op.f("ix_open_wishes_establishment_id_state"))
        batch_op.drop_index(batch_op.f("ix_open_wishes_asked_at"))

    op.drop_table("open_wishes")
