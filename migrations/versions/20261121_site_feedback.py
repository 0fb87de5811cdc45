"""What visitors and the team say, and what became of it."""

import sqlalchemy as sa
from alembic import op

revision = "91b6d0c3f5a4"
down_revision = "727e4a32ab8c"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("establishment_id", sa.Uuid(), nullable=True),
        sa.Column(
            "nature",
            sa.Enum("idea", "problem", "thanks", name="feedbackkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("search_text", sa.String(length=500), nullable=False),
        sa.Column("page", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column(
            "state",
            sa.Enum("new", "read", "handled", name="feedbackstate", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("team_note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["establishment_id"], ["establishments.id"], name=op.f("fk_feedback_establishment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_feedback_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
    )
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feedback_created_at_id"), ["created_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_feedback_establishment_id"), ["establishment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_feedback_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feedback_person_id"))
        batch_op.drop_index(batch_op.f("ix_feedback_establishment_id"))
        batch_op.drop_index(batch_op.f("ix_feedback_created_at_id"))

    op.drop_table("feedback")
