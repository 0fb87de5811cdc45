"""What entries of the trail say since, verifications kept, archives of people, retention."""

import sqlalchemy as sa
from alembic import op

revision = "6ae30b42241d"
down_revision = "a7c31d5e9b02"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_verifications",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("problems_count", sa.Integer(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_verifications")),
    )
    with op.batch_alter_table("audit_verifications", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_verifications_at"), ["at"], unique=False)

    op.create_table(
        "retention_runs",
        sa.Column("rule", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("rule", name=op.f("pk_retention_runs")),
    )
    op.create_table(
        "personal_archives",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column(
            "state",
            sa.Enum("waiting", "ready", "failed", "expired", name="archivestate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("file_name", sa.String(length=80), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(state = 'ready') = (file_name IS NOT NULL)", name=op.f("ck_personal_archives_file_name")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_personal_archives_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_archives")),
    )
    with op.batch_alter_table("personal_archives", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_personal_archives_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_personal_archives_person_id"), ["person_id"], unique=False)

    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("subject_label", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("on_behalf_id", sa.String(length=80), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("on_behalf_label", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("changes", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_audit_entries_actor_id_number"), ["actor_id", "number"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entries_fact_number"), ["fact", "number"], unique=False)
        batch_op.create_index(
            "ix_audit_entries_on_behalf",
            ["on_behalf_id", "number"],
            unique=False,
            sqlite_where=sa.text("on_behalf_id <> ''"),
            postgresql_where=sa.text("on_behalf_id <> ''"),
        )
        batch_op.create_index(batch_op.f("ix_audit_entries_source_number"), ["source", "number"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_audit_entries_subject_kind_number"), ["subject_kind", "number"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_audit_entries_subject_label_number"), ["subject_label", "number"], unique=False
        )

    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("people", schema=None) as batch_op:
        batch_op.drop_column("erased_at")

    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entries_subject_label_number"))
        batch_op.drop_index(batch_op.f("ix_audit_entries_source_number"))
        batch_op.drop_index(batch_op.f("ix_audit_entries_subject_kind_number"))
        batch_op.drop_index(
            "ix_audit_entries_on_behalf",
            sqlite_where=sa.text("on_behalf_id <> ''"),
            postgresql_where=sa.text("on_behalf_id <> ''"),
        )
        batch_op.drop_index(batch_op.f("ix_audit_entries_fact_number"))
        batch_op.drop_index(batch_op.f("ix_audit_entries_actor_id_number"))
        batch_op.drop_column("forgotten_at")
        batch_op.drop_column("changes")
        batch_op.drop_column("on_behalf_label")
        batch_op.drop_column("on_behalf_id")
        batch_op.drop_column("subject_label")

    with op.batch_alter_table("personal_archives", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_personal_archives_person_id"))
        batch_op.drop_index(batch_op.f("ix_personal_archives_created_at"))

    op.drop_table("personal_archives")
    op.drop_table("retention_runs")
    with op.batch_alter_table("audit_verifications", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_verifications_at"))

    op.drop_table("audit_verifications")
