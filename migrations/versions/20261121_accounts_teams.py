"""Teams, which are given roles together; people are found by name."""

import sqlalchemy as sa
from alembic import op

from app.kernel.search import normalised

revision = "573b34e50688"
down_revision = "6ae30b42241d"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "teams",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
        sa.UniqueConstraint("name", name=op.f("uq_teams_name")),
    )
    op.create_table(
        "team_members",
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_team_members_team_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_team_members_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("pk_team_members")),
    )
    with op.batch_alter_table("team_members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_members_user_id"), ["user_id"], unique=False)

    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.add_column(sa.Column("team_id", sa.Uuid(), nullable=True))
        batch_op.alter_column("user_id", existing_type=sa.Uuid(), nullable=True)
        batch_op.create_index(batch_op.f("ix_grants_team_id"), ["team_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_grants_team_id"), "teams", ["team_id"], ["id"], ondelete="CASCADE")
        batch_op.create_check_constraint("holder", "(user_id IS NULL) <> (team_id IS NULL)")
        batch_op.create_check_constraint("ends_at", "ends_at IS NULL OR ends_at >= starts_at")

    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("search_text", sa.String(length=500), nullable=False, server_default=""))
    _make_people_findable()
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.alter_column("search_text", existing_type=sa.String(length=500), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_column("search_text")

    op.execute("DELETE FROM grants WHERE user_id IS NULL")
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_grants_holder"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_grants_ends_at"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_grants_team_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_grants_team_id"))
        batch_op.alter_column("user_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.drop_column("team_id")

    with op.batch_alter_table("team_members", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_team_members_user_id"))

    op.drop_table("team_members")
    op.drop_table("teams")


def _make_people_findable() -> None:
    people = sa.table(
        "people", sa.column("id"), sa.column("first_name"), sa.column("last_name"), sa.column("search_text")
    )
    connection = op.get_bind()
    for id_, first_name, last_name in connection.execute(
        sa.select(people.c.id, people.c.first_name, people.c.last_name)
    ):
        found_by = normalised(f"{first_name} {last_name}")
        connection.execute(people.update().where(people.c.id == id_).values(search_text=found_by))
