"""Devices that are told by push, the key they know us by, and the rooms of team chats."""

import sqlalchemy as sa
from alembic import op

revision = "acde75eac250"
down_revision = "4c0e236b0f57"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "push_keys",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("public", sa.String(length=100), nullable=False),
        sa.Column("sealed_private", sa.String(length=400), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_push_keys")),
    )
    op.create_table(
        "push_devices",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("endpoint_digest", sa.String(length=64), nullable=False),
        sa.Column("public_key", sa.String(length=100), nullable=False),
        sa.Column("auth_secret", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_push_devices_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_devices")),
        sa.UniqueConstraint("endpoint_digest", name=op.f("uq_push_devices_endpoint_digest")),
    )
    with op.batch_alter_table("push_devices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_push_devices_person_id"), ["person_id"], unique=False)

    op.create_table(
        "team_rooms",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column(
            "room_kind", sa.Enum("slack", "discord", name="roomkind", native_enum=False, length=40), nullable=False
        ),
        sa.Column("establishment_id", sa.Uuid(), nullable=True),
        sa.Column("role_id", sa.Uuid(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("host", sa.String(length=253), nullable=False),
        sa.Column("sealed_url", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["establishment_id"], ["establishments.id"], name=op.f("fk_team_rooms_establishment_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["role_id"], ["roles.id"], name=op.f("fk_team_rooms_role_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_rooms")),
    )
    with op.batch_alter_table("team_rooms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_rooms_establishment_id"), ["establishment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_team_rooms_role_id"), ["role_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("team_rooms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_team_rooms_role_id"))
        batch_op.drop_index(batch_op.f("ix_team_rooms_establishment_id"))

    op.drop_table("team_rooms")
    with op.batch_alter_table("push_devices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_push_devices_person_id"))

    op.drop_table("push_devices")
    op.drop_table("push_keys")
