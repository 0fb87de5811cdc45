"""Records of one person made one, and what the house remembers of its guests."""

import sqlalchemy as sa
from alembic import op

revision = "44d9e030f52f"
down_revision = "b05c7d36d508"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "guest_tags",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column(
            "tone",
            sa.Enum("neutral", "primary", "info", "warning", "danger", name="tagtone", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_tags")),
        sa.UniqueConstraint("name", name=op.f("uq_guest_tags_name")),
    )
    op.create_table(
        "distinct_people",
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["first_id"], ["people.id"], name=op.f("fk_distinct_people_first_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["people.id"], name=op.f("fk_distinct_people_second_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_distinct_people")),
    )
    with op.batch_alter_table("distinct_people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_distinct_people_second_id"), ["second_id"], unique=False)

    op.create_table(
        "guest_health_mentions",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "nature",
            sa.Enum("allergy", "diet", "access", "other", name="healthnature", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("consent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_guest_health_mentions_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_health_mentions")),
    )
    with op.batch_alter_table("guest_health_mentions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guest_health_mentions_person_id"), ["person_id"], unique=False)

    op.create_table(
        "guest_notes",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_guest_notes_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guest_notes")),
    )
    with op.batch_alter_table("guest_notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guest_notes_person_id"), ["person_id"], unique=False)

    op.create_table(
        "guest_profiles",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("table_code", sa.String(length=40), nullable=False),
        sa.Column("wishes", sa.String(length=300), nullable=False),
        sa.Column("birth_day", sa.Integer(), nullable=True),
        sa.Column("birth_month", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(birth_day IS NULL) = (birth_month IS NULL)", name=op.f("ck_guest_profiles_birthday")),
        sa.CheckConstraint(
            "birth_day BETWEEN 1 AND 31 AND birth_month BETWEEN 1 AND 12", name=op.f("ck_guest_profiles_birth_date")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_guest_profiles_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_guest_profiles")),
    )
    op.create_table(
        "guest_taggings",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("tag_id", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_guest_taggings_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["tag_id"], ["guest_tags.id"], name=op.f("fk_guest_taggings_tag_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "tag_id", name=op.f("pk_guest_taggings")),
    )
    with op.batch_alter_table("guest_taggings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_guest_taggings_tag_id"), ["tag_id"], unique=False)

    op.create_table(
        "person_merges",
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("merged_id", sa.Uuid(), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_by", sa.String(length=200), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("known_as", sa.String(length=254), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kept_id <> merged_id", name=op.f("ck_person_merges_two_people")),
        sa.CheckConstraint("undone_at IS NULL OR settled_at IS NULL", name=op.f("ck_person_merges_one_end")),
        sa.ForeignKeyConstraint(["kept_id"], ["people.id"], name=op.f("fk_person_merges_kept_id")),
        sa.ForeignKeyConstraint(["merged_id"], ["people.id"], name=op.f("fk_person_merges_merged_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_merges")),
    )
    with op.batch_alter_table("person_merges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_merges_kept_id"), ["kept_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_merges_known_as"), ["known_as"], unique=False)
        batch_op.create_index(batch_op.f("ix_person_merges_merged_id"), ["merged_id"], unique=False)
        batch_op.create_index(
            "ix_person_merges_standing",
            ["merged_id"],
            unique=True,
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        )

    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("search_contact", sa.String(length=500), server_default="", nullable=False))
    op.execute(
        "UPDATE people SET search_contact = lower(trim(coalesce(email, '') || ' ' || coalesce(phone, '') || ' '"
        " || replace(coalesce(phone, ''), '+33', '0')))"
    )


def downgrade() -> None:
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_column("search_contact")

    with op.batch_alter_table("person_merges", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_person_merges_standing",
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_person_merges_merged_id"))
        batch_op.drop_index(batch_op.f("ix_person_merges_known_as"))
        batch_op.drop_index(batch_op.f("ix_person_merges_kept_id"))

    op.drop_table("person_merges")
    with op.batch_alter_table("guest_taggings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guest_taggings_tag_id"))

    op.drop_table("guest_taggings")
    op.drop_table("guest_profiles")
    with op.batch_alter_table("guest_notes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guest_notes_person_id"))

    op.drop_table("guest_notes")
    with op.batch_alter_table("guest_health_mentions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guest_health_mentions_person_id"))

    op.drop_table("guest_health_mentions")
    with op.batch_alter_table("distinct_people", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_distinct_people_second_id"))

    op.drop_table("distinct_people")
    op.drop_table("guest_tags")
