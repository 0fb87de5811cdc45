"""How long parties stayed, floors tried on paper, and refused searches found by the day they were for."""

import sqlalchemy as sa
from alembic import op

revision = "b05c7d36d508"
down_revision = "acde75eac250"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "floor_trials",
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("removed", sa.JSON(), nullable=False),
        sa.Column("added", sa.JSON(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("waiting", "running", "done", "failed", name="trialstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("days_done", sa.Integer(), nullable=False),
        sa.Column("days_total", sa.Integer(), nullable=False),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(state = 'done') = (result IS NOT NULL)", name=op.f("ck_floor_trials_result")),
        sa.CheckConstraint("days_done >= 0 AND days_total >= 1", name=op.f("ck_floor_trials_days")),
        sa.ForeignKeyConstraint(
            ["establishment_id"],
            ["establishments.id"],
            name=op.f("fk_floor_trials_establishment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_floor_trials")),
    )
    with op.batch_alter_table("floor_trials", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_floor_trials_establishment_id_created_at"), ["establishment_id", "created_at"], unique=False
        )

    op.create_table(
        "stays",
        sa.Column("reservation_id", sa.Uuid(), nullable=False),
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("local_time", sa.Time(), nullable=False),
        sa.Column("covers", sa.Integer(), nullable=False),
        sa.Column("seated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("left_at IS NULL OR left_at >= seated_at", name=op.f("ck_stays_left_at")),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishments.id"], name=op.f("fk_stays_establishment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reservation_id"], ["reservations.id"], name=op.f("fk_stays_reservation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("reservation_id", name=op.f("pk_stays")),
    )
    with op.batch_alter_table("stays", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_stays_establishment_id_service_date"), ["establishment_id", "service_date"], unique=False
        )

    with op.batch_alter_table("refused_searches", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_refused_searches_establishment_id_service_date"),
            ["establishment_id", "service_date"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("refused_searches", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_refused_searches_establishment_id_service_date"))

    with op.batch_alter_table("stays", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stays_establishment_id_service_date"))

    op.drop_table("stays")
    with op.batch_alter_table("floor_trials", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_floor_trials_establishment_id_created_at"))

    op.drop_table("floor_trials")
