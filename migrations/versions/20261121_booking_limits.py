"""Quotas, kept tables, close-outs, a pause, and what exceptional days are about."""

import sqlalchemy as sa
from alembic import op

revision = "7cb1daf6d17b"
down_revision = "75fab1885ce5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "close_outs",
        sa.Column("establishment_id", sa.Uuid(), nullable=False),
        sa.Column(
            "scope",
            sa.Enum("house", "tables", "area", name="closeoutscope", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("area_id", sa.Uuid(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("since", sa.Time(), nullable=True),
        sa.Column("until", sa.Time(), nullable=True),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(scope = 'area') = (area_id IS NOT NULL)", name=op.f("ck_close_outs_area")),
        sa.CheckConstraint("(since IS NULL) = (until IS NULL)", name=op.f("ck_close_outs_times")),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_close_outs_days")),
        sa.ForeignKeyConstraint(["area_id"], ["areas.id"], name=op.f("fk_close_outs_area_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishments.id"], name=op.f("fk_close_outs_establishment_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_close_outs")),
    )
    with op.batch_alter_table("close_outs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_close_outs_area_id"), ["area_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_close_outs_establishment_id_first_day"), ["establishment_id", "first_day"], unique=False
        )

    op.create_table(
        "close_out_tables",
        sa.Column("close_out_id", sa.Uuid(), nullable=False),
        sa.Column("table_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["close_out_id"], ["close_outs.id"], name=op.f("fk_close_out_tables_close_out_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["table_id"], ["tables.id"], name=op.f("fk_close_out_tables_table_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("close_out_id", "table_id", name=op.f("pk_close_out_tables")),
    )
    with op.batch_alter_table("close_out_tables", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_close_out_tables_table_id"), ["table_id"], unique=False)

    with op.batch_alter_table("booking_policies", schema=None) as batch_op:
        batch_op.add_column(sa.Column("paused_from", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_booking_policies_pause"), "(paused_from IS NULL) = (paused_until IS NULL)"
        )

    with op.batch_alter_table("exceptional_days", schema=None) as batch_op:
        batch_op.add_column(sa.Column("title", sa.String(length=80), server_default="", nullable=False))
        batch_op.add_column(sa.Column("title_en", sa.String(length=80), server_default="", nullable=False))
        batch_op.add_column(sa.Column("text", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("text_en", sa.Text(), server_default="", nullable=False))

    with op.batch_alter_table("shifts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("online_covers", sa.Integer(), nullable=True))

    with op.batch_alter_table("tables", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_kept", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("tables", schema=None) as batch_op:
        batch_op.drop_column("is_kept")

    with op.batch_alter_table("shifts", schema=None) as batch_op:
        batch_op.drop_column("online_covers")

    with op.batch_alter_table("exceptional_days", schema=None) as batch_op:
        batch_op.drop_column("text_en")
        batch_op.drop_column("text")
        batch_op.drop_column("title_en")
        batch_op.drop_column("title")

    with op.batch_alter_table("booking_policies", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_booking_policies_pause"), type_="check")
        batch_op.drop_column("paused_until")
        batch_op.drop_column("paused_from")

    with op.batch_alter_table("close_out_tables", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_close_out_tables_table_id"))

    op.drop_table("close_out_tables")
    with op.batch_alter_table("close_outs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_close_outs_establishment_id_first_day"))
        batch_op.drop_index(batch_op.f("ix_close_outs_area_id"))

    op.drop_table("close_outs")
