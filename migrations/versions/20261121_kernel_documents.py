"""Versions of documents, and files that people send in."""

import sqlalchemy as sa
from alembic import op

revision = "f1555c78ee3b"
down_revision = "0f42b014d5a3"
branch_labels = None
depends_on = None

# Before, a document stood once: the newest version is the one that stays.
OLDER = """
    DELETE FROM documents WHERE EXISTS (
        SELECT 1 FROM documents AS newer WHERE newer.subject_kind = documents.subject_kind
        AND newer.subject_id = documents.subject_id AND newer.code = documents.code
        AND newer.sequence = documents.sequence AND newer.language = documents.language
        AND newer.version > documents.version
    )
"""


def upgrade() -> None:
    op.create_table(
        "attachments",
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("file_digest", sa.String(length=64), nullable=True),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum("scanning", "ready", "refused", name="attachmentstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("added_by_id", sa.String(length=60), nullable=False),
        sa.Column("added_by", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(state = 'refused') = (file_digest IS NULL)", name=op.f("ck_attachments_file_digest")),
        sa.CheckConstraint("(subject_kind = '') = (subject_id IS NULL)", name=op.f("ck_attachments_subject_id")),
        sa.ForeignKeyConstraint(["file_digest"], ["stored_files.digest"], name=op.f("fk_attachments_file_digest")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachments_added_by_id"), ["added_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachments_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachments_file_digest"), ["file_digest"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_attachments_subject_kind_subject_id"), ["subject_kind", "subject_id"], unique=False
        )

    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("number", sa.String(length=60), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("made_by_id", sa.String(length=60), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("made_by", sa.String(length=200), nullable=False, server_default=""))
        batch_op.drop_constraint(
            batch_op.f("uq_documents_subject_kind_subject_id_code_sequence_language"), type_="unique"
        )
        batch_op.create_index(batch_op.f("ix_documents_made_by_id"), ["made_by_id"], unique=False)
        batch_op.create_unique_constraint(
            batch_op.f("uq_documents_version"),
            ["subject_kind", "subject_id", "code", "sequence", "language", "version"],
        )
        batch_op.create_check_constraint(batch_op.f("ck_documents_version"), "version >= 1")
    with op.batch_alter_table("documents", schema=None) as batch_op:
        for name in ("version", "number", "made_by_id", "made_by"):
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    op.execute(OLDER)
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_documents_version"), type_="unique")
        batch_op.drop_constraint(batch_op.f("ck_documents_version"), type_="check")
        batch_op.drop_index(batch_op.f("ix_documents_made_by_id"))
        batch_op.create_unique_constraint(
            batch_op.f("uq_documents_subject_kind_subject_id_code_sequence_language"),
            ["subject_kind", "subject_id", "code", "sequence", "language"],
        )
        batch_op.drop_column("made_by")
        batch_op.drop_column("made_by_id")
        batch_op.drop_column("number")
        batch_op.drop_column("version")

    with op.batch_alter_table("attachments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attachments_subject_kind_subject_id"))
        batch_op.drop_index(batch_op.f("ix_attachments_file_digest"))
        batch_op.drop_index(batch_op.f("ix_attachments_created_at"))
        batch_op.drop_index(batch_op.f("ix_attachments_added_by_id"))

    op.drop_table("attachments")
